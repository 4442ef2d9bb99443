// SPDX-License-Identifier: Apache-2.0
// Names of memories.
#include "sim/dram/machine_memory.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "sim/dram/dram_presets.h"

namespace tercet {

std::vector<std::string> memory_names() {
  std::vector<std::string> names = {"ideal", "dram"};
  for (const DramPreset& preset : dram_presets()) names.emplace_back(preset.name);
  return names;
}

DramConfig machine_dram(const std::string& name, const tercet_config& machine) {
  const std::vector<std::string> names = memory_names();
  if (std::find(names.begin(), names.end(), name) == names.end()) {
    fail("memory '{}' is unknown; known: {}", name, fmt::join(names, ", "));
  }
  return dram_config(name == "dram" ? machine.dram : name);
}

DramPort machine_port(const tercet_config& machine) {
  return {machine.clock_mhz * 1000, machine.axi_bytes * machine.axi_ports};
}

}  // namespace tercet
