// SPDX-License-Identifier: Apache-2.0
// The quantisations of BitNet b1.58 (arXiv 2402.17764, section 2), and the float steps of the
// decoder.
#include "model/ops.h"

#include <cmath>
#include <utility>

#include "base/error.h"
#include "model/lanes.h"
#include "model/math.h"

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

void rms_norm(const float* x, const float* weight, int64_t n, float eps, float* y) {
  const float mean = dot(x, x, n) / static_cast<float>(n);
  const float inverse = 1.0f / std::sqrt(mean + eps);  // sqrt is correctly rounded by IEEE 754
  for (int64_t i = 0; i < n; ++i) y[i] = (x[i] * inverse) * weight[i];
}

std::vector<double> rope_frequencies(double theta, int64_t head_dim) {
  const double log_theta = log_f64(theta);
  std::vector<double> freq(static_cast<size_t>(head_dim / 2));
  for (size_t i = 0; i < freq.size(); ++i) {
    const double exponent = static_cast<double>(2 * i) / static_cast<double>(head_dim);
    freq[i] = exp_f64(-(exponent * log_theta));
  }
  return freq;
}

void rope_angles(const std::vector<double>& freq, int64_t position, float* cos, float* sin) {
  for (size_t i = 0; i < freq.size(); ++i) {
    const SinCos a = sincos_f64(static_cast<double>(position) * freq[i]);
    cos[i] = static_cast<float>(a.cos);
    sin[i] = static_cast<float>(a.sin);
  }
}

void rope_rotate(float* x, const float* cos, const float* sin, int64_t head_dim) {
  const int64_t half = head_dim / 2;
  for (int64_t i = 0; i < half; ++i) {
    const float a = x[i];
    const float b = x[i + half];
    x[i] = a * cos[i] - b * sin[i];
    x[i + half] = b * cos[i] + a * sin[i];
  }
}

void softmax(float* x, int64_t n) {
  float max = x[0];
  for (int64_t i = 1; i < n; ++i) max = x[i] > max ? x[i] : max;
  for (int64_t i = 0; i < n; ++i) x[i] = exp_f32(x[i] - max);
  const float sum = lane_sum<float>(n, [=](int64_t i) { return x[i]; });
  for (int64_t i = 0; i < n; ++i) x[i] = x[i] / sum;
}

void attend(const float* query, const float* keys, const float* values, int64_t positions,
            int64_t stride, int64_t head_dim, float* scores, float* out) {
  const float scale = 1.0f / std::sqrt(static_cast<float>(head_dim));
  for (int64_t j = 0; j < positions; ++j) {
    scores[j] = dot(query, keys + j * stride, head_dim) * scale;
  }
  softmax(scores, positions);
  for (int64_t c = 0; c < head_dim; ++c) out[c] = 0.0f;
  for (int64_t j = 0; j < positions; ++j) {
    for (int64_t c = 0; c < head_dim; ++c) out[c] += scores[j] * values[j * stride + c];
  }
}

void gated_activation(Activation activation, float* gate, const float* up, int64_t n) {
  if (activation == Activation::kSilu) {
    for (int64_t i = 0; i < n; ++i) gate[i] = (gate[i] / (1.0f + exp_f32(-gate[i]))) * up[i];
  } else {
    for (int64_t i = 0; i < n; ++i) {
      const float positive = gate[i] > 0.0f ? gate[i] : 0.0f;
      gate[i] = (positive * positive) * up[i];
    }
  }
}

void add(float* x, const float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) x[i] += y[i];
}

}  // namespace tercet
