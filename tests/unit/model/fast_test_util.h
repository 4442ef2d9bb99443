// SPDX-License-Identifier: Apache-2.0
// What the tests of the fast engine share: a loop over vector targets, and equality of bits.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "model/fast/target.h"

namespace tercet::test {

/// Runs `body` on each vector target of this processor in turn.
template <class Body>
void on_every_target(const Body& body) {
  for (const std::string& target : simd_targets()) {
    SCOPED_TRACE("target " + target);
    force_simd_target(target);
    ASSERT_EQ(simd_target(), target);
    body();
    if (testing::Test::HasFatalFailure()) break;
  }
  force_simd_target("");
}

/// Floats equal as bits: -0 is not +0.
inline void expect_same_bits(const std::vector<float>& want, const std::vector<float>& got) {
  ASSERT_EQ(want.size(), got.size());
  for (size_t i = 0; i < want.size(); ++i) {
    ASSERT_EQ(std::memcmp(&want[i], &got[i], sizeof(float)), 0)
        << "at " << i << ": expected " << want[i] << ", got " << got[i];
  }
}

}  // namespace tercet::test
