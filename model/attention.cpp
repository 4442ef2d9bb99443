// SPDX-License-Identifier: Apache-2.0
// Scores, softmax in base 2, and the mixing of values.
#include "model/attention.h"

#include <cmath>

#include "base/error.h"
#include "model/digits.h"
#include "model/lanes.h"
#include "model/math.h"

namespace tercet {
namespace {

constexpr double kLog2E = 0x1.71547652b82fep+0;
constexpr int32_t kQueryLimit = 127;
constexpr int32_t kMixCodes = 32639;  // 256 * 127 + 127: the most that two rows of int8 hold

}  // namespace

float score_factor(int64_t head_dim) {
  return static_cast<float>(kLog2E / std::sqrt(static_cast<double>(head_dim)));
}

float softmax_terms(float* x, int64_t n) {
  float max = x[0];
  for (int64_t i = 1; i < n; ++i) max = x[i] > max ? x[i] : max;
  for (int64_t i = 0; i < n; ++i) x[i] = exp2_f32(x[i] - max);
  return lane_sum<float>(n, [=](int64_t i) { return x[i]; });
}

void attend(const float* query, const float* keys, const float* values, int64_t positions,
            int64_t stride, int64_t head_dim, float* scores, float* out) {
  const float factor = score_factor(head_dim);
  for (int64_t j = 0; j < positions; ++j) {
    scores[j] = dot(query, keys + j * stride, head_dim) * factor;
  }
  const float inverse = rcp(softmax_terms(scores, positions));
  for (int64_t c = 0; c < head_dim; ++c) out[c] = 0.0f;
  for (int64_t j = 0; j < positions; ++j) {
    for (int64_t c = 0; c < head_dim; ++c) out[c] += scores[j] * values[j * stride + c];
  }
  for (int64_t c = 0; c < head_dim; ++c) out[c] *= inverse;
}

void quantize_query(const float* query, int64_t head_dim, const std::string& where,
                    QueryCodes* out) {
  const std::optional<float> m = magnitude(query, head_dim);
  if (!m.has_value()) fail("{}: a query is NaN or infinite", where);
  out->codes.resize(static_cast<size_t>(head_dim));
  const float scale = code_scale(*m, kQueryLimit);
  quantize_codes(query, head_dim, scale, kQueryLimit, out->codes.data());
  out->scale = scale * score_factor(head_dim);
}

float digit_score(int64_t acc, float query_scale, float key_scale) {
  return (static_cast<float>(acc) * query_scale) * key_scale;
}

void quantize_mix(float* x, const float* value_scales, int64_t scale_stride, int64_t positions,
                  const std::string& where, MixCodes* out) {
  const float sum = softmax_terms(x, positions);
  if (!(sum > 0.0f)) fail("{}: a score is NaN or infinite", where);
  float m = 0.0f;
  for (int64_t j = 0; j < positions; ++j) {
    x[j] = x[j] * value_scales[j * scale_stride];
    m = x[j] > m ? x[j] : m;
  }
  const float scale = code_scale(m, kMixCodes);
  const float s = rcp(scale);
  constexpr auto kMost = static_cast<float>(kMixCodes);
  out->high.resize(static_cast<size_t>(positions));
  out->low.resize(static_cast<size_t>(positions));
  for (int64_t j = 0; j < positions; ++j) {
    const float rounded = round_half_even(x[j] * s);  // at least 0
    const auto code = static_cast<int32_t>(rounded > kMost ? kMost : rounded);
    const int32_t high = (code + 128) >> 8;
    out->high[static_cast<size_t>(j)] = static_cast<int8_t>(high);
    out->low[static_cast<size_t>(j)] = static_cast<int8_t>(code - 256 * high);
  }
  out->scale = scale * rcp(sum);
}

float digit_mix(int64_t high, int64_t low, float scale) {
  return (static_cast<float>(high) * 256.0f + static_cast<float>(low)) * scale;
}

void attend_digits(const float* query, const DigitCacheView& cache, int64_t head_dim,
                   const std::string& where, DigitScratch* scratch, float* out) {
  QueryCodes& q = scratch->query;
  quantize_query(query, head_dim, where, &q);
  scratch->scores.resize(static_cast<size_t>(cache.positions));
  for (int64_t j = 0; j < cache.positions; ++j) {
    const int8_t* key = cache.keys + j * cache.stride;
    int64_t acc = 0;
    for (int64_t c = 0; c < head_dim; ++c) acc += q.codes[static_cast<size_t>(c)] * key[c];
    scratch->scores[static_cast<size_t>(j)] =
        digit_score(acc, q.scale, cache.key_scales[j * cache.scale_stride]);
  }
  MixCodes& mix = scratch->mix;
  quantize_mix(scratch->scores.data(), cache.value_scales, cache.scale_stride, cache.positions,
               where, &mix);
  for (int64_t c = 0; c < head_dim; ++c) {
    int64_t high = 0;
    int64_t low = 0;
    for (int64_t j = 0; j < cache.positions; ++j) {
      const int8_t value = cache.values[j * cache.stride + c];
      high += mix.high[static_cast<size_t>(j)] * value;
      low += mix.low[static_cast<size_t>(j)] * value;
    }
    out[c] = digit_mix(high, low, mix.scale);
  }
}

}  // namespace tercet
