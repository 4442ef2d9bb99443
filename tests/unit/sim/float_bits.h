// SPDX-License-Identifier: Apache-2.0
// IEEE 754 arithmetic of the FP16 baseline on bit patterns, in integers: what rtl/baseline
// computes, to the bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tercet {

/// The only NaN that comes out: positive, quiet, no payload.
constexpr uint32_t kBinary32Nan = 0x7fc00000;

/// a · b of two binary16 as a binary32, exact: 22 bits of significand, exponents from 2^-48 to
/// below 2^32.
uint32_t fp16_multiply(uint16_t a, uint16_t b);

/// a + b of two binary32, rounded to nearest, ties to even; subnormals in full.
uint32_t fp32_add(uint32_t a, uint32_t b);

/// One step of the FP16 element: acc + weight · act. The product is exact, so this is a fused
/// multiply-add.
inline uint32_t fp16_mac(uint32_t acc, uint16_t weight, uint16_t act) {
  return fp32_add(acc, fp16_multiply(weight, act));
}

/// A dot product as tercet_fp16_columns adds it: neighbours, level by level, each sum rounded.
/// Both are [rows], rows a power of two >= 2. Throws Error otherwise.
uint32_t fp16_column(const std::vector<uint16_t>& weights, const std::vector<uint16_t>& acts);

/// The binary32 nearest to ±magnitude · 2^exponent, ties to even; overflow is infinite, 0 keeps its
/// sign.
uint32_t round_to_binary32(bool negative, uint64_t magnitude, int exponent);

/// The binary16 nearest to a binary32, ties to even; NaN becomes 0x7e00.
uint16_t round_to_binary16(uint32_t value);

}  // namespace tercet
