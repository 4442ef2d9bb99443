// SPDX-License-Identifier: Apache-2.0
// Compiled once for each vector target; the best one is chosen at run time.
#include "sim/systemc/kernel.h"

#include <cstring>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/systemc/kernel.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

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

void multiply(const TileShape& shape, const uint8_t* columns, const uint8_t* planes,
              uint32_t tokens, bool first, int32_t* sums) {
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

void multiply_tile(const TileShape& shape, const uint8_t* columns, const uint8_t* planes,
                   uint32_t tokens, bool first, int32_t* sums) {
  HWY_DYNAMIC_DISPATCH(multiply)(shape, columns, planes, tokens, first, sums);
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
