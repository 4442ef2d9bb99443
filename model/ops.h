// SPDX-License-Identifier: Apache-2.0
// Every arithmetic step of the decoder, one function each (docs/arithmetic.md gives the bits).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/config.h"
#include "model/digits.h"
#include "model/float_matrix.h"
#include "model/ternary.h"

namespace tercet {

/// The error that an input of projection `where` is not finite.
[[noreturn]] void fail_not_finite(const std::string& where);
/// The error that an output of projection `where` is not.
[[noreturn]] void fail_output_not_finite(const std::string& where);

/// What a norm needs of x[n]: root = sqrt(mean(x^2) + eps), inverse = 1 / root.
struct Rms {
  float root;
  float inverse;
};
Rms root_mean_square(const float* x, int64_t n, float eps);

/// y = (x * inverse root of mean(x^2) + eps) * weight over n elements: the input of a product of
/// floats; y may be x.
void rms_norm(const float* x, const float* weight, int64_t n, float eps, float* y);

/// The normed x[n] in int8: q[i] is x[i] * weight[i] by its absmax, so the codes do not depend on
/// the norm; it is in the token scale t that is returned: (x * inverse) * weight is about q * t.
/// Throws Error naming `where` if an x * weight or mean(x^2) is NaN or infinite.
float quantize_normed(const float* x, const float* weight, int64_t n, float eps, int8_t* q,
                      const std::string& where);

/// What a BitLinear's sums are multiplied by: the token scale times the weights'.
float product_scale(float token_scale, float w_scale);

/// y[n] = acc[n] * scale, the float result of a BitLinear for one token.
void dequantize(const int32_t* acc, int64_t n, float scale, float* y);

/// Quantised activations as floats, y[n] = q[n] * token_scale, for float weights.
void dequantize_token(const int8_t* q, int64_t n, float token_scale, float* y);

/// Ternary weights from float masters [n][k]: scale = max(mean |w|, 1e-5) and
/// t = round_half_even(clamp(w / scale, -1, 1)).
TernaryMatrix quantize_weights(const FloatMatrix& master, std::string name);

/// The same weights as trits if all that are not 0 have one magnitude, which is then the scale;
/// else nullopt.
std::optional<TernaryMatrix> exact_ternary(const FloatMatrix& weights, std::string name);

/// Inverse frequencies [head_dim / 2]: theta^(-2i / head_dim).
std::vector<double> rope_frequencies(double theta, int64_t head_dim);

/// cos and sin of position * freq[i], rounded to float.
void rope_angles(const std::vector<double>& freq, int64_t position, float* cos, float* sin);

/// Rotates the pairs (x[i], x[i + head_dim / 2]) of one head in place.
void rope_rotate(float* x, const float* cos, const float* sin, int64_t head_dim);

/// gate[i] = act(gate[i]) * up[i]: SiLU g / (1 + e^-g), or ReLU squared.
/// Formed as (g * rcp(1 + 2^(-g log2 e))) * up and up * (r * r).
void gated_activation(Activation activation, float* gate, const float* up, int64_t n);

/// A head of digits: logits[v] = (acc[v] * token_scale) * head.scales[v], where acc is the
/// exact sum of q[i] * code[i] over a row's k codes, for all head.n rows.
void digit_logits(const DigitMatrix& head, const int8_t* q, float token_scale, float* logits);

/// x[i] += y[i].
void add(float* x, const float* y, int64_t n);

}  // namespace tercet
