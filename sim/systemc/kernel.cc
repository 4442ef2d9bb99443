// SPDX-License-Identifier: Apache-2.0
// Compiled once for each vector target; the best one is chosen at run time.
#include "sim/systemc/kernel.h"

#include <cstring>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/systemc/kernel.cc"
#include <hwy/foreach_target.h>

#include "model/fast/byte_dot-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

/// Lanes of words, at most eight, and so many that as many int32 fit a vector.
template <class Word>
using LaneTag =
    hn::Rebind<Word, hn::CappedTag<std::conditional_t<sizeof(Word) == 8, Word, int32_t>, 8>>;

/// Sums modulo 2^16 to int32.
template <class D, hwy::EnableIf<sizeof(hn::TFromD<D>) == 2>* = nullptr>
auto to_int32(D, hn::VFromD<D> sums) {
  return hn::PromoteTo(hn::Rebind<int32_t, D>(), hn::BitCast(hn::RebindToSigned<D>(), sums));
}

/// Sums modulo 2^64 to int32.
template <class D, hwy::EnableIf<sizeof(hn::TFromD<D>) == 8>* = nullptr>
auto to_int32(D, hn::VFromD<D> sums) {
  return hn::BitCast(hn::Rebind<int32_t, D>(), hn::TruncateTo(hn::Rebind<uint32_t, D>(), sums));
}

/// `Word` holds the bits of one plane: uint16_t for 16 rows, uint64_t for 64. More rows are several
/// words a plane, `words` of them; a call handles word `word` of each plane.
template <class Word>
void multiply_words(uint32_t cols, uint32_t words, uint32_t word, const uint8_t* columns,
                    const uint8_t* planes, uint32_t tokens, bool first, int32_t* sums) {
  const LaneTag<Word> d;
  const hn::Rebind<int32_t, decltype(d)> d32;
  constexpr uint32_t kStride = 64;
  HWY_ALIGN Word nz_words[kStride];
  HWY_ALIGN Word neg_words[kStride];
  const uint32_t lanes = static_cast<uint32_t>(hn::Lanes(d));
  for (uint32_t c0 = 0; c0 < cols; c0 += kStride) {
    const uint32_t count = cols - c0 < kStride ? cols - c0 : kStride;
    for (uint32_t c = 0; c < count; ++c) {
      const uint8_t* column = columns + static_cast<size_t>(c0 + c) * 2 * words * sizeof(Word);
      std::memcpy(&nz_words[c], column + word * sizeof(Word), sizeof(Word));
      std::memcpy(&neg_words[c], column + (words + word) * sizeof(Word), sizeof(Word));
    }
    for (uint32_t c = 0; c < count; c += lanes) {
      const auto nz = hn::Load(d, nz_words + c);
      const auto neg = hn::Load(d, neg_words + c);
      const auto negations = hn::PopulationCount(neg);
      const uint8_t* token = planes + word * sizeof(Word);
      int32_t* sum = sums + c0 + c;
      for (uint32_t t = 0; t < tokens; ++t) {
        const auto ones = [&](uint32_t b) {
          Word x;
          std::memcpy(&x, token + static_cast<size_t>(b) * words * sizeof(Word), sizeof(Word));
          return hn::PopulationCount(hn::Xor(hn::And(hn::Set(d, x), nz), neg));
        };
        auto low = hn::Add(ones(0), negations);
        low = hn::Add(low, hn::ShiftLeft<1>(ones(1)));
        low = hn::Add(low, hn::ShiftLeft<2>(ones(2)));
        low = hn::Add(low, hn::ShiftLeft<3>(ones(3)));
        auto high = ones(4);
        high = hn::Add(high, hn::ShiftLeft<1>(ones(5)));
        high = hn::Add(high, hn::ShiftLeft<2>(ones(6)));
        high = hn::Sub(high, hn::ShiftLeft<3>(ones(7)));
        auto dot32 = to_int32(d, hn::Add(low, hn::ShiftLeft<4>(high)));
        if (!first) dot32 = hn::Add(dot32, hn::LoadU(d32, sum));
        hn::StoreU(dot32, d32, sum);
        token += static_cast<size_t>(8) * words * sizeof(Word);
        sum += cols;
      }
    }
  }
}

#if HWY_TARGET != HWY_SCALAR

