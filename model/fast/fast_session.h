// SPDX-License-Identifier: Apache-2.0
// A session that equals Session bit for bit, on vectors and threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/engine.h"
#include "model/fast/digit_kernel.h"
#include "model/fast/thread_pool.h"
#include "model/transformer.h"

namespace tercet {

namespace fast {
class HeadInput;
}

/// One sequence: its KV cache, and the scratch to run it. Model, engine and pool are borrowed and
/// must outlive it. The engine runs the integer products, and may be any; all else runs here, cut
/// by tokens, heads and rows of matrices, which changes no bit.
class FastSession : public Sequence {
 public:
  FastSession(const Model& model, MatmulEngine& engine, ThreadPool& pool,
              const SessionOptions& options = {});
  ~FastSession() override;
  FastSession(const FastSession&) = delete;
  FastSession& operator=(const FastSession&) = delete;

  const ModelConfig& config() const override { return model_.config; }

 private:
  /// Outputs of one projection, [m][n]: sums, or with float products floats.
  struct Outputs {
    std::vector<int32_t> sums;
    std::vector<float> floats;
  };
  /// A projection, by its index into Layer::projections(), and where its outputs go.
  struct Product {
    size_t index;
    Outputs* out;
  };
  /// What one thread needs.
  struct Scratch {
    std::vector<float> gate, up, scores, row;
    std::vector<float> key, value;  // [KV], before they are quantised
    std::vector<int8_t> trits;
    fast::DigitScratch digits;
  };
  /// The keys and values of one layer.
  struct Cache {
    std::vector<float> keys, values;      ///< [capacity][KV], or
    std::vector<fast::DigitCache> heads;  ///< digits: a key/value head each
  };

  const std::vector<float>& run(const int32_t* tokens, int64_t n, LogitsRows rows) override;
  void attention(const Layer& layer, Cache& cache, int64_t m);
  void feed_forward(const Layer& layer, int64_t m);

  /// Whether the layer's products are of floats: its weights or its activations are.
  bool float_products(const Layer& layer) const;
  /// Makes x[k], normed with `weight`[k], the input of the next projections for token t.
  void set_input(const Layer& layer, int64_t t, const float* x, const std::vector<float>& weight);
  /// Products of the inputs of all tokens; the engine may work on all at once. Throws the
  /// reference's error if an input was not finite.
  void multiply(const Layer& layer, const std::vector<Product>& products, int64_t m);
  void multiply_floats(const Layer& layer, const Product& product, int64_t m);
  /// What token t's sums are multiplied by.
  float scale_of(const Layer& layer, const Product& of, int64_t t) const;
  /// y[n] = token t's outputs, or x[n] += them.
  void get_output(const Layer& layer, const Product& from, int64_t t, int64_t n, float* y) const;
  void add_output(const Layer& layer, const Product& from, int64_t t, int64_t n, float* x) const;
  /// Queries, and keys and values in the cache, of m tokens.
  void store(const Layer& layer, Cache& cache, int64_t m);
  /// mixed_ of head h of token t.
  void attend_head(const Cache& cache, int64_t t, int64_t h, Scratch& scratch);
  /// Throws the reference's error if a key, a value, a query or a score was not finite.
  void check_stored(const Layer& layer, int64_t m) const;
  void check_attended(const Layer& layer, int64_t m) const;
  void compute_logits(int64_t m, LogitsRows rows);
  void compute_digit_logits(int64_t first, int64_t count);

  const Model& model_;
  MatmulEngine& engine_;
  ThreadPool& pool_;
  SessionOptions options_;
  std::vector<double> rope_freq_;             // [head_dim / 2]
  std::vector<Cache> cache_;                  // a layer each
  std::vector<float> hidden_;                 // [m][d]
  std::vector<float> queries_, mixed_;        // [m][d]
  std::vector<float> cos_, sin_;              // [m][head_dim / 2]
  std::vector<float> normed_;                 // [m][d] before the head
  std::vector<int8_t> quantized_;             // [m][K] inputs of the next projections
  std::vector<float> token_scale_;            // [m]
  std::vector<uint8_t> finite_;               // [m]
  std::vector<uint8_t> stored_;               // [m] kKeyStored, kValueStored
  std::vector<fast::AttendResult> attended_;  // [m][heads]
  std::vector<float> inputs_;                 // [m][K] the same, if products are of floats
  Outputs q_, k_, v_, wide_, wider_;
  std::vector<Scratch> scratch_;  // a thread each
  std::unique_ptr<fast::HeadInput> head_;
  std::vector<int8_t> head_tokens_;  // [m][d rounded up], if the head is of digits
  std::vector<float> logits_;        // [1 or m][V]
};

}  // namespace tercet
