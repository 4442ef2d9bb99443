// SPDX-License-Identifier: Apache-2.0
// The BitNet b1.58 decoder: its weights, and a session that runs tokens through it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model/attention.h"
#include "model/config.h"
#include "model/engine.h"
#include "model/float_matrix.h"
#include "model/sequence.h"
#include "model/session_options.h"
#include "model/ternary.h"

namespace tercet {

/// Weights of one block. d hidden, F intermediate, KV = kv_heads * head_dim.
struct Layer {
  std::vector<float> input_norm;     ///< [d]
  std::vector<float> attn_sub_norm;  ///< [d]
  std::vector<float> post_norm;      ///< [d] post_attention_layernorm
  std::vector<float> ffn_sub_norm;   ///< [F]
  TernaryMatrix q;                   ///< [d][d]
  TernaryMatrix k;                   ///< [KV][d]
  TernaryMatrix v;                   ///< [KV][d]
  TernaryMatrix o;                   ///< [d][d]
  TernaryMatrix gate;                ///< [F][d]
  TernaryMatrix up;                  ///< [F][d]
  TernaryMatrix down;                ///< [d][F]

  /// Empty, or the seven projections as floats, of a model loaded without weight quantisation; the
  /// ternary ones are then empty.
  std::vector<FloatMatrix> masters;

  /// The seven projections in the order in which forward() runs them: q k v o gate up down.
  std::vector<const TernaryMatrix*> projections() const {
    return {&q, &k, &v, &o, &gate, &up, &down};
  }
  std::vector<TernaryMatrix*> projections() { return {&q, &k, &v, &o, &gate, &up, &down}; }
};

/// A whole model. Made by load_model (checkpoint.h) or synth_model (synth.h).
struct Model {
  ModelConfig config;
  FloatMatrix embedding;  ///< [V][d]
  std::vector<Layer> layers;
  std::vector<float> norm;         ///< [d] before the head
  FloatMatrix head;                ///< [V][d]; the embedding itself when tied
  std::vector<std::string> notes;  ///< what loading had to decide, a sentence each
};

/// The options with digit_head made of `model`, if they ask for digits and have none yet.
SessionOptions with_digit_head(const Model& model, SessionOptions options);

/// Throws Error if `n` tokens after `position` are more than a cache of digits takes.
void check_digit_positions(const SessionOptions& options, int64_t position, int64_t n);

/// One sequence on the scalar reference: its KV cache, and the scratch to run it. The model and the
/// engine are borrowed and must outlive it.
class Session : public Sequence {
 public:
  Session(const Model& model, MatmulEngine& engine, const SessionOptions& options = {});

  const ModelConfig& config() const override { return model_.config; }

 private:
  /// A BitLinear, by its index into Layer::projections(), and where its [m][n] outputs go.
  struct Projection {
    size_t index;
    std::vector<float>* y;
  };
  /// Keys or values of one layer, all positions: floats, or codes and their scales.
  struct Cache {
    std::vector<float> floats;  ///< [position][KV]
    std::vector<int8_t> codes;  ///< [position][KV]
    std::vector<float> scales;  ///< [position][kv_heads]
  };

  const std::vector<float>& run(const int32_t* tokens, int64_t n, LogitsRows rows) override;
  void attention(const Layer& layer, int64_t index, int64_t m);
  /// new_keys_ and new_values_ to the end of the caches, which are cut to position() first, so that
  /// a call that threw left nothing behind.
  void store(const Layer& layer, int64_t index);
  void append(const std::vector<float>& values, const std::string& where, Cache* cache);
  /// mixed_ of one query head of token t of the call.
  void attend_head(const Layer& layer, int64_t index, int64_t t, int64_t head);
  void feed_forward(const Layer& layer, int64_t m);

  /// Projections of the same inputs x[m][k], normed by norm_weight[k]; the engine may work on all
  /// at once.
  void bit_linear(const Layer& layer, const std::vector<Projection>& projections,
                  const std::vector<float>& x, const std::vector<float>& norm_weight, int64_t m);
  /// The same of floats: with float weights, float activations, or both.
  void float_linears(const Layer& layer, const std::vector<Projection>& projections,
                     const std::vector<float>& x, const std::vector<float>& norm_weight, int64_t m);
  void float_linear(const Layer& layer, const Projection& projection, int64_t m);
  void compute_logits(int64_t m, LogitsRows rows);

  const Model& model_;
  MatmulEngine& engine_;
  SessionOptions options_;                    // with the head, if it is of digits
  std::vector<double> rope_freq_;             // [head_dim / 2]
  std::vector<Cache> keys_, values_;          // a layer each
  std::vector<float> hidden_, delta_;         // [m][d]
  std::vector<float> queries_, mixed_;        // [m][d]
  std::vector<float> new_keys_, new_values_;  // [m][KV]
  std::vector<float> cos_, sin_;              // [head_dim / 2]
  std::vector<float> scores_;                 // [positions]
  DigitScratch digit_scratch_;
  std::vector<float> gate_, up_;    // [m][F]
  std::vector<int8_t> quantized_;   // [m][K]
  std::vector<float> token_scale_;  // [m]
  std::vector<float> inputs_;       // [m][K] of products of floats, and of a float head
  std::vector<int32_t> acc_;        // [projection][m][N]
  std::vector<float> logits_;       // [1 or m][V]
};

}  // namespace tercet
