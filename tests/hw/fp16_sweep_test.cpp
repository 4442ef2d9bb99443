// SPDX-License-Identifier: Apache-2.0
// rtl/baseline/tercet_fp16_mul.sv on all 2^32 pairs of operands, against the reference.
#include "Vfp16_lanes.h"
#include "bench.h"
#include "tests/unit/sim/float_bits.h"

namespace tercet {
namespace {

constexpr uint32_t kOperands = 1u << 16;
constexpr uint32_t kLanes = sizeof(Vfp16_lanes::products_o) / sizeof(uint32_t);

TEST_CASE("FP16 products equal the reference for every pair of operands") {
  Unit<Vfp16_lanes> lanes;
  uint64_t checked = 0;
  for (uint32_t a = 0; a < kOperands; ++a) {
    for (uint32_t b = 0; b < kOperands; b += kLanes) {
      lanes->a_i = static_cast<uint16_t>(a);
      lanes->b_i = static_cast<uint16_t>(b);
      lanes.settle();
      for (uint32_t i = 0; i < kLanes; ++i) {
        const uint32_t expected =
            fp16_multiply(static_cast<uint16_t>(a), static_cast<uint16_t>(b + i));
        if (lanes->products_o[i] != expected) {
          FAIL(fmt::format("{:04x} * {:04x} gives {:08x}, not {:08x}", a, b + i,
                           uint32_t{lanes->products_o[i]}, expected));
        }
      }
      checked += kLanes;
    }
  }
  REQUIRE(checked == uint64_t{1} << 32);
}

}  // namespace
}  // namespace tercet
