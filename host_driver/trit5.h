// SPDX-License-Identifier: Apache-2.0
// The trit5 code, that is the five-trit block of ASTC (Khronos Data Format Specification, "Integer
// Sequence Encoding"; docs/machine.md): five trits in a byte.
#pragma once

#include <array>
#include <cstdint>

namespace tercet {

/// A column's trits, bit r for row r: nz is set for +1 and -1, neg for -1.
struct TritPlanes {
  uint64_t nz = 0;
  uint64_t neg = 0;
};

/// The encoder, 64 rows at a time. Plane b of the result is bit b of each row's smallest code for
/// the trits of columns[0..4] (docs/machine.md, where column i is trit t_i).
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

/// The trits t_0..t_4 of a code, each -1, 0 or 1.
inline std::array<int8_t, 5> decode_trit5(uint8_t code) {
  const auto bits = [](uint32_t x, int high, int low) {
    return (x >> low) & ((2u << (high - low)) - 1);
  };
  // {a, b & ~a}: two bits that are never 3.
  const auto pair = [](uint32_t a, uint32_t b) { return a << 1 | (b & ~a & 1); };
  const uint32_t x = code;
  uint32_t t[5];
  uint32_t c;
  if (bits(x, 4, 2) == 7) {
    c = bits(x, 7, 5) << 2 | bits(x, 1, 0);
    t[4] = t[3] = 2;
  } else {
    c = bits(x, 4, 0);
    const bool two = bits(x, 6, 5) == 3;
    t[4] = two ? 2 : bits(x, 7, 7);
    t[3] = two ? bits(x, 7, 7) : bits(x, 6, 5);
  }
  if (bits(c, 1, 0) == 3) {
    t[2] = 2;
    t[1] = bits(c, 4, 4);
    t[0] = pair(bits(c, 3, 3), bits(c, 2, 2));
  } else if (bits(c, 3, 2) == 3) {
    t[2] = 2;
    t[1] = 2;
    t[0] = bits(c, 1, 0);
  } else {
    t[2] = bits(c, 4, 4);
    t[1] = bits(c, 3, 2);
    t[0] = pair(bits(c, 1, 1), bits(c, 0, 0));
  }
  std::array<int8_t, 5> trits{};
  for (int i = 0; i < 5; ++i) trits[i] = static_cast<int8_t>(t[i] == 2 ? -1 : t[i]);
  return trits;
}

}  // namespace tercet
