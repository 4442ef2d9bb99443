// SPDX-License-Identifier: Apache-2.0
// rtl/baseline/tercet_fp16_mac.sv: sums of products with one rounding a step, and its protocol.
#include "Vfp16_mac.h"
#include "float_data.h"
#include "mac_bench.h"
#include "tests/unit/sim/float_bits.h"

namespace tercet {
namespace {

uint32_t step(uint32_t acc, uint32_t weight, uint32_t act) {
  return fp16_mac(acc, static_cast<uint16_t>(weight), static_cast<uint16_t>(act));
}

TEST_CASE("FP16 elements equal the reference over operands, pauses and new weights") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  MacBench<Vfp16_mac, 3> mac;
  SECTION("any bits, so that sums become infinite and NaN") {
    run_random(
        mac, rng, 500000, [&](bool) { return random_float(kFp16, rng); }, step);
  }
  SECTION("finite operands near one, so that sums stay finite") {
    const auto near_one = [&](bool) {
      const uint64_t field = 12 + rng.below(6) + 32 * rng.below(2);
      return static_cast<uint32_t>(field << 10) | random_fraction(10, rng);
    };
    run_random(mac, rng, 1000000, near_one, step);
  }
}

TEST_CASE("An FP16 element starts its sum from +0") {
  MacBench<Vfp16_mac, 3> mac;
  mac.load(0x8000);  // -0
  mac.cycle(std::nullopt, false, step);
  mac.cycle(0x3c00, true, step);  // +0 + -0 * 1
  for (int i = 0; i < 3; ++i) mac.cycle(std::nullopt, false, step);
  REQUIRE(mac->acc_o == 0);
}

}  // namespace
}  // namespace tercet
