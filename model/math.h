// SPDX-License-Identifier: Apache-2.0
// exp, log, sin and cos that give the same bits on every compiler and libm (docs/arithmetic.md §3).
#pragma once

#include <cfloat>
#include <cstdint>
#include <cstring>
#include <limits>

namespace tercet {

static_assert(std::numeric_limits<float>::is_iec559 && std::numeric_limits<double>::is_iec559,
              "the arithmetic contract is IEEE 754");
static_assert(FLT_EVAL_METHOD == 0, "float expressions must be evaluated in float");

/// The bits of `from` as a `To` of the same size.
template <typename To, typename From>
inline To bit_cast(const From& from) {
  static_assert(sizeof(To) == sizeof(From), "bit_cast between sizes");
  To to;
  std::memcpy(&to, &from, sizeof(to));
  return to;
}

/// 1.5 * 2^23: adding it leaves no fraction bits, so the sum is rounded half to even.
inline constexpr float kRoundMagic = 12582912.0f;

/// Nearest integer, halves to even, for |x| <= 2^22.
inline float round_half_even(float x) { return (x + kRoundMagic) - kRoundMagic; }

/// e^x; 0 below -87 and +infinity above 88, so that no result is subnormal. NaN stays NaN.
/// x = n ln2 + r with |r| <= ln2 / 2; Taylor to degree 7 (truncation < 0.1 ulp); times 2^n.
inline float exp_f32(float x) {
  constexpr float kLog2E = 1.44269504f;
  constexpr float kLn2High = 0.693359375f;  // 355 / 512: n * kLn2High is exact
  constexpr float kLn2Low = -2.12194440e-4f;
  const float shifted = x * kLog2E + kRoundMagic;
  const float n = shifted - kRoundMagic;
  const float r = (x - n * kLn2High) - n * kLn2Low;
  float p = 1.0f / 5040.0f;
  p = p * r + 1.0f / 720.0f;
  p = p * r + 1.0f / 120.0f;
  p = p * r + 1.0f / 24.0f;
  p = p * r + 1.0f / 6.0f;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  // The low bits of `shifted` are n; moving n + 127 to the exponent field makes 2^n.
  const uint32_t integer = bit_cast<uint32_t>(shifted) - bit_cast<uint32_t>(kRoundMagic);
  float y = p * bit_cast<float>((integer + 127u) << 23);
  y = x < -87.0f ? 0.0f : y;
  y = x > 88.0f ? std::numeric_limits<float>::infinity() : y;
  return y;
}

/// e^x in double; 0 below -708 and +infinity above 709.
double exp_f64(double x);

/// Natural logarithm of a positive, finite, normal x.
double log_f64(double x);

struct SinCos {
  double sin;
  double cos;
};

/// sin and cos of x radians, |x| <= 2^20.
SinCos sincos_f64(double x);

}  // namespace tercet
