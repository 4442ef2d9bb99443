// SPDX-License-Identifier: Apache-2.0
// Vectors as balanced trit digits with one scale: what a ternary array multiplies without loss.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "model/float_matrix.h"

namespace tercet {

inline constexpr int kMaxDigits = 5;

/// A cache of digits takes so many positions: sums of int8 times codes over them fit int32, as
/// 128 * 121 * 138,654 < 2^31.
inline constexpr int64_t kMaxDigitPositions = 138654;

/// Largest |code| that `digits` balanced trits hold, (3^digits - 1) / 2: 1, 4, 13, 40, 121 for 1
/// to 5.
constexpr int32_t digit_limit(int digits) {
  int32_t limit = 0;
  for (int i = 0; i < digits; ++i) limit = 3 * limit + 1;
  return limit;
}

/// No scale of codes is less, so that its reciprocal is finite.
inline constexpr float kLeastScale = 0x1p-100f;

/// max |x[i]| of n values; nullopt if one is NaN or infinite.
std::optional<float> magnitude(const float* x, int64_t n);

/// What codes up to `limit` are worth in a vector of that magnitude:
/// max(magnitude * float(1 / limit), kLeastScale).
float code_scale(float magnitude, int32_t limit);

/// code[i] = clamp(rint(x[i] * rcp(scale)), -limit, limit) of n values; `limit` is at most 127.
void quantize_codes(const float* x, int64_t n, float scale, int32_t limit, int8_t* code);

/// x[n] as codes of `digits` digits; returns their scale s, with x about code * s; nullopt, with
/// codes undefined, if an x is NaN or infinite.
std::optional<float> quantize_digits(const float* x, int64_t n, int digits, int8_t* code);

/// The digits of `code`, |code| <= digit_limit(digits), each -1, 0 or +1, lowest first:
/// code = sum of trits[i] * 3^i.
void split_digits(int32_t code, int digits, int8_t* trits);

/// The code of such digits.
int32_t join_digits(const int8_t* trits, int digits);

/// A matrix whose rows were quantised one by one.
struct DigitMatrix {
  int64_t n = 0;  ///< rows
  int64_t k = 0;  ///< columns
  int digits = 0;
  std::vector<int8_t> codes;  ///< [n][k]
  std::vector<float> scales;  ///< [n]

  const int8_t* row(int64_t i) const { return codes.data() + i * k; }
};

/// Every row of `rows` as `digits` digits.
DigitMatrix quantize_rows(const FloatMatrix& rows, int digits);

}  // namespace tercet
