// SPDX-License-Identifier: Apache-2.0
// Names of the baselines, and what their activations leave of the SRAM.
#include "sim/analytic/operands.h"

#include <algorithm>

#include "tercet/model/error.h"

namespace tercet {

const Operands& find_baseline(const std::string& name) {
  for (const Operands* operands : {&kFp16, &kInt8}) {
    if (name == operands->name) return *operands;
  }
  fail("no baseline '{}'; known are fp16, int8", name);
}

tercet_config command_machine(const tercet_config& machine, const Operands& operands) {
  tercet_config seen = machine;
  seen.act_sram_beats /= static_cast<uint32_t>(operands.activation_bytes);
  const uint64_t longest = uint64_t{seen.act_sram_beats} * seen.rows;
  seen.k_max = static_cast<uint32_t>(std::min<uint64_t>(machine.k_max, longest));
  return seen;
}

}  // namespace tercet
