// SPDX-License-Identifier: Apache-2.0
// Compiled once for each vector target; the best one is chosen at run time.
#include "model/fast/float_kernel.h"

#include <algorithm>
#include <cmath>

#include "model/attention.h"
#include "model/math.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/fast/float_kernel.cc"
#include <hwy/foreach_target.h>

#include "model/fast/exp2-inl.h"
#include "model/fast/lanes-inl.h"
#include "model/fast/quantize-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::fast::HWY_NAMESPACE {
namespace {

using namespace tercet::HWY_NAMESPACE;  // NOLINT: the same target's part of the files above

void exp2(const float* x, int64_t n, float* y) {
  for_floats(n, [&](auto d, int64_t i)
                    HWY_ATTR { hn::StoreU(exp2_floats(d, hn::LoadU(d, x + i)), d, y + i); });
}

/// mean(x^2) + eps of the sum of squares, square-rooted.
float root_of(float sum, int64_t n, float eps) {
  return std::sqrt(sum * static_cast<float>(1.0 / static_cast<double>(n)) + eps);
}

bool quantize_normed(const float* x, const float* weight, int64_t n, float eps, int8_t* q,
                     float* scale) {
  const auto weighted = [=](auto d, int64_t i) HWY_ATTR {
    return hn::Mul(hn::LoadU(d, x + i), hn::LoadU(d, weight + i));
  };
  Largest largest;
  const LaneSums squares = add_to_lanes(n, [&](auto d, int64_t i) HWY_ATTR {
    const auto value = hn::LoadU(d, x + i);
    largest.add(d, weighted(d, i));
    return hn::Mul(value, value);
  });
  const float root = root_of(sum_of(squares), n, eps);
  float magnitude;
  if (!largest.get(&magnitude) || !std::isfinite(root)) return false;
  const float code_scale = std::max(root * 1e-5f, magnitude) * static_cast<float>(1.0 / 127.0);
  round_codes(n, rcp(code_scale), -128.0f, 127.0f, q, weighted);
  *scale = code_scale * rcp(root);
  return true;
}

/// The integers at acc times `scale`.
template <class D>
HWY_INLINE hn::Vec<D> dequantized(D d, const int32_t* acc, float scale) {
  const auto sums = hn::ConvertTo(d, hn::LoadU(hn::RebindToSigned<D>(), acc));
  return hn::Mul(sums, hn::Set(d, scale));
}

void dequantize(const int32_t* acc, int64_t n, float scale, float* y) {
  for_floats(
      n, [&](auto d, int64_t i) HWY_ATTR { hn::StoreU(dequantized(d, acc + i, scale), d, y + i); });
}

void dequantize_add(const int32_t* acc, int64_t n, float scale, float* x) {
  for_floats(n, [&](auto d, int64_t i) HWY_ATTR {
    hn::StoreU(hn::Add(hn::LoadU(d, x + i), dequantized(d, acc + i, scale)), d, x + i);
  });
}

float dot(const float* a, const float* b, int64_t n) { return dot_lanes(a, b, n); }

void rms_norm(const float* x, const float* weight, int64_t n, float eps, float* y) {
  const float inverse = rcp(root_of(dot_lanes(x, x, n), n, eps));
  for_floats(n, [&](auto d, int64_t i) HWY_ATTR {
    const auto normed = hn::Mul(hn::LoadU(d, x + i), hn::Set(d, inverse));
    hn::StoreU(hn::Mul(normed, hn::LoadU(d, weight + i)), d, y + i);
  });
}

void rope_rotate(float* x, const float* cos, const float* sin, int64_t head_dim) {
  float* upper = x + head_dim / 2;
  for_floats(head_dim / 2, [&](auto d, int64_t i) HWY_ATTR {
    const auto a = hn::LoadU(d, x + i);
    const auto b = hn::LoadU(d, upper + i);
    const auto c = hn::LoadU(d, cos + i);
    const auto s = hn::LoadU(d, sin + i);
    hn::StoreU(hn::Sub(hn::Mul(a, c), hn::Mul(b, s)), d, x + i);
    hn::StoreU(hn::Add(hn::Mul(b, c), hn::Mul(a, s)), d, upper + i);
  });
}

void gated_activation(Activation activation, float* gate, const float* up, int64_t n) {
  if (activation == Activation::kSilu) {
    for_floats(n, [&](auto d, int64_t i) HWY_ATTR {
      const auto g = hn::LoadU(d, gate + i);
      const auto one = hn::Set(d, 1.0f);
      const auto power = exp2_floats(d, hn::Mul(g, hn::Set(d, -1.44269504f)));
      const auto gated = hn::Mul(g, hn::Div(one, hn::Add(one, power)));
      hn::StoreU(hn::Mul(gated, hn::LoadU(d, up + i)), d, gate + i);
    });
    return;
  }
  for_floats(n, [&](auto d, int64_t i) HWY_ATTR {
    const auto g = hn::LoadU(d, gate + i);
    const auto positive = hn::IfThenElseZero(hn::Gt(g, hn::Zero(d)), g);
    hn::StoreU(hn::Mul(hn::LoadU(d, up + i), hn::Mul(positive, positive)), d, gate + i);
  });
}

/// x[n] -> 2^(x - max x); returns their sum.
float softmax_terms(float* x, int64_t n) {
  float max = x[0];
  for (int64_t i = 1; i < n; ++i) max = x[i] > max ? x[i] : max;
  return sum_of(add_to_lanes(n, [&](auto d, int64_t i) HWY_ATTR {
    const auto term = exp2_floats(d, hn::Sub(hn::LoadU(d, x + i), hn::Set(d, max)));
    hn::StoreU(term, d, x + i);
    return term;
  }));
}

/// out[c] = the sum over j of weights[j] * values[j * stride + c], in increasing j, times `scale`,
/// for as many channels as kVectors vectors hold.
template <int64_t kVectors, class D>
HWY_INLINE void mix(D d, const float* weights, const float* values, int64_t positions,
                    int64_t stride, float scale, float* out) {
  hn::Vec<D> sums[kVectors];
  for (auto& sum : sums) sum = hn::Zero(d);
  for (int64_t j = 0; j < positions; ++j) {
    const auto weight = hn::Set(d, weights[j]);
    for (int64_t v = 0; v < kVectors; ++v) {
      const auto value = hn::LoadU(d, values + j * stride + v * static_cast<int64_t>(hn::Lanes(d)));
      sums[v] = hn::Add(sums[v], hn::Mul(weight, value));
    }
  }
  for (int64_t v = 0; v < kVectors; ++v) {
    hn::StoreU(hn::Mul(sums[v], hn::Set(d, scale)), d,
               out + v * static_cast<int64_t>(hn::Lanes(d)));
  }
}

void attend(const float* query, const float* keys, const float* values, int64_t positions,
            int64_t stride, int64_t head_dim, float* scores, float* out) {
  constexpr int64_t kKeys = 4;     // keys whose pairwise ends are done together
  constexpr int64_t kVectors = 8;  // of channels
  const float factor = score_factor(head_dim);
  int64_t j = 0;
  for (; j + kKeys <= positions; j += kKeys) {
    dot_four_rows(query, keys + j * stride, stride, head_dim, scores + j);
  }
  for (; j < positions; ++j) scores[j] = dot_lanes(query, keys + j * stride, head_dim);
  for (j = 0; j < positions; ++j) scores[j] = scores[j] * factor;
  const float inverse = rcp(softmax_terms(scores, positions));
  int64_t c = 0;
  for (; c + kVectors * kFloats <= head_dim; c += kVectors * kFloats) {
    mix<kVectors>(FloatTag(), scores, values + c, positions, stride, inverse, out + c);
  }
  for (; c + kFloats <= head_dim; c += kFloats) {
    mix<1>(FloatTag(), scores, values + c, positions, stride, inverse, out + c);
  }
  for (; c < head_dim; ++c) {
    mix<1>(hn::CappedTag<float, 1>(), scores, values + c, positions, stride, inverse, out + c);
  }
}

}  // namespace
}  // namespace tercet::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tercet::fast {

