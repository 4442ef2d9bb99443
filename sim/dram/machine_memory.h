// SPDX-License-Identifier: Apache-2.0
// The memory behind a machine's ports, by name.
#pragma once

#include <string>
#include <vector>

#include "sim/dram/dram_config.h"
#include "sim/dram/dram_model.h"
#include "tercet_hw.h"

namespace tercet {

/// "ideal", "dram" and the presets.
std::vector<std::string> memory_names();

/// What `name` stands for: "dram" is the preset that the machine's configuration names. Throws
/// Error listing the names otherwise.
DramConfig machine_dram(const std::string& name, const tercet_config& machine);

/// The machine as its memory sees it: all its ports are one bus.
DramPort machine_port(const tercet_config& machine);

}  // namespace tercet
