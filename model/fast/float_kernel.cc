// SPDX-License-Identifier: Apache-2.0
// Compiled once for each vector target; the best one is chosen at run time.
#include "model/fast/float_kernel.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "model/math.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/fast/float_kernel.cc"
#include <hwy/foreach_target.h>

#include "model/fast/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::fast::HWY_NAMESPACE {
namespace {

using namespace tercet::HWY_NAMESPACE;  // NOLINT: the same target's part of lanes-inl.h

/// exp_f32 of math.h, operation by operation.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp_floats(D d, V x) {
  const hn::RebindToUnsigned<D> du;
  const auto magic = hn::Set(d, kRoundMagic);
  const auto shifted = hn::Add(hn::Mul(x, hn::Set(d, 1.44269504f)), magic);
  const auto n = hn::Sub(shifted, magic);
  const auto r = hn::Sub(hn::Sub(x, hn::Mul(n, hn::Set(d, 0.693359375f))),
                         hn::Mul(n, hn::Set(d, -2.12194440e-4f)));
  auto p = hn::Set(d, 1.0f / 5040.0f);
  for (const float c :
       {1.0f / 720.0f, 1.0f / 120.0f, 1.0f / 24.0f, 1.0f / 6.0f, 0.5f, 1.0f, 1.0f}) {
    p = hn::Add(hn::Mul(p, r), hn::Set(d, c));
  }
  const auto integer = hn::Sub(hn::BitCast(du, shifted), hn::BitCast(du, magic));
  const auto power = hn::ShiftLeft<23>(hn::Add(integer, hn::Set(du, 127)));
  auto y = hn::Mul(p, hn::BitCast(d, power));
  y = hn::IfThenZeroElse(hn::Lt(x, hn::Set(d, -87.0f)), y);
  const auto infinity = hn::Set(d, std::numeric_limits<float>::infinity());
  return hn::IfThenElse(hn::Gt(x, hn::Set(d, 88.0f)), infinity, y);
}

bool quantize_token(const float* x, int64_t k, int8_t* q, float* s) {
  constexpr float kFloor = 1e-5f;  // as in the reference
  constexpr hn::RebindToSigned<FloatTag> kBits;
  auto largest = hn::Zero(kBits);  // bits of |x|, which order as the values do, with NaN above all
  uint32_t last = 0;
  for_floats(k, [&](auto d, int64_t i) HWY_ATTR {
    const auto bits = hn::BitCast(hn::RebindToSigned<decltype(d)>(), hn::Abs(hn::LoadU(d, x + i)));
    if constexpr (hn::MaxLanes(d) == hn::MaxLanes(FloatTag())) {
      largest = hn::Max(largest, bits);
    } else {
      last = std::max(last, static_cast<uint32_t>(hn::GetLane(bits)));
    }
  });
  last = std::max(last, static_cast<uint32_t>(hn::GetLane(hn::MaxOfLanes(kBits, largest))));
  if (last >= 0x7f800000u) return false;
  const float absmax = bit_cast<float>(last);
  const float scale = 127.0f / (absmax > kFloor ? absmax : kFloor);
  for_floats(k, [&](auto d, int64_t i) HWY_ATTR {
    const auto magic = hn::Set(d, kRoundMagic);
    const auto scaled = hn::Mul(hn::LoadU(d, x + i), hn::Set(d, scale));
    const auto rounded = hn::Sub(hn::Add(scaled, magic), magic);
    const auto clamped = hn::Min(hn::Max(rounded, hn::Set(d, -128.0f)), hn::Set(d, 127.0f));
    const hn::Rebind<int8_t, decltype(d)> d8;
    hn::StoreU(hn::DemoteTo(d8, hn::ConvertTo(hn::RebindToSigned<decltype(d)>(), clamped)), d8,
               q + i);
  });
  *s = scale;
  return true;
}

/// (acc / s) * w_scale of the integers at acc.
template <class D>
HWY_INLINE hn::Vec<D> dequantized(D d, const int32_t* acc, float s, float w_scale) {
  const auto sums = hn::ConvertTo(d, hn::LoadU(hn::RebindToSigned<D>(), acc));
  return hn::Mul(hn::Div(sums, hn::Set(d, s)), hn::Set(d, w_scale));
}

void dequantize(const int32_t* acc, int64_t n, float s, float w_scale, float* y) {
  for_floats(n, [&](auto d, int64_t i)
                    HWY_ATTR { hn::StoreU(dequantized(d, acc + i, s, w_scale), d, y + i); });
}

void dequantize_add(const int32_t* acc, int64_t n, float s, float w_scale, float* x) {
  for_floats(n, [&](auto d, int64_t i) HWY_ATTR {
    hn::StoreU(hn::Add(hn::LoadU(d, x + i), dequantized(d, acc + i, s, w_scale)), d, x + i);
  });
}

