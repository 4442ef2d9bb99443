// SPDX-License-Identifier: Apache-2.0
// Token sampling.
#include "model/sampler.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "model/math.h"

namespace tercet {

Sampler::Sampler(const SamplerOptions& options) : options_(options), rng_(options.seed) {
  if (!std::isfinite(options.temperature) || options.temperature < 0.0f) {
    fail("temperature {} is not a number from 0 up", options.temperature);
  }
  if (options.top_k < 0) fail("top-k {} is negative", options.top_k);
  if (!(options.top_p > 0.0f && options.top_p <= 1.0f)) {
    fail_usage("top-p {} is not in (0, 1]", options.top_p);
  }
}

int32_t Sampler::sample(const float* logits, int64_t vocab) {
  if (vocab <= 0) fail("no logits to sample from");
  int32_t best = 0;
  for (int64_t i = 0; i < vocab; ++i) {
    if (!std::isfinite(logits[i])) fail("logit {} is {}", i, logits[i]);
    if (logits[i] > logits[best]) best = static_cast<int32_t>(i);
  }
  if (options_.temperature == 0.0f) return best;

  candidates_.clear();
  for (int64_t i = 0; i < vocab; ++i) candidates_.emplace_back(logits[i], static_cast<int32_t>(i));
  const int64_t keep = options_.top_k > 0 ? std::min(options_.top_k, vocab) : vocab;
  std::partial_sort(candidates_.begin(), candidates_.begin() + keep, candidates_.end(),
                    [](const auto& a, const auto& b) {
                      return a.first > b.first || (a.first == b.first && a.second < b.second);
                    });
  candidates_.resize(static_cast<size_t>(keep));

  // Unnormalised softmax weights in double, likeliest first; sums run in that order.
  weights_.clear();
  double total = 0.0;
  const double temperature = options_.temperature;
  for (const auto& [logit, id] : candidates_) {
    const double above = static_cast<double>(logit) - static_cast<double>(logits[best]);
    weights_.push_back(exp_f64(above / temperature));
    total += weights_.back();
  }
  double mass = total;
  if (options_.top_p < 1.0f) {
    size_t kept = 0;
    mass = 0.0;
    const double wanted = static_cast<double>(options_.top_p) * total;
    while (kept < weights_.size() && mass < wanted) mass += weights_[kept++];
    weights_.resize(kept);
  }
  const double target = rng_.uniform() * mass;
  double cumulative = 0.0;
  for (size_t i = 0; i < weights_.size(); ++i) {
    cumulative += weights_[i];
    if (target < cumulative) return candidates_[i].second;
  }
  return candidates_[weights_.size() - 1].second;  // rounding of target up to mass
}

}  // namespace tercet
