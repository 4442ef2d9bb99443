// SPDX-License-Identifier: Apache-2.0
// tests/unit/sim/float_bits.h and the conversions of model/float_matrix.h against the processor's
// own arithmetic.
#include "tests/unit/sim/float_bits.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "base/error.h"
#include "model/float_matrix.h"
#include "tests/hw/float_data.h"
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tercet {
namespace {

constexpr int kOperands = 1 << 16;

uint32_t bits_of(float value) {
  uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return std::isnan(value) ? kBinary32Nan : bits;
}

float float_of(uint32_t bits) {
  float value = 0;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

float widen(uint32_t half) { return f16_to_float(static_cast<uint16_t>(half)); }

#if defined(__x86_64__)
__attribute__((target("f16c"))) uint32_t widen_by_f16c(uint32_t half) {
  return bits_of(_cvtsh_ss(static_cast<uint16_t>(half)));
}
__attribute__((target("f16c"))) uint32_t narrow_by_f16c(uint32_t bits) {
  return _cvtss_sh(float_of(bits), _MM_FROUND_TO_NEAREST_INT);
}

TEST(FloatBits, ConvertsToAndFromBinary16AsF16cDoes) {
  // Clang 14 cannot ask for F16C itself; every processor with AVX2 has it.
  if (!__builtin_cpu_supports("avx2")) GTEST_SKIP() << "this processor has no F16C";
  for (uint32_t half = 0; half < kOperands; ++half) {
    ASSERT_EQ(bits_of(widen(half)), widen_by_f16c(half)) << fmt::format("{:04x}", half);
    // The middle to the next value of this sign, and either side of it, where rounding turns.
    for (const float side : {0.0f, 0.5f, 1.0f}) {
      const float next = widen(half + 1);
      if (std::isnan(next) || std::isinf(widen(half))) continue;
      const float value = std::isinf(next) ? std::copysign(65488.0f + 32.0f * side, widen(half))
                                           : widen(half) + (next - widen(half)) * side;
      for (const float near : {value, std::nextafter(value, 0.0f), std::nextafter(value, next)}) {
        ASSERT_EQ(round_to_binary16(bits_of(near)), narrow_by_f16c(bits_of(near)))
            << fmt::format("{:08x}", bits_of(near));
        ASSERT_EQ(float_to_f16(float_of(bits_of(near))), narrow_by_f16c(bits_of(near)))
            << fmt::format("{:08x}", bits_of(near));
      }
    }
  }
}
#endif

/// The processor's product and sum of floats, each rounded once; 11-bit factors make the product
/// exact.
TEST(FloatBits, ProductsEqualTheProcessors) {
  Rng rng(1);
  const auto check = [](uint32_t a, uint32_t b) {
    ASSERT_EQ(fp16_multiply(static_cast<uint16_t>(a), static_cast<uint16_t>(b)),
              bits_of(widen(a) * widen(b)))
        << fmt::format("{:04x} * {:04x}", a, b);
  };
  for (const uint32_t a : special_floats(kFp16)) {
    for (uint32_t b = 0; b < kOperands; ++b) ASSERT_NO_FATAL_FAILURE(check(a, b));
  }
  for (int i = 0; i < 1000000; ++i) {
    ASSERT_NO_FATAL_FAILURE(check(random_float(kFp16, rng), random_float(kFp16, rng)));
  }
}

TEST(FloatBits, SumsEqualTheProcessors) {
  Rng rng(1);
  const auto check = [](uint32_t a, uint32_t b) {
    ASSERT_EQ(fp32_add(a, b), bits_of(float_of(a) + float_of(b)))
        << fmt::format("{:08x} + {:08x}", a, b);
  };
  for (const uint32_t a : special_floats(kFp32)) {
    for (const uint32_t b : special_floats(kFp32)) ASSERT_NO_FATAL_FAILURE(check(a, b));
    for (int i = 0; i < 1000; ++i) ASSERT_NO_FATAL_FAILURE(check(a, random_near(a, rng)));
  }
  for (int i = 0; i < 2000000; ++i) {
    const uint32_t a = random_float(kFp32, rng);
    ASSERT_NO_FATAL_FAILURE(check(a, i % 4 == 0 ? random_float(kFp32, rng) : random_near(a, rng)));
  }
}

TEST(FloatBits, AStepEqualsTheFusedMultiplyAddOfTheProcessor) {
  Rng rng(1);
  for (int i = 0; i < 500000; ++i) {
    const auto a = static_cast<uint16_t>(random_float(kFp16, rng));
    const auto b = static_cast<uint16_t>(random_float(kFp16, rng));
    const uint32_t acc = random_near(fp16_multiply(a, b), rng);
    ASSERT_EQ(fp16_mac(acc, a, b), bits_of(std::fma(widen(a), widen(b), float_of(acc))))
        << fmt::format("{:08x} + {:04x} * {:04x}", acc, a, b);
  }
}

TEST(FloatBits, RoundsIntegersOfAnySizeAsConversionDoes) {
  Rng rng(1);
  for (int i = 0; i < 500000; ++i) {
    const uint64_t magnitude = rng.next() >> rng.below(64);
    ASSERT_EQ(round_to_binary32(false, magnitude, 0), bits_of(static_cast<float>(magnitude)))
        << magnitude;
    // Into the subnormals, where a double still holds the number exactly if it has 53 bits.
    const uint64_t exact = magnitude >> 11;
    const int exponent = -149 - static_cast<int>(rng.below(60));
    const double value = std::ldexp(static_cast<double>(exact), exponent);
    ASSERT_EQ(round_to_binary32(true, exact, exponent), bits_of(static_cast<float>(-value)))
        << fmt::format("{} * 2^{}", exact, exponent);
  }
  EXPECT_EQ(round_to_binary32(false, uint64_t{1} << 63, -213), 0u);  // a tie between 0 and 2^-149
  EXPECT_EQ(round_to_binary32(false, ~uint64_t{0}, -213), 1u);
  EXPECT_EQ(round_to_binary32(true, ~uint64_t{0}, -300), 0x80000000u);
}

TEST(FloatBits, ColumnsAddNeighboursLevelByLevel) {
  // (1 + 2^-24) + (2^-24 + 0): in this order both small ones are lost, in another they are not.
  const std::vector<uint16_t> ones(4, 0x3c00);
  EXPECT_EQ(fp16_column(ones, {0x3c00, 0x0001, 0x0001, 0x0000}), 0x3f800000u);
  EXPECT_EQ(fp16_column(ones, {0x0001, 0x0001, 0x3c00, 0x0000}), 0x3f800001u);
  EXPECT_THROW(fp16_column(ones, {0x3c00}), Error);
  EXPECT_THROW(fp16_column({0, 0, 0}, {0, 0, 0}), Error);
}

}  // namespace
}  // namespace tercet
