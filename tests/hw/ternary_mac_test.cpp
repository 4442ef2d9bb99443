// SPDX-License-Identifier: Apache-2.0
// rtl/baseline/tercet_ternary_mac.sv: every product, sums at their bound, and its protocol.
#include "Vternary_mac.h"
#include "mac_bench.h"

namespace tercet {
namespace {

constexpr uint32_t kCodes[] = {0, 1, 3};  // 0, +1, -1 as {neg, nz}
constexpr uint32_t kMask = 0xffffff;      // 24 bits

uint32_t step(uint32_t acc, uint32_t code, uint32_t act) {
  const int weight = code == 3 ? -1 : static_cast<int>(code);
  return (acc + static_cast<uint32_t>(weight * static_cast<int8_t>(act))) & kMask;
}

TEST_CASE("Ternary elements equal multiply and add over operands, pauses and new weights") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  MacBench<Vternary_mac, 2> mac;
  for (const uint32_t weight : kCodes) {
    mac.load(weight);
    for (uint32_t act = 0; act < 256; ++act) mac.cycle(act, true, step);
  }
  const auto operand = [&](bool is_weight) {
    return is_weight ? kCodes[rng.below(3)] : static_cast<uint32_t>(rng.below(256));
  };
  run_random(mac, rng, 200000, operand, step);
}

TEST_CASE("Ternary elements keep every bit of the longest dot product") {
  MacBench<Vternary_mac, 2> mac;
  mac.load(3);
  for (int k = 0; k < 65535; ++k) mac.cycle(0x80, k == 0, step);
  mac.cycle(std::nullopt, false, step);
  REQUIRE(mac->acc_o == 65535 * 128);
}

}  // namespace
}  // namespace tercet
