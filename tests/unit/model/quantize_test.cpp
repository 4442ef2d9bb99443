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

TEST(QuantizeToken, RoundsHalfToEven) {
  // The largest magnitude is 127, so s is 1 and x is rounded as it stands.
  const std::vector<float> x = {127.0f, 0.5f, 1.5f, 2.5f, -0.5f, -1.5f, -2.5f, 126.5f};
  std::vector<int8_t> q(x.size());
  EXPECT_EQ(quantize_token(x.data(), 8, q.data(), "t"), 1.0f);
  EXPECT_EQ(q, (std::vector<int8_t>{127, 0, 2, 2, 0, -2, -2, 126}));
}

TEST(QuantizeToken, LargestMagnitudeBecomes127OfItsSign) {
  for (uint64_t seed = 0; seed < 2000; ++seed) {
    const auto x = test::random_floats(33, seed, std::exp2f(static_cast<float>(seed % 60) - 30.0f));
    std::vector<int8_t> q(x.size());
    const float s = quantize_token(x.data(), 33, q.data(), "t");
    float absmax = 0.0f;
    for (const float v : x) absmax = std::max(absmax, std::fabs(v));
    EXPECT_EQ(s, 127.0f / std::max(absmax, 1e-5f));
    for (size_t i = 0; i < x.size(); ++i) {
      const double exact = std::nearbyint(static_cast<double>(x[i] * s));
      EXPECT_EQ(q[i], exact) << "seed " << seed;
      EXPECT_GE(q[i], -127) << "-128 is in the contract but no finite token reaches it";
    }
  }
}

TEST(QuantizeToken, AllZerosGiveZerosAndTheScaleOfTheFloor) {
  const std::vector<float> x(5, 0.0f);
  std::vector<int8_t> q(5, 99);
  EXPECT_EQ(quantize_token(x.data(), 5, q.data(), "t"), 127.0f / 1e-5f);
  EXPECT_EQ(q, std::vector<int8_t>(5, 0));
}

TEST(QuantizeToken, BelowTheFloorUsesTheFloor) {
  const std::vector<float> x = {5e-6f, -1e-6f};
  std::vector<int8_t> q(2);
  quantize_token(x.data(), 2, q.data(), "t");
  EXPECT_EQ(q[0], 64);  // 63.5 or just above
  EXPECT_EQ(q[1], -13);
}

TEST(QuantizeToken, HugeFiniteValuesDoNotOverflow) {
  const std::vector<float> x = {3.4028235e38f, -3.4028235e38f, 1e30f};
  std::vector<int8_t> q(3);
  EXPECT_GT(quantize_token(x.data(), 3, q.data(), "t"), 0.0f);
  EXPECT_EQ(q, (std::vector<int8_t>{127, -127, 0}));
}

TEST(QuantizeToken, NamesThePlaceOfANonFiniteActivation) {
  for (const float bad : {NAN, INFINITY, -INFINITY}) {
    const std::vector<float> x = {1.0f, bad};
    std::vector<int8_t> q(2);
    test::expect_error([&] { quantize_token(x.data(), 2, q.data(), "layer 3 o_proj"); },
                       "layer 3 o_proj");
  }
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

TEST(Dequantize, DividesThenMultiplies) {
  const std::vector<int32_t> acc = {7, -877824, 0};
  std::vector<float> y(3);
  dequantize(acc.data(), 3, 3.0f, 0.1f, y.data());
  EXPECT_EQ(y[0], (7.0f / 3.0f) * 0.1f);
  EXPECT_EQ(y[1], (-877824.0f / 3.0f) * 0.1f);
  EXPECT_EQ(y[2], 0.0f);
}

}  // namespace
}  // namespace tercet
