// SPDX-License-Identifier: Apache-2.0
// The one order of every float sum: 128 fixed lanes, then a fixed pairwise end.
#pragma once

#include <cstdint>

namespace tercet {

inline constexpr int64_t kLanes = 128;

/// Adds lane j + w to lane j for w = 64, 32, .. 1; the result is in lane 0.
template <typename T>
inline T sum_lanes(T* lane) {
  for (int64_t width = kLanes / 2; width > 0; width /= 2) {
    for (int64_t j = 0; j < width; ++j) lane[j] += lane[j + width];
  }
  return lane[0];
}

/// sum over i of term(i), i in [0, n): term i goes to lane i mod kLanes, in increasing i.
template <typename T, typename Term>
inline T lane_sum(int64_t n, Term term) {
  T lane[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int64_t j = 0; j < kLanes; ++j) lane[j] += term(i + j);
  }
  for (; i < n; ++i) lane[i % kLanes] += term(i);  // the tail goes to its lanes
  return sum_lanes(lane);
}

/// sum of a[i] * b[i]; each product is rounded before it is added.
inline float dot(const float* a, const float* b, int64_t n) {
  return lane_sum<float>(n, [=](int64_t i) { return a[i] * b[i]; });
}

}  // namespace tercet
