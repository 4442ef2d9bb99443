// SPDX-License-Identifier: Apache-2.0
// 2^x, exp, log, sin and cos that give the same bits on every compiler and libm (docs/arithmetic.md
// §3).
#pragma once

#include <array>
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

/// 1 / x, correctly rounded: the one division of a forward pass.
inline float rcp(float x) { return 1.0f / x; }

/// round(2^(i / 128) * 2^26).
extern const std::array<uint32_t, 128> kExp2Table;

/// 2^x, whose error is at most 1.18 ulp; 0 below -126, so that no result is subnormal, and
/// +infinity from 128. NaN gives NaN. X = rint(x * 2^24) has an integer part n, which becomes the
/// exponent; the next seven bits choose a factor from the table; p = 2^27 * (2^(r / 2^24) - 1) of
/// the lowest seventeen bits r is a parabola.
inline float exp2_f32(float x) {
  using Limits = std::numeric_limits<float>;
  if (!(x < 128.0f)) return x >= 128.0f ? Limits::infinity() : Limits::quiet_NaN();
  if (x < -126.0f) return 0.0f;
  constexpr double kRound = 6755399441055744.0;  // 1.5 * 2^52: the sum's lowest bits are X
  const double shifted = static_cast<double>(x) * 16777216.0 + kRound;
  const auto fixed = static_cast<int32_t>(static_cast<uint32_t>(bit_cast<uint64_t>(shifted)));
  const int32_t n = fixed >> 24;
  const uint64_t factor = kExp2Table[static_cast<uint32_t>(fixed) >> 17 & 127u];
  const uint64_t r = static_cast<uint32_t>(fixed) & 0x1ffffu;
  const uint64_t slope = 363409u + ((7886u * r) >> 20);
  const uint64_t p = (r * slope) >> 16;
  const uint64_t y = factor + ((factor * p) >> 27);              // in [2^26, 2^27]
  const auto significand = static_cast<uint32_t>((y + 4) >> 3);  // in [2^23, 2^24]
  return bit_cast<float>((static_cast<uint32_t>(n + 127) << 23) + (significand - 0x800000u));
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
