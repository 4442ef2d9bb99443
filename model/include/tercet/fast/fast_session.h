// SPDX-License-Identifier: Apache-2.0
// A session that equals Session bit for bit, on vectors and threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tercet/fast/thread_pool.h"
#include "tercet/model/engine.h"
#include "tercet/model/transformer.h"

namespace tercet {

namespace fast {
class HeadInput;
}

/// One sequence: its KV cache, its position, and the scratch to run it. Model, engine and pool are
/// borrowed and must outlive it. The engine runs the integer products, and may be any; all else
/// runs here, cut by tokens, heads and rows of the head, which changes no bit.
class FastSession {
 public:
  FastSession(const Model& model, MatmulEngine& engine, ThreadPool& pool);
  ~FastSession();
  FastSession(const FastSession&) = delete;
  FastSession& operator=(const FastSession&) = delete;

  /// As Session::forward: same results, same errors.
  const std::vector<float>& forward(const int32_t* tokens, int64_t n,
                                    LogitsRows rows = LogitsRows::kLast);
  const std::vector<float>& forward(const std::vector<int32_t>& tokens,
                                    LogitsRows rows = LogitsRows::kLast) {
    return forward(tokens.data(), static_cast<int64_t>(tokens.size()), rows);
  }

  int64_t position() const { return position_; }  ///< tokens so far
  void reset() { position_ = 0; }                 ///< an empty sequence again

 private:
  /// Outputs of one projection.
  using Sums = std::vector<int32_t>;  // [m][n]
  /// A projection and where its outputs go.
  struct Product {
    const TernaryMatrix* w;
    Sums* acc;
  };
  /// Floats of one thread.
  struct Scratch {
    std::vector<float> gate, up, scores;
  };
  /// The keys and values of one layer, [capacity][KV].
  struct Cache {
    std::vector<float> keys, values;
  };

  void attention(const Layer& layer, Cache& cache, int64_t m);
  void feed_forward(const Layer& layer, int64_t m);
  void quantize(int64_t t, const float* x, int64_t k);
  void check_finite(int64_t m, const TernaryMatrix& w) const;
  /// Products of the same quantised inputs; the engine may work on all at once.
  void multiply(const std::vector<Product>& products, int64_t m);
  void add_to_hidden(const TernaryMatrix& w, const Sums& acc, int64_t t);
  void compute_logits(int64_t m, LogitsRows rows);

  const Model& model_;
  MatmulEngine& engine_;
  ThreadPool& pool_;
  int64_t position_ = 0;
  std::vector<double> rope_freq_;       // [head_dim / 2]
  std::vector<Cache> cache_;            // a layer each
  std::vector<float> hidden_;           // [m][d]
  std::vector<float> queries_, mixed_;  // [m][d]
  std::vector<float> cos_, sin_;        // [m][head_dim / 2]
  std::vector<float> normed_;           // [m][d] before the head
  std::vector<int8_t> quantized_;       // [m][K] inputs of the next projections
  std::vector<float> act_scale_;        // [m]
  std::vector<uint8_t> finite_;         // [m]
  Sums q_, k_, v_, wide_, wider_;
  std::vector<Scratch> scratch_;  // a thread each
  std::unique_ptr<fast::HeadInput> head_;
  std::vector<float> logits_;  // [1 or m][V]
};

}  // namespace tercet
