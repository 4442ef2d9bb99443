// SPDX-License-Identifier: Apache-2.0
// Names of the baselines, and what their activations leave of the SRAM.
#include "sim/element_format.h"

#include <algorithm>

#include "base/error.h"

namespace tercet {

const ElementFormat& find_baseline(const std::string& name) {
  for (const ElementFormat* format : {&kFp16, &kInt8}) {
    if (name == format->name) return *format;
  }
  fail("no baseline '{}'; known are fp16, int8", name);
}

tercet_config command_machine(const tercet_config& machine, const ElementFormat& format) {
  tercet_config seen = machine;
  seen.act_sram_beats /= static_cast<uint32_t>(format.activation_bytes);
  const uint64_t longest = uint64_t{seen.act_sram_beats} * seen.rows;
  seen.k_max = static_cast<uint32_t>(std::min<uint64_t>(machine.k_max, longest));
  return seen;
}

uint32_t tree_registers(const ElementFormat& format, const tercet_config& machine) {
  uint32_t levels = 0;
  if (format.weight_bits != kFp16.weight_bits) return levels;
  while (machine.rows >> levels > 1) ++levels;
  return levels;
}

}  // namespace tercet
