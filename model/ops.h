// SPDX-License-Identifier: Apache-2.0
// Every arithmetic step of the decoder, one function each (docs/arithmetic.md gives the bits).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/config.h"
#include "model/float_matrix.h"
#include "model/ternary.h"

namespace tercet {

/// q[k] = x[k] in int8 by the absmax of the token; returns s = 127 / max(absmax, 1e-5).
/// x is about q / s. Throws Error naming `where` if any x is NaN or infinite.
float quantize_token(const float* x, int64_t k, int8_t* q, const std::string& where);

/// The error that an input of projection `where` is not finite.
[[noreturn]] void fail_not_finite(const std::string& where);

/// y[n] = (acc[n] / s) * w_scale, the float result of a BitLinear for one token.
void dequantize(const int32_t* acc, int64_t n, float s, float w_scale, float* y);

/// Ternary weights from float masters [n][k]: scale = max(mean |w|, 1e-5) and
/// t = round_half_even(clamp(w / scale, -1, 1)).
TernaryMatrix quantize_weights(const FloatMatrix& master, std::string name);

/// The same weights as trits if all that are not 0 have one magnitude, which is then the scale;
/// else nullopt.
std::optional<TernaryMatrix> exact_ternary(const FloatMatrix& weights, std::string name);

/// y = x / sqrt(mean(x^2) + eps) * weight over n elements; y may be x.
void rms_norm(const float* x, const float* weight, int64_t n, float eps, float* y);

/// Inverse frequencies [head_dim / 2]: theta^(-2i / head_dim).
std::vector<double> rope_frequencies(double theta, int64_t head_dim);

/// cos and sin of position * freq[i], rounded to float.
void rope_angles(const std::vector<double>& freq, int64_t position, float* cos, float* sin);

/// Rotates the pairs (x[i], x[i + head_dim / 2]) of one head in place.
void rope_rotate(float* x, const float* cos, const float* sin, int64_t head_dim);

/// x[n] -> softmax(x) in place.
void softmax(float* x, int64_t n);

/// One query head over `positions` keys and values that lie `stride` floats apart:
/// out[head_dim] = softmax(q . k_j / sqrt(head_dim)) v. scores is scratch [positions].
void attend(const float* query, const float* keys, const float* values, int64_t positions,
            int64_t stride, int64_t head_dim, float* scores, float* out);

/// gate[i] = act(gate[i]) * up[i]: SiLU g / (1 + e^-g), or ReLU squared.
void gated_activation(Activation activation, float* gate, const float* up, int64_t n);

/// x[i] += y[i].
void add(float* x, const float* y, int64_t n);

}  // namespace tercet
