// SPDX-License-Identifier: Apache-2.0
// Each float step against the same formula in double. Tolerances are relative to the largest
// output.
#include "model/ops.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "test_util.h"

namespace tercet {
namespace {

using test::random_floats;

/// All got[i] within `tolerance` of exact[i], relative to the largest |exact|.
void expect_close(const std::vector<float>& got, const std::vector<double>& exact,
                  double tolerance) {
  ASSERT_EQ(got.size(), exact.size());
  double largest = 0.0;
  for (const double v : exact) largest = std::max(largest, std::fabs(v));
  for (size_t i = 0; i < exact.size(); ++i) {
    EXPECT_NEAR(got[i], exact[i], largest * tolerance) << i;
  }
}

TEST(RmsNorm, AgreesWithDouble) {
  for (const int64_t n : {1, 15, 256, 2560, 6912}) {
    const auto x = random_floats(n, 1, 30.0f);
    const auto weight = random_floats(n, 2);
    double squares = 0.0;
    for (const float v : x) squares += static_cast<double>(v) * v;
    const double inverse = 1.0 / std::sqrt(squares / static_cast<double>(n) + 1e-5);
    std::vector<double> exact;
    for (int64_t i = 0; i < n; ++i) exact.push_back(x[i] * inverse * weight[i]);
    std::vector<float> got(x.size());
    rms_norm(x.data(), weight.data(), n, 1e-5f, got.data());
    expect_close(got, exact, 5e-7);
  }
}

TEST(RmsNorm, OfZerosIsZeros) {
  std::vector<float> x(20, 0.0f);
  rms_norm(x.data(), std::vector<float>(20, 1.0f).data(), 20, 1e-5f, x.data());
  EXPECT_EQ(x, std::vector<float>(20, 0.0f));
}

TEST(Rope, FrequenciesAgreeWithPow) {
  for (const int64_t head_dim : {2, 64, 100, 128}) {
    for (const double theta : {10000.0, 500000.0}) {
      const auto freq = rope_frequencies(theta, head_dim);
      ASSERT_EQ(static_cast<int64_t>(freq.size()), head_dim / 2);
      for (size_t i = 0; i < freq.size(); ++i) {
        const double exact = std::pow(theta, -2.0 * static_cast<double>(i) / head_dim);
        EXPECT_NEAR(freq[i] / exact, 1.0, 4e-15);
      }
    }
  }
}

TEST(Rope, RotatesPairsOfTheTwoHalves) {
  constexpr int64_t kHead = 12;
  const auto freq = rope_frequencies(10000.0, kHead);
  for (const int64_t position : {0, 1, 511, 4095}) {
    const auto x = random_floats(kHead, 3);
    std::vector<double> exact(kHead);
    for (int64_t i = 0; i < kHead / 2; ++i) {
      const double angle = static_cast<double>(position) * std::pow(10000.0, -2.0 * i / kHead);
      exact[i] = x[i] * std::cos(angle) - x[i + 6] * std::sin(angle);
      exact[i + 6] = x[i + 6] * std::cos(angle) + x[i] * std::sin(angle);
    }
    std::vector<float> got = x;
    std::vector<float> cos(kHead / 2);
    std::vector<float> sin(kHead / 2);
    rope_angles(freq, position, cos.data(), sin.data());
    rope_rotate(got.data(), cos.data(), sin.data(), kHead);
    expect_close(got, exact, 3e-7);
    if (position == 0) {
      EXPECT_EQ(got, x);
    }
  }
}

TEST(GatedActivation, SiluAgreesWithDouble) {
  auto gate = random_floats(1000, 8, 20.0f);
  const auto up = random_floats(1000, 9, 5.0f);
  std::vector<double> exact;
  for (size_t i = 0; i < gate.size(); ++i) {
    exact.push_back(gate[i] / (1.0 + std::exp(-static_cast<double>(gate[i]))) * up[i]);
  }
  gated_activation(Activation::kSilu, gate.data(), up.data(), 1000);
  expect_close(gate, exact, 4e-7);
}

TEST(DigitLogits, AreExactSumsTimesTwoScales) {
  const auto values = std::make_shared<std::vector<float>>(random_floats(9 * 200, 18, 2.0f));
  const FloatMatrix rows("rows", 9, 200, DType::kF32,
                         reinterpret_cast<const uint8_t*>(values->data()), values);
  Rng rng(19);
  std::vector<int8_t> q(200);
  for (int8_t& x : q) x = static_cast<int8_t>(static_cast<int>(rng.below(256)) - 128);
  for (int digits = 1; digits <= kMaxDigits; ++digits) {
    const DigitMatrix head = quantize_rows(rows, digits);
    std::vector<float> logits(9);
    digit_logits(head, q.data(), 3.5f, logits.data());
    for (int64_t v = 0; v < 9; ++v) {
      int64_t acc = 0;
      for (int64_t i = 0; i < 200; ++i) acc += int64_t{q[i]} * head.row(v)[i];
      EXPECT_EQ(logits[v], (static_cast<float>(acc) * 3.5f) * head.scales[v]);
    }
  }
}

TEST(GatedActivation, SiluIsFiniteFarOut) {
  std::vector<float> gate = {-1e30f, -100.0f, 0.0f, 100.0f};
  gated_activation(Activation::kSilu, gate.data(), std::vector<float>(4, 2.0f).data(), 4);
  EXPECT_EQ(gate, (std::vector<float>{0.0f, 0.0f, 0.0f, 200.0f}));
}

TEST(GatedActivation, Relu2SquaresWhatIsPositive) {
  std::vector<float> gate = {-3.0f, 0.0f, 0.5f, 3.0f};
  const std::vector<float> up = {2.0f, 2.0f, 2.0f, -1.0f};
  gated_activation(Activation::kRelu2, gate.data(), up.data(), 4);
  EXPECT_EQ(gate, (std::vector<float>{0.0f, 0.0f, 0.5f, -9.0f}));
}

}  // namespace
}  // namespace tercet