constexpr uint32_t kLanes = hn::MaxLanes(hn::ScalableTag<int32_t>());  // int32 in a vector
constexpr uint32_t kVectors = 4;                                       // of columns at a time
constexpr uint32_t kBlock = kLanes * kVectors;
constexpr uint32_t kFewTokens = 4;  // up to here unpacking does not pay
constexpr uint32_t kMaxRows = 128;
constexpr hn::ScalableTag<int32_t> kD32;
constexpr hn::ScalableTag<int8_t> kDi8;

/// Weights of a block of columns as bytes -1, 0 and +1: [rows / 4][kBlock][4], a column's four rows
/// beside each other.
using Block = int8_t[kMaxRows / 4][kBlock][4];

/// Bits 4 i to 4 i + 3 of each lane to the low bits of its four bytes.
template <class D>
hn::VFromD<D> spread_four_bits(D d, hn::VFromD<D> bits, int i) {
  const auto nibble = hn::And(hn::ShiftRightSame(bits, 4 * i), hn::Set(d, 15));
  return hn::And(hn::Mul(nibble, hn::Set(d, 0x00204081)), hn::Set(d, 0x01010101));
}

void unpack_block(uint32_t rows, const uint8_t* columns, Block block) {
  const hn::ScalableTag<uint32_t> d;
  const hn::ScalableTag<uint8_t> d8;
  const uint32_t plane = rows / 8;
  HWY_ALIGN uint32_t nz_words[kLanes];
  HWY_ALIGN uint32_t neg_words[kLanes];
  for (uint32_t c0 = 0; c0 < kBlock; c0 += kLanes) {
    for (uint32_t word = 0; word < rows / 32; ++word) {
      for (uint32_t c = 0; c < kLanes; ++c) {
        const uint8_t* column = columns + static_cast<size_t>(c0 + c) * 2 * plane + 4 * word;
        std::memcpy(&nz_words[c], column, 4);
        std::memcpy(&neg_words[c], column + plane, 4);
      }
      const auto nz = hn::Load(d, nz_words);
      const auto minus = hn::And(nz, hn::Load(d, neg_words));
      for (int i = 0; i < 8; ++i) {
        const auto ones = hn::BitCast(d8, spread_four_bits(d, nz, i));
        const auto twos = hn::BitCast(d8, hn::ShiftLeft<1>(spread_four_bits(d, minus, i)));
        auto* to = reinterpret_cast<uint8_t*>(block[8 * word + static_cast<uint32_t>(i)][c0]);
        hn::Store(hn::Sub(ones, twos), d8, to);
      }
    }
  }
}

/// Adds to the sums of kTokens tokens. The weights' sums times 128 undo the bias of the tokens.
template <uint32_t kTokens>
void multiply_block(const TileShape& shape, const Block block, const uint8_t* biased,
                    const int32_t* bias, bool first, int32_t* sums) {
  DotSums acc[kTokens][kVectors];
  for (uint32_t t = 0; t < kTokens; ++t) {
    for (uint32_t v = 0; v < kVectors; ++v) {
      acc[t][v] = hn::Load(kD32, bias + v * kLanes);
      if (!first) {
        const int32_t* sum = sums + static_cast<size_t>(t) * shape.cols + v * kLanes;
        acc[t][v] = hn::Add(acc[t][v], hn::LoadU(kD32, sum));
      }
    }
  }
  for (uint32_t quad = 0; quad < shape.rows / 4; ++quad) {
    DotInts weights[kVectors];
    for (uint32_t v = 0; v < kVectors; ++v) weights[v] = hn::Load(kDi8, block[quad][v * kLanes]);
    for (uint32_t t = 0; t < kTokens; ++t) {
      int32_t four;
      std::memcpy(&four, biased + static_cast<size_t>(t) * shape.rows + 4 * quad, 4);
      const auto values = hn::BitCast(hn::ScalableTag<uint8_t>(), hn::Set(kD32, four));
      for (uint32_t v = 0; v < kVectors; ++v) {
        acc[t][v] = add_dots(acc[t][v], values, weights[v]);
      }
    }
  }
  for (uint32_t t = 0; t < kTokens; ++t) {
    for (uint32_t v = 0; v < kVectors; ++v) {
      hn::StoreU(acc[t][v], kD32, sums + static_cast<size_t>(t) * shape.cols + v * kLanes);
    }
  }
}

