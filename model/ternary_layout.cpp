// SPDX-License-Identifier: Apache-2.0
// The five layouts: where each weight's code is.
#include "model/ternary_layout.h"

#include <array>
#include <cstring>

#include "base/error.h"

namespace tercet {
namespace {

constexpr uint64_t kLowBits = 0x5555555555555555;  // the low bit of each 2-bit code

/// Calls visit(weight, byte, shift) for each weight of a block of 2-bit codes: `weights` in
/// weights / 4 bytes, a quarter after the other; the first in the top bits, or in the low ones.
template <typename Visit>
void quarters(int64_t weights, bool top_first, Visit visit) {
  const int64_t bytes = weights / 4;
  for (int64_t quarter = 0; quarter < 4; ++quarter) {
    const int64_t shift = top_first ? 6 - 2 * quarter : 2 * quarter;
    for (int64_t byte = 0; byte < bytes; ++byte) visit(quarter * bytes + byte, byte, shift);
  }
}

/// Calls visit(weight, byte, digit) for each weight of a TQ1_0 block; digit 0 is most significant.
template <typename Visit>
void tq1_digits(Visit visit) {
  int64_t weight = 0;
  const auto group = [&](int64_t first_byte, int64_t bytes, int64_t digits) {
    for (int64_t digit = 0; digit < digits; ++digit) {
      for (int64_t byte = 0; byte < bytes; ++byte) visit(weight++, first_byte + byte, digit);
    }
  };
  group(0, 32, 5);   // weights 0 to 159
  group(32, 16, 5);  // 160 to 239
  group(48, 4, 4);   // 240 to 255
}

/// Digit `digit` of a TQ1_0 byte: the byte is a fraction of 256, its digits those of base 3.
uint8_t tq1_digit(uint8_t byte, int64_t digit) {
  constexpr uint32_t kPowers[5] = {1, 3, 9, 27, 81};
  const uint32_t fraction = (byte * kPowers[digit]) & 0xff;
  return static_cast<uint8_t>(fraction * 3 >> 8);
}

/// Zero weights in 2-bit codes, or -1 if some code is 3.
int64_t count_zeros_two_bit(const uint8_t* data, int64_t bytes) {
  int64_t zeros = 0;
  for (int64_t i = 0; i < bytes;) {
    uint64_t word = 0;
    const int64_t step = bytes - i < 8 ? bytes - i : 8;
    std::memcpy(&word, data + i, static_cast<size_t>(step));
    if ((word & (word >> 1) & kLowBits) != 0) return -1;
    zeros += __builtin_popcountll(word & ~(word >> 1) & kLowBits);  // 0b01 is weight 0
    i += step;
  }
  return zeros;
}

/// Zero weights among the first `digits` of each byte value.
std::array<uint8_t, 256> tq1_zero_table(int64_t digits) {
  std::array<uint8_t, 256> table = {};
  for (size_t byte = 0; byte < 256; ++byte) {
    for (int64_t digit = 0; digit < digits; ++digit) {
      table[byte] += tq1_digit(static_cast<uint8_t>(byte), digit) == 1 ? 1 : 0;
    }
  }
  return table;
}

/// codes[c] = the two bits of in[c] at a shift that the compiler knows, so that the loop
/// vectorises.
template <int Shift>
void shifted_codes(const uint8_t* in, int64_t k, uint8_t* codes) {
  for (int64_t c = 0; c < k; ++c) codes[c] = static_cast<uint8_t>(in[c] >> Shift & 3);
}

void strided_codes(const uint8_t* in, int64_t k, int64_t lane, uint8_t* codes) {
  if (lane == 0) return shifted_codes<0>(in, k, codes);
  if (lane == 1) return shifted_codes<2>(in, k, codes);
  if (lane == 2) return shifted_codes<4>(in, k, codes);
  shifted_codes<6>(in, k, codes);
}

}  // namespace

const char* layout_name(TernaryLayout layout) {
  switch (layout) {
    case TernaryLayout::kStrided:
      return "strided U8";
    case TernaryLayout::kI2s:
      return "I2_S";
    case TernaryLayout::kI2sArm:
      return "I2_S (ARM)";
    case TernaryLayout::kTq2:
      return "TQ2_0";
    default:
      return "TQ1_0";
  }
}

int64_t layout_block(TernaryLayout layout) {
  switch (layout) {
    case TernaryLayout::kStrided:
      return 1;
    case TernaryLayout::kI2s:
      return 128;
    case TernaryLayout::kI2sArm:
      return 64;
    default:
      return kTqBlock;
  }
}

int64_t ternary_bytes(TernaryLayout layout, int64_t n, int64_t k, const std::string& where) {
  const int64_t block = layout_block(layout);
  if (k % block != 0) {
    fail("{}: {} inputs are no multiple of {}, a block of {}", where, k, block,
         layout_name(layout));
  }
  switch (layout) {
    case TernaryLayout::kStrided:
      return (n + 3) / 4 * k;
    case TernaryLayout::kTq2:
      return n * k / kTqBlock * kTq2BlockBytes;
    case TernaryLayout::kTq1:
      return n * k / kTqBlock * kTq1BlockBytes;
    default:
      return n * k / 4;
  }
}

void read_codes(TernaryLayout layout, const uint8_t* packed, int64_t n, int64_t k, int64_t row,
                uint8_t* codes) {
  if (layout == TernaryLayout::kStrided) {
    const int64_t rows = (n + 3) / 4;
    return strided_codes(packed + row % rows * k, k, row / rows, codes);
  }
  const int64_t block = layout_block(layout);
  const uint8_t* in = packed + row * ternary_bytes(layout, 1, k, "");
  for (int64_t first = 0; first < k; first += block, codes += block) {
    const auto two_bit = [&](int64_t weight, int64_t byte, int64_t shift) {
      codes[weight] = static_cast<uint8_t>(in[byte] >> shift & 3);
    };
    if (layout == TernaryLayout::kTq1) {
      tq1_digits([&](int64_t weight, int64_t byte, int64_t digit) {
        codes[weight] = tq1_digit(in[byte], digit);
      });
      in += kTq1BlockBytes;
    } else if (layout == TernaryLayout::kTq2) {
      for (int64_t half = 0; half < 2; ++half) {
        quarters(128, false, [&](int64_t weight, int64_t byte, int64_t shift) {
          two_bit(half * 128 + weight, half * 32 + byte, shift);
        });
      }
      in += kTq2BlockBytes;
    } else {
      quarters(block, true, two_bit);
      in += block / 4;
    }
  }
}

void write_codes(TernaryLayout layout, const uint8_t* codes, int64_t k, int64_t row,
                 uint8_t* packed) {
  const int64_t block = layout_block(layout);
  uint8_t* out = packed + row * ternary_bytes(layout, 1, k, "");
  for (int64_t first = 0; first < k; first += block, codes += block) {
    const auto two_bit = [&](int64_t weight, int64_t byte, int64_t shift) {
      out[byte] = static_cast<uint8_t>(out[byte] | codes[weight] << shift);
    };
    if (layout == TernaryLayout::kTq1) {
      uint32_t number[52] = {};  // base-3 digits; the last four bytes have a fifth that is 0
      tq1_digits([&](int64_t weight, int64_t byte, int64_t) {
        number[byte] = number[byte] * 3 + codes[weight];
      });
      for (int64_t byte = 0; byte < 52; ++byte) {
        const uint32_t value = byte < 48 ? number[byte] : number[byte] * 3;
        out[byte] = static_cast<uint8_t>((value * 256 + 242) / 243);
      }
      out += kTq1BlockBytes;
    } else if (layout == TernaryLayout::kTq2) {
      for (int64_t half = 0; half < 2; ++half) {
        quarters(128, false, [&](int64_t weight, int64_t byte, int64_t shift) {
          two_bit(half * 128 + weight, half * 32 + byte, shift);
        });
      }
      out += kTq2BlockBytes;
    } else {
      quarters(block, true, two_bit);
      out += block / 4;
    }
  }
}

int64_t count_zeros(TernaryLayout layout, const uint8_t* packed, int64_t n, int64_t k) {
  const int64_t bytes = ternary_bytes(layout, n, k, "");
  int64_t zeros = 0;
  if (layout == TernaryLayout::kTq1) {
    const auto five = tq1_zero_table(5);
    const auto four = tq1_zero_table(4);
    for (const uint8_t* in = packed; in != packed + bytes; in += kTq1BlockBytes) {
      for (int64_t i = 0; i < 48; ++i) zeros += five[in[i]];
      for (int64_t i = 48; i < 52; ++i) zeros += four[in[i]];
    }
    return zeros;
  }
  if (layout == TernaryLayout::kTq2) {
    for (const uint8_t* in = packed; in != packed + bytes; in += kTq2BlockBytes) {
      const int64_t block = count_zeros_two_bit(in, 64);
      if (block < 0) return -1;
      zeros += block;
    }
    return zeros;
  }
  zeros = count_zeros_two_bit(packed, bytes);
  if (zeros < 0 || layout != TernaryLayout::kStrided) return zeros;
  return zeros - ((n + 3) / 4 * 4 - n) * k;  // padding rows are zeros that nobody has
}

}  // namespace tercet
