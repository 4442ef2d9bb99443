// SPDX-License-Identifier: Apache-2.0
// Operands for floating-point tests: every special value, and random ones that meet the hard cases
// often.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/rng.h"

namespace tercet {

/// Fields of a binary format: binary16 is {5, 10}, binary32 {8, 23}.
struct FloatFormat {
  uint32_t exponent_bits;
  uint32_t fraction_bits;
};
constexpr FloatFormat kFp16 = {5, 10};
constexpr FloatFormat kFp32 = {8, 23};

/// Zeros, least and largest subnormals and normals, one and its neighbours, infinities, NaNs; both
/// signs.
inline std::vector<uint32_t> special_floats(FloatFormat format) {
  const uint32_t ones = (1u << format.fraction_bits) - 1;
  const uint32_t top = (1u << format.exponent_bits) - 1;
  const uint32_t quiet = 1u << (format.fraction_bits - 1);
  std::vector<uint32_t> values;
  for (const uint32_t field : {0u, 1u, 2u, top / 2 - 1, top / 2, top / 2 + 1, top - 1, top}) {
    for (const uint32_t fraction : {0u, 1u, 2u, quiet - 1, quiet, quiet + 1, ones - 1, ones}) {
      for (const uint32_t sign : {0u, 1u}) {
        values.push_back((sign << format.exponent_bits | field) << format.fraction_bits | fraction);
      }
    }
  }
  return values;
}

/// Random bits, or runs of zeros and ones, whose sums are ties and long carries.
inline uint32_t random_fraction(uint32_t bits, Rng& rng) {
  const auto random = static_cast<uint32_t>(rng.next());
  const uint32_t at = static_cast<uint32_t>(rng.below(bits));
  const std::array<uint32_t, 6> shapes = {random,    random << at,    1u << at,
                                          ~0u << at, (1u << at) - 1u, (random & 3) << at};
  return shapes[rng.below(shapes.size())] & ((1u << bits) - 1);
}

inline uint32_t random_float(FloatFormat format, Rng& rng) {
  const uint64_t top = rng.below(uint64_t{2} << format.exponent_bits);  // sign and exponent
  return static_cast<uint32_t>(top) << format.fraction_bits |
         random_fraction(format.fraction_bits, rng);
}

/// A binary32 whose exponent is at most 27 away from that of `other`, so that the two meet.
inline uint32_t random_near(uint32_t other, Rng& rng) {
  const int field = static_cast<int>(other >> kFp32.fraction_bits & 0xff);
  int near = field + static_cast<int>(rng.below(55)) - 27;
  if (near < 0) near = 0;
  if (near > 255) near = 255;
  const auto sign = static_cast<uint32_t>(rng.below(2));
  return (sign << kFp32.exponent_bits | static_cast<uint32_t>(near)) << kFp32.fraction_bits |
         random_fraction(kFp32.fraction_bits, rng);
}

}  // namespace tercet
