// SPDX-License-Identifier: Apache-2.0
// The two quantisations and the dequantisation.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "model/engine.h"
#include "model/ops.h"
#include "test_util.h"

namespace tercet {
namespace {

FloatMatrix f32_matrix(int64_t n, int64_t k, const std::vector<float>& values) {
  auto copy = std::make_shared<std::vector<float>>(values);
  const auto* data = reinterpret_cast<const uint8_t*>(copy->data());
  return FloatMatrix("master", n, k, DType::kF32, data, copy);
}

std::vector<int8_t> unpack(const TernaryMatrix& w) {
  std::vector<int8_t> trits(static_cast<size_t>(w.n() * w.k()));
  for (int64_t row = 0; row < w.n(); ++row) w.unpack_row(row, trits.data() + row * w.k());
  return trits;
}

/// 1 / sqrt(mean(x^2) + eps) in double.
double inverse_of(const std::vector<float>& x, double eps) {
  double squares = 0.0;
  for (const float v : x) squares += static_cast<double>(v) * v;
  return 1.0 / std::sqrt(squares / static_cast<double>(x.size()) + eps);
}

/// One token: its codes and scale.
struct Token {
  std::vector<int8_t> q;
  float scale;
};
Token quantize(const std::vector<float>& x, const std::vector<float>& weight, float eps = 1e-5f) {
  Token token{std::vector<int8_t>(x.size()), 0.0f};
  token.scale = quantize_normed(x.data(), weight.data(), static_cast<int64_t>(x.size()), eps,
                                token.q.data(), "t");
  return token;
}

TEST(QuantizeNormed, RoundsHalfToEven) {
  // The largest magnitude is 128 and 1 / 128 exact, so x is scaled by 127 / 128 exactly.
  const float half = 64.0f / 127.0f;
  const std::vector<float> x = {128.0f, 1.0f, half, 3 * half, 5 * half, -half, -3 * half};
  const Token token = quantize(x, std::vector<float>(7, 1.0f));
  const float s = 127.0f / 128.0f;
  for (size_t i = 0; i < x.size(); ++i) {
    EXPECT_EQ(token.q[i], std::nearbyint(x[i] * s)) << i;
  }
  EXPECT_EQ(token.q[0], 127);
  EXPECT_EQ(token.q[1], 1);
}

TEST(QuantizeNormed, IsTheQuantisedNormInDouble) {
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    const auto x = test::random_floats(33, seed, std::exp2f(static_cast<float>(seed % 60) - 10.0f));
    const auto weight = test::random_floats(33, seed + 5000, 3.0f);
    const Token token = quantize(x, weight);
    const double inverse = inverse_of(x, 1e-5);
    double absmax = 1e-5;
    std::vector<double> normed;
    for (size_t i = 0; i < x.size(); ++i) {
      normed.push_back(x[i] * inverse * weight[i]);
      absmax = std::max(absmax, std::fabs(normed.back()));
    }
    EXPECT_NEAR(token.scale * 127.0 / absmax, 1.0, 1e-6) << "seed " << seed;
    for (size_t i = 0; i < x.size(); ++i) {
      const double exact = normed[i] * 127.0 / absmax;
      EXPECT_NEAR(token.q[i], exact, 0.5 + 1e-4) << "seed " << seed;
      EXPECT_GE(token.q[i], -127) << "-128 is in the contract but no finite token reaches it";
    }
  }
}

TEST(QuantizeNormed, CodesDoNotDependOnTheNorm) {
  const auto x = test::random_floats(100, 3, 2.0f);
  std::vector<float> larger = x;
  for (float& v : larger) v *= 1024.0f;
  const std::vector<float> weight = test::random_floats(100, 4);
  EXPECT_EQ(quantize(x, weight).q, quantize(larger, weight).q);
}

TEST(QuantizeNormed, AllZerosGiveZerosAndTheScaleOfTheFloor) {
  const Token token = quantize(std::vector<float>(5, 0.0f), std::vector<float>(5, 1.0f));
  EXPECT_EQ(token.q, std::vector<int8_t>(5, 0));
  EXPECT_FLOAT_EQ(token.scale, 1e-5f / 127.0f);
}

TEST(QuantizeNormed, BelowTheFloorUsesTheFloor) {
  // The norm is 1 / sqrt(1 + 1e-5); weights make the normed values about 5e-6 and -1e-6.
  const Token token = quantize({1.0f, -1.0f}, {5e-6f, 1e-6f});
  EXPECT_EQ(token.q[0], 63);  // 63.5 less the eps
  EXPECT_EQ(token.q[1], -13);
  EXPECT_FLOAT_EQ(token.scale, 1e-5f / 127.0f);
}

TEST(QuantizeNormed, LargeFiniteValuesDoNotOverflow) {
  const Token token = quantize({1e19f, -1e19f, 1e10f}, std::vector<float>(3, 1.0f));
  EXPECT_EQ(token.q, (std::vector<int8_t>{127, -127, 0}));
  EXPECT_GT(token.scale, 0.0f);
  EXPECT_TRUE(std::isfinite(token.scale));
}

TEST(QuantizeNormed, NamesThePlaceOfWhatIsNotFinite) {
  const auto expect_refused = [](float x, float weight) {
    std::vector<int8_t> q(2);
    const std::vector<float> values = {1.0f, x};
    const std::vector<float> weights = {1.0f, weight};
    test::expect_error(
        [&] { quantize_normed(values.data(), weights.data(), 2, 1e-5f, q.data(), "layer 3 o"); },
        "layer 3 o: an input activation is NaN or infinite");
  };
  for (const float bad : {NAN, INFINITY, -INFINITY}) expect_refused(bad, 1.0f);
  expect_refused(3e38f, 1.0f);   // the square overflows
  expect_refused(1e18f, 1e30f);  // the product with the weight does
  expect_refused(INFINITY, 0.0f);
}

TEST(QuantizeWeights, ScaleIsTheMeanMagnitudeAndTiesGoToEven) {
  // mean |w| = 2; w / 2 = 0.5 (to 0), 1.5 (to 1), -0.5 (to 0), -1.5 (to -1), 1, -1, 0.25, 2.
  const auto w = quantize_weights(f32_matrix(2, 4, {1, 3, -1, -3, 2, -2, 0.5f, 3.5f}), "w");
  EXPECT_EQ(w.scale(), 2.0f);
  EXPECT_EQ(unpack(w), (std::vector<int8_t>{0, 1, 0, -1, 1, -1, 0, 1}));
  EXPECT_EQ(w.zeros(), 3);
  EXPECT_EQ(w.name(), "w");
}

TEST(QuantizeWeights, AllZerosUseTheFloor) {
  const auto w = quantize_weights(f32_matrix(3, 5, std::vector<float>(15, 0.0f)), "w");
  EXPECT_EQ(w.scale(), 1e-5f);
  EXPECT_EQ(w.zeros(), 15);
}

TEST(QuantizeWeights, AgreesWithDoubleOnRandomMasters) {
  const auto values = test::random_floats(37 * 29, 8, 0.05f);
  double sum = 0.0;
  for (const float v : values) sum += std::fabs(v);
  const auto w = quantize_weights(f32_matrix(37, 29, values), "w");
  EXPECT_FLOAT_EQ(w.scale(), static_cast<float>(sum / (37 * 29)));
  const auto trits = unpack(w);
  for (size_t i = 0; i < values.size(); ++i) {
    const double ratio = static_cast<double>(values[i]) / w.scale();
    if (std::fabs(std::fabs(ratio) - 0.5) < 1e-6) continue;  // a tie within float rounding
    EXPECT_EQ(trits[i], std::max(-1.0, std::min(1.0, std::nearbyint(ratio))));
  }
}

TEST(Dequantize, MultipliesByOneScale) {
  const std::vector<int32_t> acc = {7, -877824, 0};
  std::vector<float> y(3);
  const float scale = product_scale(3.0f, 0.1f);
  EXPECT_EQ(scale, 3.0f * 0.1f);
  dequantize(acc.data(), 3, scale, y.data());
  EXPECT_EQ(y, (std::vector<float>{7.0f * scale, -877824.0f * scale, 0.0f}));
}

TEST(Dequantize, OfATokenGivesItsValuesBack) {
  const std::vector<int8_t> q = {127, -64, 0};
  std::vector<float> y(3);
  dequantize_token(q.data(), 3, 2.0f / 127.0f, y.data());
  EXPECT_FLOAT_EQ(y[0], 2.0f);
  EXPECT_FLOAT_EQ(y[1], -128.0f / 127.0f);
  EXPECT_EQ(y[2], 0.0f);
}

}  // namespace
}  // namespace tercet
