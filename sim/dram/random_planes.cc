// SPDX-License-Identifier: Apache-2.0
// Compiled once for each vector target; a plain loop that compilers turn into vectors.
#include "sim/dram/generated_weights.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/dram/random_planes.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tercet::HWY_NAMESPACE {

constexpr uint32_t kDigits = 6;                    // zeros_in_64 is a six-bit fraction
constexpr uint64_t kGolden = 0x9e3779b97f4a7c15u;  // 2^64 / golden ratio, odd

/// SplitMix64's output function: 64 bits that look random, from a counter.
HWY_INLINE uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// Marsaglia's xorshift: a linear bijection, so its first few outputs are independent bit by bit.
HWY_INLINE uint64_t xorshift(uint64_t x) {
  x ^= x << 13;
  x ^= x >> 7;
  return x ^ (x << 17);
}

void make(uint64_t seed, uint64_t first, uint64_t count, uint32_t zeros_in_64,
          uint64_t* HWY_RESTRICT nz, uint64_t* HWY_RESTRICT neg) {
  uint64_t digit[kDigits];
  for (uint32_t d = 0; d < kDigits; ++d) digit[d] = uint64_t{0} - (zeros_in_64 >> d & 1);
  const uint64_t base = mix(seed + kGolden) + first * kGolden;
  for (uint64_t i = 0; i < count; ++i) {
    uint64_t random = mix(base + i * kGolden);
    uint64_t zero = 0;  // each bit set with a probability that gains a binary digit a step
    for (uint32_t d = 0; d < kDigits; ++d) {
      zero = (zero & random) | (digit[d] & (zero | random));
      random = xorshift(random);
    }
    nz[i] = ~zero;
    neg[i] = ~zero & random;
  }
}

}  // namespace tercet::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tercet {

HWY_EXPORT(make);

void random_planes(uint64_t seed, uint64_t first, uint64_t count, uint32_t zeros_in_64,
                   uint64_t* nz, uint64_t* neg) {
  HWY_DYNAMIC_DISPATCH(make)(seed, first, count, zeros_in_64, nz, neg);
}

}  // namespace tercet
#endif  // HWY_ONCE
