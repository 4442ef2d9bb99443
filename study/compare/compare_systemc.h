// SPDX-License-Identifier: Apache-2.0
// One layer of a comparison on the SystemC model, beside the formulas.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host_driver/driver.h"
#include "sim/element_format.h"

namespace tercet {

/// Cycles of `commands`, started one after the other on a machine with these elements, from the
/// first start to the last completion. Sizes are those of the commands, addresses are chosen here;
/// all operands are 0, which no cycle depends on. Throws Error if the machine lacks address space.
uint64_t systemc_cycles(const tercet_config& machine, const std::string& memory,
                        const ElementFormat& format, const std::vector<Gemm>& commands);

}  // namespace tercet
