// SPDX-License-Identifier: Apache-2.0
// Machines that no configuration file describes: derived numbers and the rules they must obey.
#pragma once

#include <string>

#include "tercet_hw.h"

namespace tercet {

/// Fills in the numbers that follow from others: act_sram_beats and k_max. A machine made here has
/// no geometry register and no hash: no driver will take it for a real one.
void derive(tercet_config* machine);

/// "[rule] what is wrong", with the rules' names of scripts/hwgen/config.py; empty if the machine
/// can be built.
std::string machine_fault(const tercet_config& machine);

}  // namespace tercet
