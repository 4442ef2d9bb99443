// SPDX-License-Identifier: Apache-2.0
// Stored rows of floats, a block after the other, and their products with hidden states.
#if defined(TERCET_HEAD_ROWS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TERCET_HEAD_ROWS_INL_H_
#undef TERCET_HEAD_ROWS_INL_H_
#else
#define TERCET_HEAD_ROWS_INL_H_
#endif

#include <cstring>

#include "model/fast/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR

/// The products of a row with one hidden state, by lanes.
struct PlainSums {
  Sixteen lanes;

  HWY_INLINE PlainSums() : lanes(zero_lanes()) {}
  HWY_INLINE void add(const Sixteen& y, const float* x) {
    for (int64_t p = 0; p < kParts; ++p) {
      const auto product = hn::Mul(hn::LoadU(FloatTag(), x + p * kFloats), y.part[p]);
      lanes.part[p] = hn::Add(lanes.part[p], product);
    }
  }
  HWY_INLINE Four four() const { return to_four(lanes); }
};

// Each of the following is kSize elements of a row in kBytes bytes at any address: sixteen(s) are
// elements 16 s and up, as floats, rounded where the reference rounds (float_matrix.cpp).

struct F32Block {
  static constexpr int64_t kSize = kLanes;
  static constexpr int64_t kBytes = kSize * 4;
  using Sums = PlainSums;
  const uint8_t* from;

  HWY_INLINE Sixteen sixteen(int64_t) const {
    constexpr hn::Repartition<uint8_t, FloatTag> kD8;
    Sixteen y;
    for (int64_t p = 0; p < kParts; ++p) {
      y.part[p] = hn::BitCast(FloatTag(), hn::LoadU(kD8, from + p * kFloats * 4));
    }
    return y;
  }
};

using HalfTag = hn::Rebind<uint16_t, FloatTag>;

/// Half precision to single: exact, subnormals too. Infinities and NaNs, which FloatMatrix refuses,
/// are read as numbers on targets without an instruction.
HWY_INLINE Floats widen(hn::Vec<HalfTag> half) {
  return hn::PromoteTo(FloatTag(), hn::BitCast(hn::Rebind<hwy::float16_t, FloatTag>(), half));
}

struct F16Block {
  static constexpr int64_t kSize = kLanes;
  static constexpr int64_t kBytes = kSize * 2;
  using Sums = PlainSums;
  const uint8_t* from;

  HWY_INLINE Sixteen sixteen(int64_t) const {
    Sixteen y;
    for (int64_t p = 0; p < kParts; ++p) {
      uint16_t bits[kFloats];
      std::memcpy(bits, from + p * kFloats * 2, sizeof(bits));
      y.part[p] = widen(hn::LoadU(HalfTag(), bits));
    }
    return y;
  }
};

/// The half-precision float at any address, in every lane.
HWY_INLINE Floats half_at(const uint8_t* from) {
  uint16_t bits;
  std::memcpy(&bits, from, sizeof(bits));
  return widen(hn::Set(HalfTag(), bits));
}

using LevelTag = hn::Full128<int8_t>;

template <class Levels>  // of LevelTag; a template, so that only one of the ways is compiled
HWY_INLINE Sixteen to_floats(Levels levels) {
  constexpr FloatTag kD;
  constexpr hn::RebindToSigned<FloatTag> kInt;
  Sixteen y;
  if constexpr (kParts == 1) {
    y.part[0] = hn::ConvertTo(kD, hn::PromoteTo(kInt, levels));
  } else {
    int8_t bytes[kLanes];
    hn::StoreU(levels, LevelTag(), bytes);
    for (int64_t p = 0; p < kParts; ++p) {
      const auto part = hn::LoadU(hn::Rebind<int8_t, FloatTag>(), bytes + p * kFloats);
      y.part[p] = hn::ConvertTo(kD, hn::PromoteTo(kInt, part));
    }
  }
  return y;
}

HWY_INLINE Sixteen scaled(Sixteen y, Floats scale) {
  for (auto& part : y.part) part = hn::Mul(scale, part);
  return y;
}

/// A scale (half precision), 32 int8.
struct Q80Block {
  static constexpr int64_t kSize = 32;
  static constexpr int64_t kBytes = 34;
  using Sums = PlainSums;
  const int8_t* levels;
  Floats scale;

  HWY_INLINE explicit Q80Block(const uint8_t* at)
      : levels(reinterpret_cast<const int8_t*>(at + 2)), scale(half_at(at)) {}

  HWY_INLINE Sixteen sixteen(int64_t s) const {
    return scaled(to_floats(hn::LoadU(LevelTag(), levels + s * kLanes)), scale);
  }
};

/// 128 bytes of low halves, 64 of high quarters, 16 int8 scales, a scale of all (half precision). A
/// half of the block has four groups of 32: in bits 0-3 of 64 bytes, then in bits 4-7; and in bits
/// 0-1, 2-3, 4-5 and 6-7 of 32 bytes.
struct Q6KBlock {
  static constexpr int64_t kSize = 256;
  static constexpr int64_t kBytes = 210;
  using Sums = PlainSums;
  float scales[kLanes];
  int8_t levels[kSize];

