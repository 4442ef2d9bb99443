// SPDX-License-Identifier: Apache-2.0
// mcu_test.cpp at length: fifty million instructions, on other seeds.
#include <iostream>

#include "tests/hw/core/lockstep.h"
#include "tests/hw/core/mcu_bench.h"

namespace tercet {
namespace {

TEST_CASE("Control core and simulator agree on fifty million instructions") {
  const uint64_t seed = test_seed() + 1000;
  INFO("seed " << seed);
  const LockstepCounts counts = run_lockstep(seed, 50'000'000);
  std::cout << describe(counts) << '\n';
  CHECK(counts.retired >= 50'000'000);
}

}  // namespace
}  // namespace tercet
