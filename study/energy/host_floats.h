// SPDX-License-Identifier: Apache-2.0
// Floating-point operations that the host does around the accelerator's products.
#pragma once

#include <cstdint>

#include "model/config.h"

namespace tercet {

/// FP32 operations. exp, sin and cos count as the polynomials they are (model/math.cpp; sines
/// are double there and counted as FP32); comparisons, conversions and bit tricks are free.
struct FloatCounts {
  double mul = 0.0;
  double add = 0.0;
  double other = 0.0;  ///< divisions and square roots
};
FloatCounts& operator+=(FloatCounts& a, const FloatCounts& b);
FloatCounts operator*(const FloatCounts& a, double factor);

/// What the host reads and writes of the machine's DRAM beside the products, in FP16.
struct HostBytes {
  double read = 0.0;     ///< embedding rows, keys and values, the head's matrix
  double written = 0.0;  ///< keys and values
};
HostBytes& operator+=(HostBytes& a, const HostBytes& b);

/// Of the same tokens as host_floats; a key is read once a token, which heads share.
HostBytes host_bytes(const ModelConfig& config, int64_t m, int64_t position);

/// Session::forward of m tokens after `position` others, logits of the last one: norms, activation
/// quantisation, dequantisation, RoPE, attention, gate, residuals, head.
FloatCounts host_floats(const ModelConfig& config, int64_t m, int64_t position);

}  // namespace tercet
