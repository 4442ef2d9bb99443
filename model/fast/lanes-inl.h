// SPDX-License-Identifier: Apache-2.0
// The sixteen lanes of every float sum (docs/arithmetic.md §2) in vectors of the target's size.
#if defined(TERCET_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TERCET_LANES_INL_H_
#undef TERCET_LANES_INL_H_
#else
#define TERCET_LANES_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>
#include <cstring>

#include "model/fast/byte_dot-inl.h"
#include "model/lanes.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// At most sixteen floats.
using FloatTag = hn::CappedTag<float, kLanes>;
using Floats = hn::Vec<FloatTag>;
constexpr int64_t kFloats = hn::MaxLanes(FloatTag());
constexpr int64_t kParts = kLanes / kFloats;

/// Part p holds lanes p * kFloats and up.
struct Sixteen {
  Floats part[kParts];
};

HWY_INLINE Sixteen zero_lanes() {
  Sixteen lanes;
  for (auto& part : lanes.part) part = hn::Zero(FloatTag());
  return lanes;
}

#if HWY_TARGET == HWY_SCALAR

/// The pairwise end: to[i] is the sum of lanes[i], i < 4.
HWY_INLINE void store_four_sums(const Sixteen* lanes, float* to) {
  for (int64_t i = 0; i < 4; ++i) {
    float lane[kLanes];
    for (int64_t j = 0; j < kLanes; ++j) lane[j] = hn::GetLane(lanes[i].part[j]);
    to[i] = sum_lanes(lane);
  }
}

#else

using FourTag = hn::Full128<float>;
using Four = hn::Vec<FourTag>;

/// The first two steps of the pairwise end: lanes j + 8, then j + 4, are added to lane j.
template <class Lanes>  // Sixteen; a template, so that only one of the ways is compiled
HWY_INLINE Four to_four(const Lanes& lanes) {
  if constexpr (kParts == 4) {
    return hn::Add(hn::Add(lanes.part[0], lanes.part[2]), hn::Add(lanes.part[1], lanes.part[3]));
  } else if constexpr (kParts == 2) {
    return fold_to_four(FloatTag(), hn::Add(lanes.part[0], lanes.part[1]));
  } else {
    return fold_to_four(FloatTag(), lanes.part[0]);
  }
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

/// The pairwise end: to[i] is the sum of lanes[i], i < 4.
HWY_INLINE void store_four_sums(const Sixteen* lanes, float* to) {
  const Four four[4] = {to_four(lanes[0]), to_four(lanes[1]), to_four(lanes[2]), to_four(lanes[3])};
  store_sums(four, to);
}

#endif

/// to[r] = dot(a, b + r * stride, n) for r < kRows, which is at most 4. Products of a tail's
/// missing terms are +0, which leaves a lane as it is.
template <int64_t kRows>
HWY_INLINE void dot_rows(const float* a, const float* b, int64_t stride, int64_t n, float* to) {
  constexpr FloatTag kTag;
  Sixteen sums[4];
  for (Sixteen& lanes : sums) lanes = zero_lanes();
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int64_t p = 0; p < kParts; ++p) {
      const auto x = hn::LoadU(kTag, a + i + p * kFloats);
      for (int64_t r = 0; r < kRows; ++r) {
        const auto y = hn::LoadU(kTag, b + r * stride + i + p * kFloats);
        sums[r].part[p] = hn::Add(sums[r].part[p], hn::Mul(x, y));
      }
    }
  }
  if (i < n) {
    float tail_a[kLanes] = {};
    std::memcpy(tail_a, a + i, static_cast<size_t>(n - i) * sizeof(float));
    for (int64_t r = 0; r < kRows; ++r) {
      float tail_b[kLanes] = {};
      std::memcpy(tail_b, b + r * stride + i, static_cast<size_t>(n - i) * sizeof(float));
      for (int64_t p = 0; p < kParts; ++p) {
        const auto x = hn::LoadU(kTag, tail_a + p * kFloats);
        const auto y = hn::LoadU(kTag, tail_b + p * kFloats);
        sums[r].part[p] = hn::Add(sums[r].part[p], hn::Mul(x, y));
      }
    }
  }
  float results[4];
  store_four_sums(sums, results);
  for (int64_t r = 0; r < kRows; ++r) to[r] = results[r];
}

/// dot(a, b, n) of the reference.
HWY_INLINE float dot_lanes(const float* a, const float* b, int64_t n) {
  float sum;
  dot_rows<1>(a, b, 0, n, &sum);
  return sum;
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
