// SPDX-License-Identifier: Apache-2.0
// rtl/baseline/tercet_float_add.sv against the reference: rounding, cancellation, subnormals,
// specials; in binary32 and in binary16.
#include "Vfloat_add.h"
#include "Vfp16_add.h"
#include "bench.h"
#include "float_data.h"
#include "tests/unit/sim/float_bits.h"

namespace tercet {
namespace {

class Adder {
 public:
  uint32_t operator()(uint32_t a, uint32_t b) {
    unit_->a_i = a;
    unit_->b_i = b;
    unit_.settle();
    return unit_->sum_o;
  }
  void check(uint32_t a, uint32_t b) {
    const uint32_t sum = (*this)(a, b);
    if (sum != fp32_add(a, b)) {
      FAIL(fmt::format("{:08x} + {:08x} gives {:08x}, not {:08x}", a, b, sum, fp32_add(a, b)));
    }
  }

 private:
  Unit<Vfloat_add> unit_;
};

TEST_CASE("binary32 sums are those worked out by hand") {
  struct Case {
    const char* what;
    uint32_t a, b, sum;
  };
  const Case cases[] = {
      {"1 + 1", 0x3f800000, 0x3f800000, 0x40000000},
      {"1 - 1 is +0", 0x3f800000, 0xbf800000, 0x00000000},
      {"+0 + -0 is +0", 0x00000000, 0x80000000, 0x00000000},
      {"-0 + -0 is -0", 0x80000000, 0x80000000, 0x80000000},
      {"-0 + x is x", 0x80000000, 0x00000001, 0x00000001},
      {"half of the last bit, even: stays", 0x3f800000, 0x33800000, 0x3f800000},
      {"half of the last bit, odd: up", 0x3f800001, 0x33800000, 0x3f800002},
      {"just above half: up", 0x3f800000, 0x33800001, 0x3f800001},
      {"just below half: stays", 0x3f800001, 0x337fffff, 0x3f800001},
      {"a tie below a power of two: 1 - 2^-25", 0x3f800000, 0xb3000000, 0x3f800000},
      {"just past that tie", 0x3f800000, 0xb3000001, 0x3f7fffff},
      {"a bit far below does nothing", 0x3f800000, 0x00000001, 0x3f800000},
      {"and breaks no tie that is not there", 0x3f800000, 0x80000001, 0x3f800000},
      {"rounding carries into the exponent", 0x3fffffff, 0x33800000, 0x40000000},
      {"cancellation to one bit", 0x3f800001, 0xbf800000, 0x34000000},
      {"cancellation across a power of two", 0x3f800000, 0xbf7fffff, 0x33800000},
      {"cancellation into subnormals", 0x00800001, 0x80800000, 0x00000001},
      {"normal less least subnormal", 0x00800000, 0x80000001, 0x007fffff},
      {"subnormals carry into a normal", 0x007fffff, 0x00000001, 0x00800000},
      {"subnormal + subnormal", 0x00000003, 0x80000005, 0x80000002},
      {"largest + half of its last bit overflows", 0x7f7fffff, 0x73000000, 0x7f800000},
      {"largest + less than that stays", 0x7f7fffff, 0x72ffffff, 0x7f7fffff},
      {"largest + largest", 0x7f7fffff, 0x7f7fffff, 0x7f800000},
      {"-largest - largest", 0xff7fffff, 0xff7fffff, 0xff800000},
      {"inf + finite", 0x7f800000, 0xff7fffff, 0x7f800000},
      {"finite - inf", 0x3f800000, 0xff800000, 0xff800000},
      {"inf - inf", 0x7f800000, 0xff800000, 0x7fc00000},
      {"inf + inf", 0x7f800000, 0x7f800000, 0x7f800000},
      {"NaN + 1: sign and payload are dropped", 0xffc12345, 0x3f800000, 0x7fc00000},
      {"1 + signalling NaN", 0x3f800000, 0x7f800001, 0x7fc00000},
      {"inf + NaN", 0x7f800000, 0x7fffffff, 0x7fc00000},
  };
  Adder add;
  for (const Case& c : cases) {
    INFO(c.what);
    CHECK(add(c.a, c.b) == c.sum);
    CHECK(add(c.b, c.a) == c.sum);
    CHECK(fp32_add(c.a, c.b) == c.sum);
  }
}

TEST_CASE("binary32 sums equal the reference on special values and at random") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Adder add;
  for (const uint32_t a : special_floats(kFp32)) {
    for (const uint32_t b : special_floats(kFp32)) add.check(a, b);
    for (int i = 0; i < 1000; ++i) {
      add.check(a, random_near(a, rng));
      add.check(random_near(a, rng), a);
    }
  }
  for (int i = 0; i < 4000000; ++i) {
    const uint32_t a = random_float(kFp32, rng);
    add.check(a, i % 4 == 0 ? random_float(kFp32, rng) : random_near(a, rng));
  }
}

/// a + b in binary16: a binary32 sum has more than twice the bits, so rounding it again is
/// harmless.
uint16_t fp16_add(uint16_t a, uint16_t b) {
  constexpr uint16_t kOne = 0x3c00;
  return round_to_binary16(fp32_add(fp16_multiply(a, kOne), fp16_multiply(b, kOne)));
}

TEST_CASE("binary16 sums equal the reference on special values and at random") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Unit<Vfp16_add> unit;
  const auto check = [&](uint32_t a, uint32_t b) {
    unit->a_i = static_cast<uint16_t>(a);
    unit->b_i = static_cast<uint16_t>(b);
    unit.settle();
    const uint16_t sum = fp16_add(static_cast<uint16_t>(a), static_cast<uint16_t>(b));
    if (unit->sum_o != sum) {
      FAIL(fmt::format("{:04x} + {:04x} gives {:04x}, not {:04x}", a, b, unit->sum_o, sum));
    }
  };
  check(0x3c00, 0x1000);  // 1 + a tie, even: stays
  check(0x3c01, 0x1000);  // odd: up
  for (const uint32_t a : special_floats(kFp16)) {
    for (uint32_t b = 0; b < 1u << 16; ++b) {
      check(a, b);
      check(b, a);
    }
  }
  for (int i = 0; i < 1000000; ++i) check(random_float(kFp16, rng), random_float(kFp16, rng));
}

}  // namespace
}  // namespace tercet
