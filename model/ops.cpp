// SPDX-License-Identifier: Apache-2.0
// The float steps of the decoder.
#include "model/ops.h"

#include <cmath>

#include "model/lanes.h"
#include "model/math.h"

namespace tercet {

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
