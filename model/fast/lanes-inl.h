// SPDX-License-Identifier: Apache-2.0
// The 128 lanes of every float sum (docs/arithmetic.md §2) in vectors of the target's size.
#if defined(TERCET_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TERCET_LANES_INL_H_
#undef TERCET_LANES_INL_H_
#else
#define TERCET_LANES_INL_H_
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "model/fast/byte_dot-inl.h"
#include "model/lanes.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// At most sixteen floats.
using FloatTag = hn::CappedTag<float, 16>;
using Floats = hn::Vec<FloatTag>;
constexpr int64_t kFloats = hn::MaxLanes(FloatTag());
constexpr int64_t kParts = kLanes / kFloats;

/// Part p holds lanes p * kFloats and up.
struct LaneSums {
  Floats part[kParts];
};

HWY_INLINE LaneSums zero_lanes() {
  LaneSums lanes;
  for (auto& part : lanes.part) part = hn::Zero(FloatTag());
  return lanes;
}

/// The lanes of the sum of term(tag, i), which is a vector of the terms i and up. A tail's missing
/// terms are taken for +0, which leaves a lane as it is.
template <class Term>
HWY_INLINE LaneSums add_to_lanes(int64_t n, const Term& term) {
  LaneSums lanes = zero_lanes();
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int64_t p = 0; p < kParts; ++p) {
      lanes.part[p] = hn::Add(lanes.part[p], term(FloatTag(), i + p * kFloats));
    }
  }
  for (int64_t p = 0; p < kParts; ++p, i += kFloats) {
    if (i >= n) break;
    if (i + kFloats <= n) {
      lanes.part[p] = hn::Add(lanes.part[p], term(FloatTag(), i));
    } else {
      float last[kFloats] = {};
      for (int64_t j = i; j < n; ++j) {
        last[j - i] = hn::GetLane(term(hn::CappedTag<float, 1>(), j));
      }
      lanes.part[p] = hn::Add(lanes.part[p], hn::LoadU(FloatTag(), last));
    }
  }
  return lanes;
}

/// The lanes of dot(a, b, n).
HWY_INLINE LaneSums dot_to_lanes(const float* a, const float* b, int64_t n) {
  return add_to_lanes(n, [=](auto d, int64_t i) HWY_ATTR {
    return hn::Mul(hn::LoadU(d, a + i), hn::LoadU(d, b + i));
  });
}

#if HWY_TARGET == HWY_SCALAR

/// The pairwise end.
HWY_INLINE float sum_of(const LaneSums& lanes) {
  float lane[kLanes];
  for (int64_t j = 0; j < kLanes; ++j) lane[j] = hn::GetLane(lanes.part[j]);
  return sum_lanes(lane);
}

#else

using FourTag = hn::Full128<float>;
using Four = hn::Vec<FourTag>;

/// The pairwise end but for its last two steps: lanes j + w are added to lane j, w = 64 .. 4.
HWY_INLINE Four to_four(LaneSums lanes) {
  for (int64_t width = kParts / 2; width > 0; width /= 2) {
    for (int64_t p = 0; p < width; ++p) {
      lanes.part[p] = hn::Add(lanes.part[p], lanes.part[p + width]);
    }
  }
  return fold_to_four(FloatTag(), lanes.part[0]);
}

/// The last two: to[i] is lanes 0 and 2, plus lanes 1 and 3, of four[i]; all at once by
/// transposing.
HWY_INLINE void store_sums(const Four* four, float* to) {
  constexpr FourTag kFour;
  constexpr hn::Full128<double> kTwo;
  const auto low01 = hn::BitCast(kTwo, hn::InterleaveLower(kFour, four[0], four[1]));
  const auto low23 = hn::BitCast(kTwo, hn::InterleaveLower(kFour, four[2], four[3]));
  const auto high01 = hn::BitCast(kTwo, hn::InterleaveUpper(kFour, four[0], four[1]));
  const auto high23 = hn::BitCast(kTwo, hn::InterleaveUpper(kFour, four[2], four[3]));
  const auto lane0 = hn::BitCast(kFour, hn::InterleaveLower(kTwo, low01, low23));
  const auto lane1 = hn::BitCast(kFour, hn::InterleaveUpper(kTwo, low01, low23));
  const auto lane2 = hn::BitCast(kFour, hn::InterleaveLower(kTwo, high01, high23));
  const auto lane3 = hn::BitCast(kFour, hn::InterleaveUpper(kTwo, high01, high23));
  hn::StoreU(hn::Add(hn::Add(lane0, lane2), hn::Add(lane1, lane3)), kFour, to);
}

/// The pairwise end.
HWY_INLINE float sum_of(const LaneSums& lanes) {
  const Four four = to_four(lanes);
  const Four rows[4] = {four, four, four, four};
  float sums[4];
  store_sums(rows, sums);
  return sums[0];
}

#endif

/// dot(a, b, n) of the reference.
HWY_INLINE float dot_lanes(const float* a, const float* b, int64_t n) {
  return sum_of(dot_to_lanes(a, b, n));
}

/// to[r] = dot(a, b + r * stride, n) for r < 4.
HWY_INLINE void dot_four_rows(const float* a, const float* b, int64_t stride, int64_t n,
                              float* to) {
#if HWY_TARGET == HWY_SCALAR
  for (int64_t r = 0; r < 4; ++r) to[r] = dot_lanes(a, b + r * stride, n);
#else
  Four four[4];
  for (int64_t r = 0; r < 4; ++r) four[r] = to_four(dot_to_lanes(a, b + r * stride, n));
  store_sums(four, to);
#endif
}

/// step(tag, i) for consecutive vectors of `tag` that cover [0, n): whole ones, then single lanes.
template <class Step>
HWY_INLINE void for_floats(int64_t n, const Step& step) {
  int64_t i = 0;
  for (; i + kFloats <= n; i += kFloats) step(FloatTag(), i);
  for (; i < n; ++i) step(hn::CappedTag<float, 1>(), i);
}

}  // namespace tercet::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
