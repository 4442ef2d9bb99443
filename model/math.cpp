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

const std::array<uint32_t, 128> kExp2Table = {
    0x4000000, 0x4058f6a, 0x40b2690, 0x410c57a, 0x4166c35, 0x41c1aca, 0x421d146, 0x4278fb3,
    0x42d561b, 0x433248b, 0x438fb0d, 0x43ed9ac, 0x444c074, 0x44aaf70, 0x450a6ac, 0x456a632,
    0x45cae0f, 0x462be4e, 0x468d6fb, 0x46ef821, 0x47521cc, 0x47b5409, 0x4818ee2, 0x487d264,
    0x48e1e9c, 0x4947394, 0x49ad159, 0x4a137f8, 0x4a7a77d, 0x4ae1ff4, 0x4b4a16a, 0x4bb2bea,
    0x4c1bf83, 0x4c85c3f, 0x4cf022d, 0x4d5b158, 0x4dc69ce, 0x4e32b9b, 0x4e9f6cd, 0x4f0cb71,
    0x4f7a993, 0x4fe9141, 0x5058288, 0x50c7d76, 0x5138218, 0x51a907b, 0x521a8ad, 0x528cabc,
    0x52ff6b5, 0x5372ca6, 0x53e6c9e, 0x545b6a9, 0x54d0ad6, 0x5546933, 0x55bd1ce, 0x56344b5,
    0x56ac1f7, 0x57249a3, 0x579dbc5, 0x581786e, 0x5891fac, 0x590d18d, 0x5988e21, 0x5a05575,
    0x5a8279a, 0x5b0049d, 0x5b7ec8f, 0x5bfdf7e, 0x5c7dd7a, 0x5cfe692, 0x5d7fad6, 0x5e01a54,
    0x5e8451d, 0x5f07b40, 0x5f8bcce, 0x60109d5, 0x6096266, 0x611c692, 0x61a3667, 0x622b1f6,
    0x62b3951, 0x633cc86, 0x63c6ba6, 0x64516c3, 0x64dcdec, 0x6569133, 0x65f60a8, 0x6683c5c,
    0x6712461, 0x67a18c6, 0x683199f, 0x68c26fb, 0x69540ed, 0x69e6785, 0x6a79ad5, 0x6b0daf0,
    0x6ba27e6, 0x6c381ca, 0x6cce8ae, 0x6d65ca3, 0x6dfddbd, 0x6e96c0c, 0x6f307a4, 0x6fcb097,
    0x70666f7, 0x7102ad8, 0x719fc4c, 0x723db65, 0x72dc837, 0x737c2d5, 0x741cb53, 0x74be1c2,
    0x7560637, 0x76038c6, 0x76a7981, 0x774c87d, 0x77f25cd, 0x7899185, 0x7940bba, 0x79e947f,
    0x7a92be9, 0x7b3d20b, 0x7be86fc, 0x7c94ace, 0x7d41d97, 0x7deff6b, 0x7e9f060, 0x7f4f08b};

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
