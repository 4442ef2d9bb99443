// SPDX-License-Identifier: Apache-2.0
// ASTC's five-trit block (Khronos Data Format Specification, "Integer Sequence Encoding").
#include "sim/functional/trit5_decode.h"

namespace tercet {
namespace {

/// Bits [high:low] of x.
uint32_t bits(uint32_t x, int high, int low) { return (x >> low) & ((2u << (high - low)) - 1); }

/// {a, b & ~a}: two bits that are never 3.
uint32_t pair(uint32_t a, uint32_t b) { return a << 1 | (b & ~a & 1); }

}  // namespace

std::array<int8_t, 5> decode_trit5(uint8_t code) {
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
  std::array<int8_t, 5> weights{};
  for (int i = 0; i < 5; ++i) weights[i] = static_cast<int8_t>(t[i] == 2 ? -1 : t[i]);
  return weights;
}

}  // namespace tercet
