// SPDX-License-Identifier: Apache-2.0
// rtl/baseline/tercet_int8_mac.sv: every product, sums at their bound, and its protocol.
#include "Vint8_mac.h"
#include "mac_bench.h"

namespace tercet {
namespace {

uint32_t step(uint32_t acc, uint32_t weight, uint32_t act) {
  return acc + static_cast<uint32_t>(static_cast<int8_t>(weight) * static_cast<int8_t>(act));
}

TEST_CASE("INT8 elements multiply every pair") {
  MacBench<Vint8_mac, 2> mac;
  for (uint32_t weight = 0; weight < 256; ++weight) {
    mac.load(weight);
    for (uint32_t act = 0; act < 256; ++act) mac.cycle(act, true, step);
  }
  mac.cycle(std::nullopt, false, step);
  REQUIRE(static_cast<int32_t>(mac->acc_o) == 1);  // -1 * -1
}

TEST_CASE("INT8 elements equal multiply and add over operands, pauses and new weights") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  MacBench<Vint8_mac, 2> mac;
  const auto any = [&](bool) { return static_cast<uint32_t>(rng.below(256)); };
  run_random(mac, rng, 200000, any, step);
}

TEST_CASE("INT8 elements keep every bit of the longest dot product") {
  MacBench<Vint8_mac, 2> mac;
  mac.load(0x80);
  for (int k = 0; k < 65535; ++k) mac.cycle(0x80, k == 0, step);
  mac.cycle(std::nullopt, false, step);
  REQUIRE(static_cast<int32_t>(mac->acc_o) == 65535 * 128 * 128);
}

}  // namespace
}  // namespace tercet
