// SPDX-License-Identifier: Apache-2.0
// Compiled once for each vector target; the best one is chosen at run time.
#include "model/fast/read_probe.h"

#include <atomic>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/fast/read_probe.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tercet::fast::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// A sum of whole vectors; the few bytes that are left over are not looked at.
uint64_t sum_words(const uint8_t* data, int64_t bytes) {
  constexpr int64_t kUnroll = 4;
  const hn::ScalableTag<uint64_t> d;
#if HWY_TARGET == HWY_SCALAR
  const auto load = [&](const uint8_t* from) HWY_ATTR {
    uint64_t word;
    std::memcpy(&word, from, sizeof(word));
    return hn::Set(d, word);
  };
#else
  const auto load = [&](const uint8_t* from) HWY_ATTR {
    return hn::BitCast(d, hn::LoadU(hn::ScalableTag<uint8_t>(), from));
  };
#endif
  constexpr int64_t kBytes = hn::MaxLanes(d) * sizeof(uint64_t);
  auto sum0 = hn::Zero(d);
  auto sum1 = hn::Zero(d);
  auto sum2 = hn::Zero(d);
  auto sum3 = hn::Zero(d);
  for (int64_t i = 0; i + kUnroll * kBytes <= bytes; i += kUnroll * kBytes) {
    sum0 = hn::Add(sum0, load(data + i));
    sum1 = hn::Add(sum1, load(data + i + kBytes));
    sum2 = hn::Add(sum2, load(data + i + 2 * kBytes));
    sum3 = hn::Add(sum3, load(data + i + 3 * kBytes));
  }
  return hn::GetLane(hn::SumOfLanes(d, hn::Add(hn::Add(sum0, sum1), hn::Add(sum2, sum3))));
}

}  // namespace
}  // namespace tercet::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tercet {
namespace fast {

HWY_EXPORT(sum_words);

namespace {

uint64_t sum(const uint8_t* data, int64_t bytes) {
  return HWY_DYNAMIC_DISPATCH(sum_words)(data, bytes);
}

}  // namespace
}  // namespace fast

uint64_t read_all(const uint8_t* data, int64_t bytes, ThreadPool& pool) {
  constexpr int64_t kPiece = 1 << 20;
  std::atomic<uint64_t> total{0};
  pool.run(bytes, kPiece, [&](int64_t begin, int64_t end, int64_t) {
    total += fast::sum(data + begin, end - begin);
  });
  return total;
}

}  // namespace tercet
#endif  // HWY_ONCE
