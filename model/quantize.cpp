// SPDX-License-Identifier: Apache-2.0
// The two quantisations of BitNet b1.58 (arXiv 2402.17764, section 2) and the dequantisation.
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/lanes.h"
#include "model/math.h"
#include "model/ops.h"

namespace tercet {
namespace {

constexpr float kFloor = 1e-5f;  // keeps a scale finite when everything is zero

float clamp(float x, float low, float high) {
  x = x < low ? low : x;
  return x > high ? high : x;
}

}  // namespace

void fail_not_finite(const std::string& where) {
  fail("{}: an input activation is NaN or infinite", where);
}

float quantize_token(const float* x, int64_t k, int8_t* q, const std::string& where) {
  uint32_t largest = 0;  // bits of |x|, which order as the values do, with NaN above all
  for (int64_t i = 0; i < k; ++i) {
    const uint32_t magnitude = bit_cast<uint32_t>(x[i]) & 0x7fffffffu;
    largest = magnitude > largest ? magnitude : largest;
  }
  if (largest >= 0x7f800000u) fail_not_finite(where);
  const float absmax = bit_cast<float>(largest);
  const float s = 127.0f / (absmax > kFloor ? absmax : kFloor);
  for (int64_t i = 0; i < k; ++i) {
    q[i] = static_cast<int8_t>(clamp(round_half_even(x[i] * s), -128.0f, 127.0f));
  }
  return s;
}

void dequantize(const int32_t* acc, int64_t n, float s, float w_scale, float* y) {
  for (int64_t i = 0; i < n; ++i) y[i] = (static_cast<float>(acc[i]) / s) * w_scale;
}

TernaryMatrix quantize_weights(const FloatMatrix& master, std::string name) {
  const int64_t n = master.n();
  const int64_t k = master.k();
  std::vector<float> w(static_cast<size_t>(n * k));
  for (int64_t row = 0; row < n; ++row) master.read_row(row, w.data() + row * k);

  // Lanes run over the whole matrix, row-major, in double: 17 M values lose digits in float.
  const double sum = lane_sum<double>(n * k, [&](int64_t i) {
    const double value = w[static_cast<size_t>(i)];
    return value < 0.0 ? -value : value;
  });
  const float mean = static_cast<float>(sum / static_cast<double>(n * k));
  const float scale = mean > kFloor ? mean : kFloor;

  std::vector<int8_t> trits(w.size());
  for (size_t i = 0; i < w.size(); ++i) {
    trits[i] = static_cast<int8_t>(round_half_even(clamp(w[i] / scale, -1.0f, 1.0f)));
  }
  return TernaryMatrix::from_trits(std::move(name), n, k, scale, trits.data());
}

std::optional<TernaryMatrix> exact_ternary(const FloatMatrix& weights, std::string name) {
  const int64_t n = weights.n();
  const int64_t k = weights.k();
  std::vector<float> row(static_cast<size_t>(k));
  std::vector<int8_t> trits(static_cast<size_t>(n * k));
  float scale = 0.0f;
  for (int64_t r = 0; r < n; ++r) {
    weights.read_row(r, row.data());
    for (int64_t c = 0; c < k; ++c) {
      const float value = row[static_cast<size_t>(c)];
      const float magnitude = value < 0.0f ? -value : value;
      if (magnitude == 0.0f) continue;
      if (scale == 0.0f) scale = magnitude;
      if (magnitude != scale) return std::nullopt;
      trits[static_cast<size_t>(r * k + c)] = value < 0.0f ? int8_t{-1} : int8_t{1};
    }
  }
  if (scale == 0.0f) return std::nullopt;
  return TernaryMatrix::from_trits(std::move(name), n, k, scale, trits.data());
}

}  // namespace tercet
