// SPDX-License-Identifier: Apache-2.0
// The double-precision functions of math.h: range reduction, then a Taylor polynomial.
#include "model/math.h"

#include <cstddef>

namespace tercet {
namespace {

constexpr double kRoundMagic64 = 6755399441055744.0;  // 1.5 * 2^52

/// c[0] + x c[1] + x^2 c[2] + ..., from the highest coefficient down.
template <size_t N>
double horner(const double (&c)[N], double x) {
  double p = c[N - 1];
  for (size_t i = N - 1; i-- > 0;) p = p * x + c[i];
  return p;
}

// ln2 in two parts: n * kLn2High is exact for |n| < 2^20.
constexpr double kLog2E = 0x1.71547652b82fep+0;
constexpr double kLn2High = 0x1.62e42fefp-1;
constexpr double kLn2Low = 0x1.473de6af278edp-34;

// pi / 2 in three parts of which the first two have 33 bits: n times them is exact for |n| <= 2^20.
constexpr double kTwoOverPi = 0x1.45f306dc9c883p-1;
constexpr double kHalfPi1 = 0x1.921fb544p+0;
constexpr double kHalfPi2 = 0x1.0b4611a6p-34;
constexpr double kHalfPi3 = 0x1.3198a2e037073p-69;

// 1/k!, k = 0 .. 13.
constexpr double kExp[] = {1.0,
                           1.0,
                           1.0 / 2,
                           1.0 / 6,
                           1.0 / 24,
                           1.0 / 120,
                           1.0 / 720,
                           1.0 / 5040,
                           1.0 / 40320,
                           1.0 / 362880,
                           1.0 / 3628800,
                           1.0 / 39916800,
                           1.0 / 479001600,
                           1.0 / 6227020800};

// sin r = r + r^3 S(r^2); cos r = 1 + r^2 C(r^2).
constexpr double kSin[] = {
    -1.0 / 6,        1.0 / 120,        -1.0 / 5040,          1.0 / 362880,
    -1.0 / 39916800, 1.0 / 6227020800, -1.0 / 1307674368000, 1.0 / 355687428096000};
constexpr double kCos[] = {
    -1.0 / 2,       1.0 / 24,        -1.0 / 720,         1.0 / 40320,
    -1.0 / 3628800, 1.0 / 479001600, -1.0 / 87178291200, 1.0 / 20922789888000};

// ln((1 + s) / (1 - s)) = 2 s + s^3 L(s^2), s^2 < 0.0295.
constexpr double kLog[] = {2.0 / 3,  2.0 / 5,  2.0 / 7,  2.0 / 9,  2.0 / 11,
                           2.0 / 13, 2.0 / 15, 2.0 / 17, 2.0 / 19, 2.0 / 21};

}  // namespace

double exp_f64(double x) {
  if (x < -708.0) return 0.0;
  if (x > 709.0) return std::numeric_limits<double>::infinity();
  const double shifted = x * kLog2E + kRoundMagic64;
  const double n = shifted - kRoundMagic64;
  const double r = (x - n * kLn2High) - n * kLn2Low;
  const uint64_t integer = bit_cast<uint64_t>(shifted) - bit_cast<uint64_t>(kRoundMagic64);
  return horner(kExp, r) * bit_cast<double>((integer + 1023u) << 52);
}

double log_f64(double x) {
  // x = m 2^e with m in [sqrt(1/2), sqrt(2)): subtracting the bits of sqrt(1/2) carries into e.
  constexpr uint64_t kSqrtHalf = 0x3fe6a09e667f3bcd;
  const uint64_t offset = bit_cast<uint64_t>(x) - kSqrtHalf;
  const int64_t e = static_cast<int64_t>(offset) >> 52;
  const double m = bit_cast<double>((offset & 0xfffffffffffffu) + kSqrtHalf);
  const double s = (m - 1.0) / (m + 1.0);
  const double z = s * s;
  const double n = static_cast<double>(e);
  return n * kLn2High + (n * kLn2Low + (s * z * horner(kLog, z) + 2.0 * s));
}

SinCos sincos_f64(double x) {
  const double shifted = x * kTwoOverPi + kRoundMagic64;
  const double n = shifted - kRoundMagic64;
  const double r = ((x - n * kHalfPi1) - n * kHalfPi2) - n * kHalfPi3;
  const double z = r * r;
  const double s = r + r * z * horner(kSin, z);
  const double c = 1.0 + z * horner(kCos, z);
  switch (bit_cast<uint64_t>(shifted) & 3u) {  // n mod 4: the quadrant
    case 0:
      return {s, c};
    case 1:
      return {c, -s};
    case 2:
      return {-s, -c};
    default:
      return {-c, s};
  }
}

}  // namespace tercet
