// SPDX-License-Identifier: Apache-2.0
// rtl/baseline/tercet_fp16_mul.sv against the reference. All 2^32 pairs: fp16_sweep_test.cpp.
#include "Vfp16_mul.h"
#include "bench.h"
#include "float_data.h"
#include "tests/unit/sim/float_bits.h"

namespace tercet {
namespace {

class Multiplier {
 public:
  uint32_t operator()(uint16_t a, uint16_t b) {
    unit_->a_i = a;
    unit_->b_i = b;
    unit_.settle();
    return unit_->product_o;
  }
  void check(uint32_t a, uint32_t b) {
    const auto x = static_cast<uint16_t>(a);
    const auto y = static_cast<uint16_t>(b);
    const uint32_t product = (*this)(x, y);
    if (product != fp16_multiply(x, y)) {
      FAIL(fmt::format("{:04x} * {:04x} gives {:08x}, not {:08x}", x, y, product,
                       fp16_multiply(x, y)));
    }
  }

 private:
  Unit<Vfp16_mul> unit_;
};

TEST_CASE("FP16 products are those worked out by hand") {
  struct Case {
    uint16_t a, b;
    uint32_t product;
  };
  const Case cases[] = {
      {0x3c00, 0x3c00, 0x3f800000},  // 1 * 1
      {0x3e00, 0xc100, 0xc0700000},  // 1.5 * -2.5 = -3.75
      {0x7bff, 0x7bff, 0x4f7fc004},  // 65504 * 65504 = 4290774016
      {0x0001, 0x0001, 0x27800000},  // the least subnormal squared, 2^-48
      {0x8001, 0x3c00, 0xb3800000},  // -2^-24
      {0x03ff, 0x03ff, 0x317f8010},  // the largest subnormal squared, 1023^2 * 2^-48
      {0x0000, 0xbc00, 0x80000000},  // 0 * -1
      {0x8000, 0x8000, 0x00000000},  // -0 * -0
      {0x7c00, 0xbc00, 0xff800000},  // inf * -1
      {0x7c00, 0x0000, 0x7fc00000},  // inf * 0
      {0x8000, 0xfc00, 0x7fc00000},  // -0 * -inf
      {0xfe01, 0x3c00, 0x7fc00000},  // NaN * 1: sign and payload are dropped
      {0x7c01, 0x7c00, 0x7fc00000},  // signalling NaN * inf
  };
  Multiplier multiply;
  for (const Case& c : cases) {
    INFO(fmt::format("{:04x} * {:04x}", c.a, c.b));
    CHECK(multiply(c.a, c.b) == c.product);
  }
}

TEST_CASE("FP16 products equal the reference on special values and at random") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Multiplier multiply;
  for (const uint32_t a : special_floats(kFp16)) {
    for (const uint32_t b : special_floats(kFp16)) multiply.check(a, b);
    for (int i = 0; i < 1000; ++i) multiply.check(a, random_float(kFp16, rng));
  }
  for (int i = 0; i < 2000000; ++i) {
    multiply.check(random_float(kFp16, rng), random_float(kFp16, rng));
  }
}

}  // namespace
}  // namespace tercet
