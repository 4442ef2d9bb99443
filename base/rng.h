// SPDX-License-Identifier: Apache-2.0
// SplitMix64: a seeded generator with the same numbers on every platform.
#pragma once

#include <cstdint>

namespace tercet {

/// Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014.
class Rng {
 public:
  explicit Rng(uint64_t seed) : state_(seed) {}

  /// 64 uniform bits.
  uint64_t next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
  }

  /// Uniform in [0, 1), a multiple of 2^-53.
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }

  /// Uniform in [0, bound), bound >= 1; the bias is below bound / 2^64.
  uint64_t below(uint64_t bound) { return next() % bound; }

 private:
  uint64_t state_;
};

}  // namespace tercet