float dot(const float* a, const float* b, int64_t n) { return dot_lanes(a, b, n); }

void rms_norm(const float* x, const float* weight, int64_t n, float eps, float* y) {
  const float mean = dot_lanes(x, x, n) / static_cast<float>(n);
  const float inverse = 1.0f / std::sqrt(mean + eps);
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
      const auto below = hn::Add(hn::Set(d, 1.0f), exp_floats(d, hn::Neg(g)));
      hn::StoreU(hn::Mul(hn::Div(g, below), hn::LoadU(d, up + i)), d, gate + i);
    });
    return;
  }
  for_floats(n, [&](auto d, int64_t i) HWY_ATTR {
    const auto g = hn::LoadU(d, gate + i);
    const auto positive = hn::IfThenElseZero(hn::Gt(g, hn::Zero(d)), g);
    hn::StoreU(hn::Mul(hn::Mul(positive, positive), hn::LoadU(d, up + i)), d, gate + i);
  });
}

void softmax(float* x, int64_t n) {
  float max = x[0];
  for (int64_t i = 1; i < n; ++i) max = x[i] > max ? x[i] : max;
  for_floats(n, [&](auto d, int64_t i) HWY_ATTR {
    hn::StoreU(exp_floats(d, hn::Sub(hn::LoadU(d, x + i), hn::Set(d, max))), d, x + i);
  });
  float lane[kLanes] = {};
  int64_t i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    for (int64_t j = 0; j < kLanes; ++j) lane[j] += x[i + j];
  }
  for (; i < n; ++i) lane[i % kLanes] += x[i];
  const float sum = sum_lanes(lane);
  for_floats(n, [&](auto d, int64_t at) HWY_ATTR {
    hn::StoreU(hn::Div(hn::LoadU(d, x + at), hn::Set(d, sum)), d, x + at);
  });
}

/// out[c] = the sum over j of weights[j] * values[j * stride + c], in increasing j, for as many
/// channels as kVectors vectors hold.
template <int64_t kVectors, class D>
HWY_INLINE void mix(D d, const float* weights, const float* values, int64_t positions,
                    int64_t stride, float* out) {
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
    hn::StoreU(sums[v], d, out + v * static_cast<int64_t>(hn::Lanes(d)));
  }
}

void attend(const float* query, const float* keys, const float* values, int64_t positions,
            int64_t stride, int64_t head_dim, float* scores, float* out) {
  constexpr int64_t kKeys = 4;     // keys whose sums run side by side
  constexpr int64_t kVectors = 8;  // of channels
  const float scale = 1.0f / std::sqrt(static_cast<float>(head_dim));
  int64_t j = 0;
  for (; j + kKeys <= positions; j += kKeys) {
    dot_rows<kKeys>(query, keys + j * stride, stride, head_dim, scores + j);
  }
  for (; j < positions; ++j) scores[j] = dot_lanes(query, keys + j * stride, head_dim);
  for (j = 0; j < positions; ++j) scores[j] = scores[j] * scale;
  softmax(scores, positions);
  int64_t c = 0;
  for (; c + kVectors * kFloats <= head_dim; c += kVectors * kFloats) {
    mix<kVectors>(FloatTag(), scores, values + c, positions, stride, out + c);
  }
  for (; c + kFloats <= head_dim; c += kFloats) {
    mix<1>(FloatTag(), scores, values + c, positions, stride, out + c);
  }
  for (; c < head_dim; ++c) {
    mix<1>(hn::CappedTag<float, 1>(), scores, values + c, positions, stride, out + c);
  }
}

}  // namespace
}  // namespace tercet::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tercet::fast {

HWY_EXPORT(quantize_token);
HWY_EXPORT(dequantize);
HWY_EXPORT(dequantize_add);
HWY_EXPORT(dot);
HWY_EXPORT(rms_norm);
HWY_EXPORT(rope_rotate);
HWY_EXPORT(gated_activation);
HWY_EXPORT(attend);

bool quantize_token(const float* x, int64_t k, int8_t* q, float* s) {
  return HWY_DYNAMIC_DISPATCH(quantize_token)(x, k, q, s);
}

void dequantize(const int32_t* acc, int64_t n, float s, float w_scale, float* y) {
  HWY_DYNAMIC_DISPATCH(dequantize)(acc, n, s, w_scale, y);
}

void dequantize_add(const int32_t* acc, int64_t n, float s, float w_scale, float* x) {
  HWY_DYNAMIC_DISPATCH(dequantize_add)(acc, n, s, w_scale, x);
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