/// bias[kBlock]: -128 times the sum of each column.
void sum_block(const TileShape& shape, const Block block, int32_t* bias) {
  const auto ones = hn::Set(hn::ScalableTag<uint8_t>(), uint8_t{1});
  for (uint32_t v = 0; v < kVectors; ++v) {
    auto sum = hn::Zero(kD32);
    for (uint32_t quad = 0; quad < shape.rows / 4; ++quad) {
      sum = add_dots(sum, ones, hn::Load(kDi8, block[quad][v * kLanes]));
    }
    hn::Store(hn::Neg(hn::ShiftLeft<7>(sum)), kD32, bias + v * kLanes);
  }
}

bool multiply_bytes(const TileShape& shape, const uint8_t* columns, const uint8_t* biased,
                    uint32_t count, bool first, int32_t* sums) {
  constexpr uint32_t kTile = kLanes == 16 ? 4 : 2;  // tokens whose sums fit the registers
  if (count <= kFewTokens || shape.rows % 64 != 0 || shape.rows > kMaxRows ||
      shape.cols % kBlock != 0) {
    return false;
  }
  HWY_ALIGN Block block;
  HWY_ALIGN int32_t bias[kBlock];
  for (uint32_t c = 0; c < shape.cols; c += kBlock) {
    unpack_block(shape.rows, columns + static_cast<size_t>(c) * shape.rows / 4, block);
    sum_block(shape, block, bias);
    uint32_t t = 0;
    const auto next = [&](auto tokens) {
      multiply_block<tokens()>(shape, block, biased + static_cast<size_t>(t) * shape.rows, bias,
                               first, sums + static_cast<size_t>(t) * shape.cols + c);
      t += tokens();
    };
    while (count - t >= kTile) next(std::integral_constant<uint32_t, kTile>());
    while (t < count) next(std::integral_constant<uint32_t, 1>());
  }
  return true;
}

#else

bool multiply_bytes(const TileShape&, const uint8_t*, const uint8_t*, uint32_t, bool, int32_t*) {
  return false;
}

#endif

void multiply(const TileShape& shape, const uint8_t* columns, const TileTokens& token_data,
              uint32_t tokens, bool first, int32_t* sums) {
  if (multiply_bytes(shape, columns, token_data.biased, tokens, first, sums)) return;
  const uint8_t* planes = token_data.planes;
  if (shape.rows == 16) {
    multiply_words<uint16_t>(shape.cols, 1, 0, columns, planes, tokens, first, sums);
    return;
  }
  const uint32_t words = shape.rows / 64;
  for (uint32_t w = 0; w < words; ++w) {
    multiply_words<uint64_t>(shape.cols, words, w, columns, planes, tokens, first && w == 0, sums);
  }
}

const char* target() { return hwy::TargetName(HWY_TARGET); }

}  // namespace tercet::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tercet {

HWY_EXPORT(multiply);
HWY_EXPORT(target);

void multiply_tile(const TileShape& shape, const uint8_t* columns, const TileTokens& tokens,
                   uint32_t count, bool first, int32_t* sums) {
  HWY_DYNAMIC_DISPATCH(multiply)(shape, columns, tokens, count, first, sums);
}

void to_biased(const uint8_t* values, uint32_t bytes, uint8_t* biased) {
  for (uint32_t i = 0; i < bytes; ++i) biased[i] = values[i] ^ 0x80;
}

const char* kernel_target() { return HWY_DYNAMIC_DISPATCH(target)(); }

void to_planes(const uint8_t* bytes, uint32_t rows, uint8_t* planes) {
  const uint32_t plane_bytes = rows / 8;
  for (uint32_t i = 0; i < plane_bytes; ++i) {
    // An 8 x 8 bit matrix, transposed by swapping ever larger blocks.
    uint64_t x;
    std::memcpy(&x, bytes + 8 * i, 8);
    uint64_t t = (x ^ (x >> 7)) & 0x00aa00aa00aa00aa;
    x ^= t ^ (t << 7);
    t = (x ^ (x >> 14)) & 0x0000cccc0000cccc;
    x ^= t ^ (t << 14);
    t = (x ^ (x >> 28)) & 0x00000000f0f0f0f0;
    x ^= t ^ (t << 28);
    for (uint32_t b = 0; b < 8; ++b) {
      planes[b * plane_bytes + i] = static_cast<uint8_t>(x >> (8 * b));
    }
  }
}

}  // namespace tercet
#endif  // HWY_ONCE
