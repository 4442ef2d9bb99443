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

TEST(Exp, Float_IsWithin1p25UlpOverItsRange) {
  double worst = 0.0;
  // Every 997th float; all of them, measured once, reach 1.219.
  const auto scan = [&](float from, float to) {
    for (uint32_t bits = bit_cast<uint32_t>(from); bits <= bit_cast<uint32_t>(to); bits += 997) {
      const float x = bit_cast<float>(bits);
      worst = std::max(worst, ulp_error(exp_f32(x), std::exp(static_cast<double>(x))));
    }
  };
  scan(1e-8f, 88.0f);
  scan(-1e-8f, -87.0f);
  EXPECT_LE(worst, 1.25);
}

TEST(Exp, Float_HasExactEnds) {
  EXPECT_EQ(exp_f32(0.0f), 1.0f);
  EXPECT_EQ(exp_f32(-0.0f), 1.0f);
  EXPECT_EQ(exp_f32(std::nextafter(-87.0f, -100.0f)), 0.0f);
  EXPECT_EQ(exp_f32(std::nextafter(88.0f, 100.0f)), INFINITY);
  EXPECT_EQ(exp_f32(-INFINITY), 0.0f);
  EXPECT_EQ(exp_f32(INFINITY), INFINITY);
  EXPECT_EQ(exp_f32(-3e38f), 0.0f);
  EXPECT_EQ(exp_f32(3e38f), INFINITY);
  EXPECT_TRUE(std::isnan(exp_f32(NAN)));
  EXPECT_GE(exp_f32(-87.0f), std::numeric_limits<float>::min());  // normal
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

TEST(Lanes, SumRunsInSixteenLanesAndAFixedPairwiseEnd) {
  // Written out for 19 values: lanes 0, 1, 2 hold two values each.
  const std::vector<float> x = test::random_floats(19, 4, 1e3f);
  float lane[16];
  for (int j = 0; j < 16; ++j) lane[j] = x[j];
  for (int j = 0; j < 3; ++j) lane[j] += x[16 + j];
  const float a0 =
      ((lane[0] + lane[8]) + (lane[4] + lane[12])) + ((lane[2] + lane[10]) + (lane[6] + lane[14]));
  const float a1 =
      ((lane[1] + lane[9]) + (lane[5] + lane[13])) + ((lane[3] + lane[11]) + (lane[7] + lane[15]));
  EXPECT_EQ(lane_sum<float>(19, [&](int64_t i) { return x[i]; }), a0 + a1);
}

TEST(Lanes, DotIsWithinRoundingOfDouble) {
  for (const int64_t n : {1, 15, 16, 17, 100, 2560}) {
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
