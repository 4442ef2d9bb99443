// SPDX-License-Identifier: Apache-2.0
// The five layouts: where each weight's code is.
#include "model/ternary_layout.h"

#include <array>
#include <cstring>

#include "base/error.h"

namespace tercet {
namespace {

constexpr uint64_t kLowBits = 0x5555555555555555;  // the low bit of each 2-bit code

struct Form {
  const char* name;
  int64_t block;  ///< weights
  int64_t bytes;  ///< of a block; of kStrided four rows share bytes
};

/// In the order of TernaryLayout.
constexpr Form kForms[] = {{"strided U8", 1, 0},
                           {"I2_S", 128, 32},
                           {"I2_S (ARM)", 64, 16},
                           {"TQ2_0", kTqBlock, kTq2BlockBytes},
                           {"TQ1_0", kTqBlock, kTq1BlockBytes}};

const Form& form_of(TernaryLayout layout) { return kForms[static_cast<size_t>(layout)]; }

/// Calls visit(weight, byte, shift) for each weight of a row-major layout's block of 2-bit codes: a
/// quarter after the other; the first in the top bits, or of the halves of a TQ2_0 block in the low
/// ones.
template <typename Visit>
void two_bit_codes(TernaryLayout layout, Visit visit) {
  const bool tq2 = layout == TernaryLayout::kTq2;
  const int64_t bytes = tq2 ? 32 : form_of(layout).bytes;
  for (int64_t part = 0; part < (tq2 ? 2 : 1); ++part) {
    for (int64_t quarter = 0; quarter < 4; ++quarter) {
      const int64_t shift = tq2 ? 2 * quarter : 6 - 2 * quarter;
      for (int64_t byte = 0; byte < bytes; ++byte) {
        visit((4 * part + quarter) * bytes + byte, part * bytes + byte, shift);
      }
    }
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

const char* layout_name(TernaryLayout layout) { return form_of(layout).name; }

int64_t ternary_bytes(TernaryLayout layout, int64_t n, int64_t k, const std::string& where) {
  const Form& form = form_of(layout);
  if (k % form.block != 0) {
    fail("{}: {} inputs are no multiple of {}, a block of {}", where, k, form.block, form.name);
  }
  if (layout == TernaryLayout::kStrided) return (n + 3) / 4 * k;
  return n * k / form.block * form.bytes;
}

void read_codes(TernaryLayout layout, const uint8_t* packed, int64_t n, int64_t k, int64_t row,
                uint8_t* codes) {
  if (layout == TernaryLayout::kStrided) {
    const int64_t rows = (n + 3) / 4;
    return strided_codes(packed + row % rows * k, k, row / rows, codes);
  }
  const Form& form = form_of(layout);
  const uint8_t* in = packed + row * ternary_bytes(layout, 1, k, "");
  for (int64_t first = 0; first < k; first += form.block, codes += form.block, in += form.bytes) {
    if (layout == TernaryLayout::kTq1) {
      tq1_digits([&](int64_t weight, int64_t byte, int64_t digit) {
        codes[weight] = tq1_digit(in[byte], digit);
      });
    } else {
      two_bit_codes(layout, [&](int64_t weight, int64_t byte, int64_t shift) {
        codes[weight] = static_cast<uint8_t>(in[byte] >> shift & 3);
      });
    }
  }
}

void write_codes(TernaryLayout layout, const uint8_t* codes, int64_t k, int64_t row,
                 uint8_t* packed) {
  const Form& form = form_of(layout);
  uint8_t* out = packed + row * ternary_bytes(layout, 1, k, "");
  for (int64_t first = 0; first < k; first += form.block, codes += form.block, out += form.bytes) {
    if (layout == TernaryLayout::kTq1) {
      uint32_t number[52] = {};  // base-3 digits; the last four bytes have a fifth that is 0
      tq1_digits([&](int64_t weight, int64_t byte, int64_t) {
        number[byte] = number[byte] * 3 + codes[weight];
      });
      for (int64_t byte = 0; byte < 52; ++byte) {
        const uint32_t value = byte < 48 ? number[byte] : number[byte] * 3;
        out[byte] = static_cast<uint8_t>((value * 256 + 242) / 243);
      }
    } else {
      two_bit_codes(layout, [&](int64_t weight, int64_t byte, int64_t shift) {
        out[byte] = static_cast<uint8_t>(out[byte] | codes[weight] << shift);
      });
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
