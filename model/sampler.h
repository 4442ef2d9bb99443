// SPDX-License-Identifier: Apache-2.0
// Draws the next token from logits; the same seed gives the same tokens everywhere.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/rng.h"

namespace tercet {

struct SamplerOptions {
  float temperature = 0.0f;  ///< 0: greedy, the other fields are then not used
  int64_t top_k = 0;         ///< keep the k likeliest; 0: all
  float top_p = 1.0f;        ///< keep the smallest set of the likeliest with this mass
  uint64_t seed = 0;
};

/// Greedy, or softmax(logits / temperature) cut by top_k, then top_p. Ties go to the lower id.
class Sampler {
 public:
  /// Throws Error unless temperature is finite and >= 0, top_k >= 0 and 0 < top_p <= 1.
  explicit Sampler(const SamplerOptions& options = {});

  /// Throws Error if vocab == 0 or a logit is not finite.
  int32_t sample(const float* logits, int64_t vocab);

 private:
  SamplerOptions options_;
  Rng rng_;
  std::vector<std::pair<float, int32_t>> candidates_;  // (logit, id), likeliest first
  std::vector<double> weights_;
};

}  // namespace tercet
