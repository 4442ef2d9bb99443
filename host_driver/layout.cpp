// SPDX-License-Identifier: Apache-2.0
// Names of machines and packings; how many tokens fit on chip.
#include "host_driver/layout.h"

#include <algorithm>

#include "base/error.h"

namespace tercet {

const char* packing_name(Packing packing) {
  return packing == Packing::kTrit5 ? "trit5" : "two_bit";
}

Packing parse_packing(const std::string& name) {
  for (const Packing packing : {Packing::kTwoBit, Packing::kTrit5}) {
    if (name == packing_name(packing)) return packing;
  }
  fail("packing '{}' is unknown; known: two_bit, trit5", name);
}

const tercet_config& find_machine(const std::string& name) {
  const tercet_config* machine = tercet_config_find(name.c_str());
  if (machine != nullptr) return *machine;
  std::string known;
  for (const tercet_config& config : TERCET_CONFIGS) {
    known += known.empty() ? "" : ", ";
    known += config.name;
  }
  fail("machine '{}' is unknown; known: {}", name, known);
}

int64_t max_m_tile(const tercet_config& machine, int64_t k) {
  return std::min<int64_t>(machine.tokens, machine.act_sram_beats / k_tiles(machine, k));
}

}  // namespace tercet
