// SPDX-License-Identifier: Apache-2.0
// What a machine multiplies: trits by int8, or the baselines' dense formats.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

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

/// "fp16" or "int8". Throws Error otherwise.
const ElementFormat& find_baseline(const std::string& name);

/// `machine` as commands must see it: its activation SRAM holds fewer, longer beats.
tercet_config command_machine(const tercet_config& machine, const ElementFormat& format);

}  // namespace tercet
