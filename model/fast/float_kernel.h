// SPDX-License-Identifier: Apache-2.0
// The decoder's float steps on vectors; each equals its namesake in ops.h bit for bit.
#pragma once

#include <cstdint>

#include "model/config.h"

namespace tercet::fast {

/// y[n] = exp2_f32(x[n]) of math.h.
void exp2(const float* x, int64_t n, float* y);

/// The normed x[n] in int8 and its token scale; false, with both undefined, if an x * weight or the
/// mean of x^2 is NaN or infinite.
bool quantize_normed(const float* x, const float* weight, int64_t n, float eps, int8_t* q,
                     float* scale);

/// y[n] = acc[n] * scale.
void dequantize(const int32_t* acc, int64_t n, float scale, float* y);

/// x[n] += acc[n] * scale.
void dequantize_add(const int32_t* acc, int64_t n, float scale, float* x);

/// Sum of the products of n elements.
float dot(const float* a, const float* b, int64_t n);

/// y = x / sqrt(mean(x^2) + eps) * weight over n elements; y may be x.
void rms_norm(const float* x, const float* weight, int64_t n, float eps, float* y);

/// Rotates the pairs (x[i], x[i + head_dim / 2]) of one head in place.
void rope_rotate(float* x, const float* cos, const float* sin, int64_t head_dim);

/// gate[i] = act(gate[i]) * up[i].
void gated_activation(Activation activation, float* gate, const float* up, int64_t n);

/// One query head over `positions` keys and values that lie `stride` floats apart; scores is
/// scratch [positions].
void attend(const float* query, const float* keys, const float* values, int64_t positions,
            int64_t stride, int64_t head_dim, float* scores, float* out);

}  // namespace tercet::fast