HWY_EXPORT(exp2);
HWY_EXPORT(quantize_normed);
HWY_EXPORT(dequantize);
HWY_EXPORT(dequantize_add);
HWY_EXPORT(dot);
HWY_EXPORT(rms_norm);
HWY_EXPORT(rope_rotate);
HWY_EXPORT(gated_activation);
HWY_EXPORT(attend);

void exp2(const float* x, int64_t n, float* y) { HWY_DYNAMIC_DISPATCH(exp2)(x, n, y); }

bool quantize_normed(const float* x, const float* weight, int64_t n, float eps, int8_t* q,
                     float* scale) {
  return HWY_DYNAMIC_DISPATCH(quantize_normed)(x, weight, n, eps, q, scale);
}

void dequantize(const int32_t* acc, int64_t n, float scale, float* y) {
  HWY_DYNAMIC_DISPATCH(dequantize)(acc, n, scale, y);
}

void dequantize_add(const int32_t* acc, int64_t n, float scale, float* x) {
  HWY_DYNAMIC_DISPATCH(dequantize_add)(acc, n, scale, x);
}

float dot(const float* a, const float* b, int64_t n) { return HWY_DYNAMIC_DISPATCH(dot)(a, b, n); }

void rms_norm(const float* x, const float* weight, int64_t n, float eps, float* y) {
  HWY_DYNAMIC_DISPATCH(rms_norm)(x, weight, n, eps, y);
}

void rope_rotate(float* x, const float* cos, const float* sin, int64_t head_dim) {
  HWY_DYNAMIC_DISPATCH(rope_rotate)(x, cos, sin, head_dim);
}

void gated_activation(Activation activation, float* gate, const float* up, int64_t n) {
  HWY_DYNAMIC_DISPATCH(gated_activation)(activation, gate, up, n);
}

void attend(const float* query, const float* keys, const float* values, int64_t positions,
            int64_t stride, int64_t head_dim, float* scores, float* out) {
  HWY_DYNAMIC_DISPATCH(attend)(query, keys, values, positions, stride, head_dim, scores, out);
}

}  // namespace tercet::fast
#endif  // HWY_ONCE