  HWY_INLINE explicit Q6KBlock(const uint8_t* at) {
    const auto small = hn::LoadU(LevelTag(), reinterpret_cast<const int8_t*>(at + 192));
    const Sixteen all = scaled(to_floats(small), half_at(at + 208));
    for (int64_t p = 0; p < kParts; ++p) {
      hn::StoreU(all.part[p], FloatTag(), scales + p * kFloats);
    }
    unpack(at, at + 128, levels);
    unpack(at + 64, at + 160, levels + 128);
  }
  HWY_INLINE Sixteen sixteen(int64_t s) const {
    const auto level = hn::LoadU(LevelTag(), levels + s * kLanes);
    return scaled(to_floats(level), hn::Set(FloatTag(), scales[s]));
  }

 private:
  /// A half of the block to levels[128].
  static HWY_INLINE void unpack(const uint8_t* low, const uint8_t* high, int8_t* levels) {
    constexpr hn::CappedTag<uint8_t, 32> kD;
    constexpr hn::RepartitionToWide<decltype(kD)> kWide;  // a neighbour's bits are masked off
    constexpr hn::RebindToSigned<decltype(kD)> kLevel;
    for (int64_t i = 0; i < 32; i += static_cast<int64_t>(hn::Lanes(kD))) {
      const auto put = [&](int64_t group, auto low_bits, auto high_bits) HWY_ATTR {
        const auto code = hn::Or(hn::And(hn::BitCast(kD, low_bits), hn::Set(kD, 15)),
                                 hn::And(hn::BitCast(kD, high_bits), hn::Set(kD, 48)));
        const auto level = hn::Sub(hn::BitCast(kLevel, code), hn::Set(kLevel, 32));
        hn::StoreU(level, kLevel, levels + group * 32 + i);
      };
      const auto even = hn::BitCast(kWide, hn::LoadU(kD, low + i));
      const auto odd = hn::BitCast(kWide, hn::LoadU(kD, low + 32 + i));
      const auto top = hn::BitCast(kWide, hn::LoadU(kD, high + i));
      put(0, even, hn::ShiftLeft<4>(top));
      put(1, odd, hn::ShiftLeft<2>(top));
      put(2, hn::ShiftRight<4>(even), top);
      put(3, hn::ShiftRight<4>(odd), hn::ShiftRight<2>(top));
    }
  }
};

/// Two BF16 make a 32-bit lane: the even lanes of the sum are kept apart from the odd ones, so that
/// widening takes one operation a vector. x[0..8) are the even elements, x[8..16) the odd ones.
struct Bf16Block {
  static constexpr int64_t kSize = kLanes;
  static constexpr int64_t kBytes = kSize * 2;
  using PairTag = hn::CappedTag<uint32_t, kLanes / 2>;
  using Tag = hn::RebindToFloat<PairTag>;
  static constexpr int64_t kPairs = hn::MaxLanes(PairTag());
  static constexpr int64_t kHalves = kLanes / 2 / kPairs;
  struct Pairs {
    hn::Vec<PairTag> half[kHalves];
  };
  const uint8_t* from;

  HWY_INLINE Pairs sixteen(int64_t) const {
    constexpr hn::Repartition<uint8_t, PairTag> kD8;
    Pairs y;
    for (int64_t h = 0; h < kHalves; ++h) {
      y.half[h] = hn::BitCast(PairTag(), hn::LoadU(kD8, from + h * kPairs * 4));
    }
    return y;
  }

  struct Sums {
    hn::Vec<Tag> even[kHalves];
    hn::Vec<Tag> odd[kHalves];

    HWY_INLINE Sums() {
      for (auto& v : even) v = hn::Zero(Tag());
      for (auto& v : odd) v = hn::Zero(Tag());
    }
    HWY_INLINE void add(const Pairs& y, const float* x) {
      constexpr PairTag kPair;
      constexpr Tag kD;
      for (int64_t h = 0; h < kHalves; ++h) {
        const auto low = hn::BitCast(kD, hn::ShiftLeft<16>(y.half[h]));
        const auto high = hn::BitCast(kD, hn::And(y.half[h], hn::Set(kPair, 0xffff0000u)));
        even[h] = hn::Add(even[h], hn::Mul(hn::LoadU(kD, x + h * kPairs), low));
        odd[h] = hn::Add(odd[h], hn::Mul(hn::LoadU(kD, x + kLanes / 2 + h * kPairs), high));
      }
    }
    /// Lanes j + 8 added: 0 2 4 6 and 1 3 5 7. Then j + 4, in order.
    HWY_INLINE Four four() const {
      const auto fold = [](const auto* v) HWY_ATTR {
        if constexpr (kHalves == 2) {
          return hn::Add(v[0], v[1]);
        } else {
          return fold_to_four(Tag(), v[0]);
        }
      };
      const Four e = fold(even);
      const Four o = fold(odd);
      return hn::Add(hn::InterleaveLower(FourTag(), e, o), hn::InterleaveUpper(FourTag(), e, o));
    }
  };
};

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace tercet::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
