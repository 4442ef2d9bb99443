// SPDX-License-Identifier: Apache-2.0
// What the kernels of integer products share: fields of two bits, and sums of lanes.
#if defined(TERCET_TERNARY_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TERCET_TERNARY_INL_H_
#undef TERCET_TERNARY_INL_H_
#else
#define TERCET_TERNARY_INL_H_
#endif

#include "model/fast/byte_dot-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::HWY_NAMESPACE {

constexpr int64_t kFields = 4;  // weights in a byte

#if HWY_TARGET != HWY_SCALAR

constexpr hn::ScalableTag<uint8_t> kD8;
constexpr hn::ScalableTag<int8_t> kDi8;
constexpr hn::ScalableTag<int32_t> kD32;
constexpr int64_t kBytes = hn::MaxLanes(kD8);     // in a vector
constexpr int64_t kColumns = hn::MaxLanes(kD32);  // int32 in a vector

// No plain loops over products of bytes or int16s below: the compiler may turn those into AVX-VNNI
// instructions, which Highway's flags for AVX3_DL allow and Zen 4 does not have.

/// Field i of each byte, where it lies.
HWY_INLINE DotBytes field_of(DotBytes packed, int64_t i) {
  return hn::And(packed, hn::Set(kD8, static_cast<uint8_t>(3 << (2 * i))));
}

/// to[i] = the sum of the lanes of v[i].
HWY_INLINE void sum_four(const DotSums* v, int32_t* to) {
  constexpr hn::Full128<int32_t> kFour;
  constexpr hn::Full128<int64_t> kTwo;
  const auto a = fold_to_four(kD32, v[0]);
  const auto b = fold_to_four(kD32, v[1]);
  const auto c = fold_to_four(kD32, v[2]);
  const auto d = fold_to_four(kD32, v[3]);
  const auto ab = hn::Add(hn::InterleaveLower(kFour, a, b), hn::InterleaveUpper(kFour, a, b));
  const auto cd = hn::Add(hn::InterleaveLower(kFour, c, d), hn::InterleaveUpper(kFour, c, d));
  const auto low = hn::InterleaveLower(kTwo, hn::BitCast(kTwo, ab), hn::BitCast(kTwo, cd));
  const auto high = hn::InterleaveUpper(kTwo, hn::BitCast(kTwo, ab), hn::BitCast(kTwo, cd));
  hn::StoreU(hn::Add(hn::BitCast(kFour, low), hn::BitCast(kFour, high)), kFour, to);
}

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace tercet::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
