// SPDX-License-Identifier: Apache-2.0
// What a machine multiplies: trits by int8, or the baselines' dense formats.
#pragma once

#include <cstdint>
#include <string>

#include "host_driver/layout.h"
#include "tercet_hw.h"

namespace tercet {

/// The same dataflow with other elements: a beat holds fewer weights, an activation takes more
/// bytes, sums leave as 32 bits. The activation SRAM has the same bytes.
struct ElementFormat {
  const char* name = "ternary";
  int64_t weight_bits = 0;       ///< of a weight in memory; 0: as the command's packing says
  int64_t activation_bytes = 1;  ///< so many beats hold a token's k_tile
  int64_t sum_bytes = 3;         ///< of an accumulator, on chip
};

inline constexpr ElementFormat kTernary{};
inline constexpr ElementFormat kInt8{"int8", 8, 1, 4};
/// binary16 products, added in binary32.
inline constexpr ElementFormat kFp16{"fp16", 16, 2, 4};

/// Halves of a column of weights in a beat of 8 * Rows bits.
inline int64_t half_columns_a_beat(const ElementFormat& format, Packing packing) {
  return format.weight_bits == 0 ? 2 * columns_per_beat(packing) : 16 / format.weight_bits;
}

/// Beats of the weight stream of an [n][k] matrix.
inline int64_t weight_beats(const tercet_config& machine, const ElementFormat& format,
                            Packing packing, int64_t n, int64_t k) {
  return divide_up(2 * n_tiles(machine, n) * k_tiles(machine, k) * machine.cols,
                   half_columns_a_beat(format, packing));
}

/// "fp16" or "int8". Throws Error otherwise.
const ElementFormat& find_baseline(const std::string& name);

/// `machine` as commands must see it: its activation SRAM holds fewer, longer beats.
tercet_config command_machine(const tercet_config& machine, const ElementFormat& format);

/// Cycles from a token to its sums that the ternary columns do not take: the FP16 columns have a
/// register after each level of their tree (rtl/baseline/tercet_fp16_columns.sv).
uint32_t tree_registers(const ElementFormat& format, const tercet_config& machine);

}  // namespace tercet
