// SPDX-License-Identifier: Apache-2.0
// exp, log, sin and cos against the C library in higher precision; the order of sums.
#include "model/math.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "model/lanes.h"
#include "test_util.h"

namespace tercet {
namespace {

/// |got - exact| in units of the last place of a float of exact's size.
double ulp_error(float got, double exact) {
  int exponent = 0;
  std::frexp(exact, &exponent);
  return std::fabs(static_cast<double>(got) - exact) / std::ldexp(1.0, exponent - 24);
}

double ulp_error(double got, long double exact) {
  int exponent = 0;
  std::frexp(exact, &exponent);
  return static_cast<double>(std::fabs(static_cast<long double>(got) - exact) /
                             std::ldexp(1.0L, exponent - 53));
}

TEST(Exp2, TableIsTheRoundedPowers) {
  for (int i = 0; i < 128; ++i) {
    const long double exact = std::exp2(static_cast<long double>(i) / 128) * 0x1p26L;
    EXPECT_EQ(kExp2Table[static_cast<size_t>(i)], static_cast<uint32_t>(std::floor(exact + 0.5L)))
        << i;
    EXPECT_GT(std::fabs(exact - std::floor(exact) - 0.5L), 1e-9L) << i << ": no tie";
  }
}

TEST(Exp2, IsWithin1p2UlpOverItsRange) {
  double worst = 0.0;
  // Every 997th float; all of them, measured once, reach the bound in docs/arithmetic.md.
  const auto scan = [&](float from, float to) {
    for (uint32_t bits = bit_cast<uint32_t>(from); bits <= bit_cast<uint32_t>(to); bits += 997) {
      const float x = bit_cast<float>(bits);
      worst = std::max(worst, ulp_error(exp2_f32(x), std::exp2(static_cast<double>(x))));
    }
  };
  scan(1e-9f, std::nextafter(128.0f, 0.0f));
  scan(-1e-9f, -126.0f);
  EXPECT_LE(worst, 1.2);
}

/// The algorithm of docs/arithmetic.md on integers alone, x = fixed / 2^24.
uint32_t exp2_bits(int32_t fixed) {
  const int64_t n = (fixed - (fixed & 0xffffff)) / (1 << 24);
  const int64_t t = kExp2Table[static_cast<size_t>((fixed & 0xffffff) >> 17)];
  const int64_t r = fixed & 0x1ffff;
  const int64_t q = 363409 + 7886 * r / 1048576;
  const int64_t p = r * q / 65536;
  const int64_t y = t + t * p / 134217728;
  return static_cast<uint32_t>((n + 127) * 8388608 + (y + 4) / 8 - 8388608);
}

TEST(Exp2, EqualsTheIntegerAlgorithm) {
  Rng rng(11);
  for (int i = 0; i < 200000; ++i) {
    const auto fixed =
        static_cast<int32_t>(static_cast<int64_t>(rng.below(254u << 24)) - (int64_t{126} << 24));
    const double exact = static_cast<double>(fixed) * 0x1p-24;
    const auto x = static_cast<float>(exact);
    if (static_cast<double>(x) != exact || x >= 128.0f) continue;  // more than 24 bits
    ASSERT_EQ(bit_cast<uint32_t>(exp2_f32(x)), exp2_bits(fixed)) << fixed;
  }
  // Below 2^-24 apart: halves go to the even multiple.
  EXPECT_EQ(bit_cast<uint32_t>(exp2_f32(0x1.8p-24f)), exp2_bits(2));
  EXPECT_EQ(bit_cast<uint32_t>(exp2_f32(0x1p-25f)), exp2_bits(0));
  EXPECT_EQ(bit_cast<uint32_t>(exp2_f32(-0x1.8p-24f)), exp2_bits(-2));
  EXPECT_EQ(bit_cast<uint32_t>(exp2_f32(-0x1p-25f)), exp2_bits(0));
}

TEST(Exp2, NeverFallsFromOneFractionToTheNext) {
  uint32_t last = 0;
  for (int32_t fixed = 0; fixed < 1 << 24; ++fixed) {
    const uint32_t bits = exp2_bits(fixed);
    ASSERT_GE(bits, last) << fixed;
    last = bits;
  }
  EXPECT_LE(last, bit_cast<uint32_t>(2.0f));
}

TEST(Exp2, HasExactEnds) {
  EXPECT_EQ(exp2_f32(0.0f), 1.0f);
  EXPECT_EQ(exp2_f32(-0.0f), 1.0f);
  for (int n = -126; n < 128; ++n) {
    EXPECT_EQ(exp2_f32(static_cast<float>(n)), std::ldexp(1.0f, n)) << n;
  }
  EXPECT_EQ(exp2_f32(std::nextafter(-126.0f, -200.0f)), 0.0f);
  EXPECT_FALSE(std::signbit(exp2_f32(-127.0f)));
  EXPECT_EQ(exp2_f32(128.0f), INFINITY);
  EXPECT_LE(exp2_f32(std::nextafter(128.0f, 0.0f)), std::numeric_limits<float>::max());
  EXPECT_EQ(exp2_f32(-INFINITY), 0.0f);
  EXPECT_EQ(exp2_f32(INFINITY), INFINITY);
  EXPECT_EQ(exp2_f32(-3e38f), 0.0f);
  EXPECT_EQ(exp2_f32(3e38f), INFINITY);
  EXPECT_EQ(bit_cast<uint32_t>(exp2_f32(NAN)), 0x7fc00000u);
  EXPECT_EQ(bit_cast<uint32_t>(exp2_f32(-NAN)), 0x7fc00000u);
  EXPECT_EQ(exp2_f32(1e-45f), 1.0f);
}

TEST(Exp, Double_IsWithin1p25Ulp) {
  Rng rng(1);
  double worst = 0.0;
  for (int i = 0; i < 200000; ++i) {
    const double x = (rng.uniform() - 0.5) * 1400.0;
    worst = std::max(worst, ulp_error(exp_f64(x), std::exp(static_cast<long double>(x))));
  }
  EXPECT_LE(worst, 1.25);
  EXPECT_EQ(exp_f64(0.0), 1.0);
  EXPECT_EQ(exp_f64(-1e300), 0.0);
  EXPECT_EQ(exp_f64(1e300), INFINITY);
}

TEST(Log, Double_IsWithin2Ulp) {
  Rng rng(2);
  double worst = 0.0;
  for (int i = 0; i < 200000; ++i) {
    const double x = std::exp((rng.uniform() - 0.5) * 100.0);
    worst = std::max(worst, ulp_error(log_f64(x), std::log(static_cast<long double>(x))));
  }
  EXPECT_LE(worst, 2.0);
  EXPECT_EQ(log_f64(1.0), 0.0);
}

TEST(SinCos, Double_IsWithin1e15UpTo2To20) {
  Rng rng(3);
  double worst = 0.0;
  for (int i = 0; i < 200000; ++i) {
    const double x = std::ldexp(rng.uniform(), static_cast<int>(rng.below(21)));
    const SinCos got = sincos_f64(x);
    const auto exact = static_cast<long double>(x);
    worst = std::max(worst, static_cast<double>(std::fabs(got.sin - std::sin(exact))));
    worst = std::max(worst, static_cast<double>(std::fabs(got.cos - std::cos(exact))));
  }
  EXPECT_LE(worst, 4e-16);
}

TEST(Round, RoundsHalfToEven) {
  const std::vector<std::pair<float, float>> cases = {
      {0.5f, 0.0f},   {1.5f, 2.0f},   {2.5f, 2.0f},     {-0.5f, 0.0f},
      {-1.5f, -2.0f}, {-2.5f, -2.0f}, {126.5f, 126.0f}, {0.49999997f, 0.0f}};
  for (const auto& [x, rounded] : cases) EXPECT_EQ(round_half_even(x), rounded) << x;
}

TEST(Lanes, SumRunsIn128LanesAndAFixedPairwiseEnd) {
  // Written out for 300 values: lanes 0 .. 43 hold three of them, the others two.
  const std::vector<float> x = test::random_floats(300, 4, 1e3f);
  std::vector<float> lane(x.begin(), x.begin() + 128);
  for (size_t i = 128; i < 300; ++i) lane[i - (i < 256 ? 128 : 256)] += x[i];
  while (lane.size() > 1) {
    std::vector<float> half(lane.size() / 2);
    for (size_t j = 0; j < half.size(); ++j) half[j] = lane[j] + lane[j + half.size()];
    lane = half;
  }
  EXPECT_EQ(lane_sum<float>(300, [&](int64_t i) { return x[static_cast<size_t>(i)]; }), lane[0]);
}

TEST(Lanes, AShortSumNeedsOnlyTheLanesItHas) {
  const std::vector<float> x = test::random_floats(6, 5, 1e3f);
  const float sum = ((x[0] + x[4]) + x[2]) + ((x[1] + x[5]) + x[3]);
  EXPECT_EQ(lane_sum<float>(6, [&](int64_t i) { return x[static_cast<size_t>(i)]; }), sum);
}

TEST(Lanes, DotIsWithinRoundingOfDouble) {
  for (const int64_t n : {1, 15, 127, 128, 129, 1000, 2560}) {
    const auto a = test::random_floats(n, 5);
    const auto b = test::random_floats(n, 6);
    double exact = 0.0;
    double magnitude = 0.0;
    for (int64_t i = 0; i < n; ++i) {
      exact += static_cast<double>(a[i]) * b[i];
      magnitude += std::fabs(static_cast<double>(a[i]) * b[i]);
    }
    EXPECT_NEAR(dot(a.data(), b.data(), n), exact, magnitude * 1e-6) << n;
  }
}

}  // namespace
}  // namespace tercet
