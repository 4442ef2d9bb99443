// SPDX-License-Identifier: Apache-2.0
// Codes of balanced trits: their limits, their digits, their scales.
#include "model/digits.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <memory>
#include <vector>

#include "test_util.h"

namespace tercet {
namespace {

TEST(Digits, LimitsAreHalfThePowersOfThree) {
  const std::vector<int32_t> expected = {1, 4, 13, 40, 121};
  for (int d = 1; d <= kMaxDigits; ++d) {
    EXPECT_EQ(digit_limit(d), expected[static_cast<size_t>(d - 1)]);
  }
}

TEST(Digits, EveryCodeIsTheSumOfItsDigits) {
  for (int d = 1; d <= kMaxDigits; ++d) {
    for (int32_t code = -digit_limit(d); code <= digit_limit(d); ++code) {
      int8_t trits[kMaxDigits];
      split_digits(code, d, trits);
      int32_t sum = 0;
      int32_t power = 1;
      for (int i = 0; i < d; ++i, power *= 3) {
        ASSERT_LE(std::abs(trits[i]), 1);
        sum += trits[i] * power;
      }
      ASSERT_EQ(sum, code);
      ASSERT_EQ(join_digits(trits, d), code);
    }
  }
}

TEST(Digits, ProductByDigitsIsTheProductByCodes) {
  // acc = 3 acc + digit, highest first, as an array drains its sums.
  Rng rng(1);
  for (int i = 0; i < 1000; ++i) {
    const int d = 1 + static_cast<int>(rng.below(5));
    const int32_t limit = digit_limit(d);
    int64_t exact = 0;
    int64_t by_digit[kMaxDigits] = {};
    for (int k = 0; k < 40; ++k) {
      const int32_t code = static_cast<int32_t>(rng.below(2 * limit + 1)) - limit;
      const int32_t q = static_cast<int32_t>(rng.below(256)) - 128;
      int8_t trits[kMaxDigits];
      split_digits(code, d, trits);
      exact += code * q;
      for (int t = 0; t < d; ++t) by_digit[t] += trits[t] * q;
    }
    int64_t acc = 0;
    for (int t = d; t-- > 0;) acc = 3 * acc + by_digit[t];
    ASSERT_EQ(acc, exact);
  }
}

TEST(Digits, CodesTimesScaleAreWithinHalfAStep) {
  for (int d = 1; d <= kMaxDigits; ++d) {
    for (uint64_t seed = 0; seed < 300; ++seed) {
      const float size = std::exp2f(static_cast<float>(seed % 60) - 30.0f);
      const auto x = test::random_floats(64, seed, size);
      std::vector<int8_t> code(x.size());
      const auto scale = quantize_digits(x.data(), 64, d, code.data());
      ASSERT_TRUE(scale.has_value());
      const float limit = static_cast<float>(digit_limit(d));
      bool reached = false;
      for (size_t i = 0; i < x.size(); ++i) {
        ASSERT_LE(std::abs(code[i]), digit_limit(d));
        ASSERT_NEAR(code[i] * *scale, x[i], *scale * 0.5001f) << "digits " << d;
        reached |= std::abs(code[i]) == digit_limit(d);
      }
      EXPECT_TRUE(reached) << "the largest value uses the whole range";
      EXPECT_FLOAT_EQ(*scale * limit, magnitude(x.data(), 64).value());
    }
  }
}

TEST(Digits, ZerosHaveTheScaleOfTheLeastMagnitude) {
  const std::vector<float> x(7, -0.0f);
  std::vector<int8_t> code(7, 99);
  const auto scale = quantize_digits(x.data(), 7, 5, code.data());
  EXPECT_EQ(code, std::vector<int8_t>(7, 0));
  EXPECT_EQ(scale.value(), 0x1p-100f * static_cast<float>(1.0 / 121));
}

TEST(Digits, ExtremesStayInRange) {
  const float most = std::numeric_limits<float>::max();
  const std::vector<float> x = {most, -most, 1e30f, 1e-45f};
  std::vector<int8_t> code(4);
  for (int d = 1; d <= kMaxDigits; ++d) {
    const auto limit = static_cast<int8_t>(digit_limit(d));
    const auto scale = quantize_digits(x.data(), 4, d, code.data());
    EXPECT_EQ(code, (std::vector<int8_t>{limit, static_cast<int8_t>(-limit), 0, 0}));
    EXPECT_TRUE(std::isfinite(scale.value()));
  }
  const std::vector<float> tiny = {1e-40f, -1e-45f};  // subnormal: far below the least magnitude
  EXPECT_TRUE(quantize_digits(tiny.data(), 2, 5, code.data()).has_value());
  EXPECT_EQ(code[0], 0);
}

TEST(Digits, WhatIsNotFiniteHasNoScale) {
  std::vector<int8_t> code(3);
  for (const float bad : {NAN, INFINITY, -INFINITY}) {
    const std::vector<float> x = {1.0f, bad, 2.0f};
    EXPECT_FALSE(quantize_digits(x.data(), 3, 5, code.data()).has_value());
    EXPECT_FALSE(magnitude(x.data(), 3).has_value());
  }
}

TEST(DigitMatrix, QuantisesEveryRowByItself) {
  const auto values = std::make_shared<std::vector<float>>(test::random_floats(12 * 30, 5, 2.0f));
  for (size_t i = 0; i < 30; ++i) (*values)[i] *= 1000.0f;  // row 0
  const FloatMatrix rows("rows", 12, 30, DType::kF32,
                         reinterpret_cast<const uint8_t*>(values->data()), values);
  const DigitMatrix got = quantize_rows(rows, 4);
  EXPECT_EQ(got.n, 12);
  EXPECT_EQ(got.k, 30);
  EXPECT_EQ(got.digits, 4);
  for (int64_t i = 0; i < 12; ++i) {
    std::vector<int8_t> code(30);
    const auto scale = quantize_digits(values->data() + i * 30, 30, 4, code.data());
    EXPECT_EQ(got.scales[static_cast<size_t>(i)], scale.value());
    EXPECT_EQ(std::vector<int8_t>(got.row(i), got.row(i) + 30), code);
  }
}

}  // namespace
}  // namespace tercet
