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
constexpr float kPer127 = static_cast<float>(1.0 / 127.0);
constexpr float kMinusLog2E = -1.44269504f;

float clamp(float x, float low, float high) {
  x = x < low ? low : x;
  return x > high ? high : x;
}

}  // namespace

void fail_not_finite(const std::string& where) {
  fail("{}: an input activation is NaN or infinite", where);
}

void fail_output_not_finite(const std::string& where) {
  fail("{}: an output is NaN or infinite", where);
}

Rms root_mean_square(const float* x, int64_t n, float eps) {
  const float mean = dot(x, x, n) * static_cast<float>(1.0 / static_cast<double>(n));
  const float root = std::sqrt(mean + eps);  // correctly rounded by IEEE 754
  return {root, rcp(root)};
}

void rms_norm(const float* x, const float* weight, int64_t n, float eps, float* y) {
  const float inverse = root_mean_square(x, n, eps).inverse;
  for (int64_t i = 0; i < n; ++i) y[i] = (x[i] * inverse) * weight[i];
}

float quantize_normed(const float* x, const float* weight, int64_t n, float eps, int8_t* q,
                      const std::string& where) {
  const Rms rms = root_mean_square(x, n, eps);
  uint32_t largest = 0;  // bits of |x * weight|, which order as the values do, with NaN above all
  for (int64_t i = 0; i < n; ++i) {
    const uint32_t bits = bit_cast<uint32_t>(x[i] * weight[i]) & 0x7fffffffu;
    largest = bits > largest ? bits : largest;
  }
  if (largest >= 0x7f800000u || !std::isfinite(rms.root)) fail_not_finite(where);
  const float absmax = bit_cast<float>(largest);
  const float floor = rms.root * kFloor;
  const float scale = (absmax > floor ? absmax : floor) * kPer127;
  const float s = rcp(scale);
  for (int64_t i = 0; i < n; ++i) {
    const float rounded = round_half_even((x[i] * weight[i]) * s);
    q[i] = static_cast<int8_t>(clamp(rounded, -128.0f, 127.0f));
  }
  return scale * rms.inverse;
}

float product_scale(float token_scale, float w_scale) { return token_scale * w_scale; }

void dequantize(const int32_t* acc, int64_t n, float scale, float* y) {
  for (int64_t i = 0; i < n; ++i) y[i] = static_cast<float>(acc[i]) * scale;
}

void dequantize_token(const int8_t* q, int64_t n, float token_scale, float* y) {
  for (int64_t i = 0; i < n; ++i) y[i] = static_cast<float>(q[i]) * token_scale;
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

void gated_activation(Activation activation, float* gate, const float* up, int64_t n) {
  if (activation == Activation::kSilu) {
    for (int64_t i = 0; i < n; ++i) {
      const float power = exp2_f32(gate[i] * kMinusLog2E);
      gate[i] = (gate[i] * rcp(1.0f + power)) * up[i];
    }
  } else {
    for (int64_t i = 0; i < n; ++i) {
      const float positive = gate[i] > 0.0f ? gate[i] : 0.0f;
      gate[i] = up[i] * (positive * positive);
    }
  }
}

void digit_logits(const DigitMatrix& head, const int8_t* q, float token_scale, float* logits) {
  for (int64_t v = 0; v < head.n; ++v) {
    const int8_t* code = head.row(v);
    int32_t acc = 0;  // at most 128 * 121 * kMaxInputs < 2^30
    for (int64_t i = 0; i < head.k; ++i) acc += q[i] * code[i];
    logits[v] = (static_cast<float>(acc) * token_scale) * head.scales[static_cast<size_t>(v)];
  }
}

void add(float* x, const float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) x[i] += y[i];
}

}  // namespace tercet
