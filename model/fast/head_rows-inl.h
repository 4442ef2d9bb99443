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

// Each of the following is kSize elements of a row in kBytes bytes at any address: part(c, p) has
// the elements of part p of 128 lanes, 128 c elements on, as floats, rounded where the reference
// rounds (float_matrix.cpp). four() is the pairwise end but for its last two steps.

struct F32Block {
  static constexpr int64_t kSize = kLanes;
  static constexpr int64_t kBytes = kSize * 4;
  const uint8_t* from;

  HWY_INLINE Floats part(int64_t, int64_t p) const {
    constexpr hn::Repartition<uint8_t, FloatTag> kD8;
    return hn::BitCast(FloatTag(), hn::LoadU(kD8, from + p * kFloats * 4));
  }
  static HWY_INLINE Four four(const LaneSums& sums) { return to_four(sums); }
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
  const uint8_t* from;

  HWY_INLINE Floats part(int64_t, int64_t p) const {
    uint16_t bits[kFloats];
    std::memcpy(bits, from + p * kFloats * 2, sizeof(bits));
    return widen(hn::LoadU(HalfTag(), bits));
  }
  static HWY_INLINE Four four(const LaneSums& sums) { return to_four(sums); }
};

/// Two BF16 make a 32-bit lane: the even elements are a shift and the odd ones a mask away from
/// floats. So the first half of the parts is the even lanes, the second half the odd ones, and the
/// hidden states lie in that order.
struct Bf16Block {
  static constexpr int64_t kSize = kLanes;
  static constexpr int64_t kBytes = kSize * 2;
  static constexpr int64_t kHalf = kParts / 2;
  const uint8_t* from;

  HWY_INLINE Floats part(int64_t, int64_t p) const {
    constexpr hn::Repartition<uint8_t, FloatTag> kD8;
    constexpr hn::RebindToUnsigned<FloatTag> kPair;
    const auto pairs = hn::BitCast(kPair, hn::LoadU(kD8, from + p % kHalf * kFloats * 4));
    if (p < kHalf) return hn::BitCast(FloatTag(), hn::ShiftLeft<16>(pairs));
    return hn::BitCast(FloatTag(), hn::And(pairs, hn::Set(kPair, 0xffff0000u)));
  }

  /// Lanes j + w added, w = 64 .. 8: 0 2 4 6 and 1 3 5 7. Then j + 4, in order.
  static HWY_INLINE Four four(const LaneSums& sums) {
    const Four even = fold_half(sums.part);
    const Four odd = fold_half(sums.part + kHalf);
    return hn::Add(hn::InterleaveLower(FourTag(), even, odd),
                   hn::InterleaveUpper(FourTag(), even, odd));
  }

 private:
  static HWY_INLINE Four fold_half(const Floats* parts) {
    Floats part[kHalf];
    for (int64_t p = 0; p < kHalf; ++p) part[p] = parts[p];
    for (int64_t width = kHalf / 2; width > 0; width /= 2) {
      for (int64_t p = 0; p < width; ++p) part[p] = hn::Add(part[p], part[p + width]);
    }
    return fold_to_four(FloatTag(), part[0]);
  }
};

/// The half-precision float at any address, in every lane.
HWY_INLINE Floats half_at(const uint8_t* from) {
  uint16_t bits;
  std::memcpy(&bits, from, sizeof(bits));
  return widen(hn::Set(HalfTag(), bits));
}

/// kFloats levels as floats.
HWY_INLINE Floats to_floats(const int8_t* levels) {
  const auto part = hn::LoadU(hn::Rebind<int8_t, FloatTag>(), levels);
  return hn::ConvertTo(FloatTag(), hn::PromoteTo(hn::RebindToSigned<FloatTag>(), part));
}

/// Four blocks of a scale (half precision) and 32 int8.
struct Q80Block {
  static constexpr int64_t kSize = kLanes;
  static constexpr int64_t kOne = 32;
  static constexpr int64_t kOneBytes = 34;
  static constexpr int64_t kBytes = kSize / kOne * kOneBytes;
  const uint8_t* from;

  HWY_INLINE Floats part(int64_t, int64_t p) const {
    const int64_t i = p * kFloats;
    const uint8_t* block = from + i / kOne * kOneBytes;
    const auto* levels = reinterpret_cast<const int8_t*>(block + 2);
    return hn::Mul(half_at(block), to_floats(levels + i % kOne));
  }
  static HWY_INLINE Four four(const LaneSums& sums) { return to_four(sums); }
};

/// 128 bytes of low halves, 64 of high quarters, 16 int8 scales, a scale of all (half precision). A
/// half of the block has four groups of 32: in bits 0-3 of 64 bytes, then in bits 4-7; and in bits
/// 0-1, 2-3, 4-5 and 6-7 of 32 bytes.
struct Q6KBlock {
  static constexpr int64_t kSize = 256;
  static constexpr int64_t kBytes = 210;
  static constexpr int64_t kScales = 16;
  float scales[kScales];
  int8_t levels[kSize];

  HWY_INLINE explicit Q6KBlock(const uint8_t* at) {
    for (int64_t i = 0; i < kScales; i += kFloats) {
      const Floats small = to_floats(reinterpret_cast<const int8_t*>(at + 192) + i);
      hn::StoreU(hn::Mul(half_at(at + 208), small), FloatTag(), scales + i);
    }
    unpack(at, at + 128, levels);
    unpack(at + 64, at + 160, levels + 128);
  }
  HWY_INLINE Floats part(int64_t c, int64_t p) const {
    const int64_t i = c * kLanes + p * kFloats;
    return hn::Mul(hn::Set(FloatTag(), scales[i / kScales]), to_floats(levels + i));
  }
  static HWY_INLINE Four four(const LaneSums& sums) { return to_four(sums); }

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

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace tercet::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
