// SPDX-License-Identifier: Apache-2.0
// The trit5 encoder, 64 rows at a time: bit planes of five columns to bit planes of their codes.
#pragma once

#include <array>
#include <cstdint>

namespace tercet {

/// A column's trits, bit r for row r: nz is set for +1 and -1, neg for -1.
struct TritPlanes {
  uint64_t nz = 0;
  uint64_t neg = 0;
};

/// Plane b of the result is bit b of each row's smallest code for the trits of columns[0..4]
/// (docs/machine.md, where column i is trit t_i).
///
/// The decoder read backwards. With p = (trit is 1) and m = (trit is 2), the five bits C of
/// t2 t1 t0 are {t2, t1, t0}, but {0, 3, t0} if t2 = t1 = 2 and {t1, t0, 3} if t2 = 2 alone.
/// T is {t4, t3, C}, but {t3, 3, C} if t4 = 2 and {C[4:2], 7, C[1:0]} if t4 = t3 = 2.
inline std::array<uint64_t, 8> encode_trit5(const std::array<TritPlanes, 5>& columns) {
  uint64_t p[5];
  uint64_t m[5];
  for (int i = 0; i < 5; ++i) {
    m[i] = columns[i].neg;
    p[i] = columns[i].nz & ~columns[i].neg;
  }
  const uint64_t both = m[2] & m[1];
  const uint64_t alone = m[2] & ~m[1];
  const uint64_t c4 = p[2] | (m[2] & p[1]);
  const uint64_t c3 = (alone & m[0]) | (~alone & m[1]);
  const uint64_t c2 = (alone & p[0]) | (~alone & (both | p[1]));
  const uint64_t c1 = alone | m[0];
  const uint64_t c0 = alone | p[0];
  const uint64_t escape = m[4] & m[3];
  const uint64_t t7 = (escape & c4) | (~escape & ((m[4] & p[3]) | p[4]));
  const uint64_t t6 = (escape & c3) | (~escape & (m[4] | m[3]));
  const uint64_t t5 = (escape & c2) | (~escape & (m[4] | p[3]));
  return {c0, c1, escape | c2, escape | c3, escape | c4, t5, t6, t7};
}

}  // namespace tercet
