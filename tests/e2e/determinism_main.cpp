// SPDX-License-Identifier: Apache-2.0
// Runs small random models and prints one hash of every integer, logit and sampled token.
#include <fmt/format.h>

#include <cstdint>
#include <vector>

#include "model/engine.h"
#include "model/math.h"
#include "model/sampler.h"
#include "model/synth.h"

namespace {

/// FNV-1a over 32-bit words.
class Hash {
 public:
  void add(uint32_t word) { state_ = (state_ ^ word) * 0x100000001b3u; }
  uint64_t value() const { return state_; }

 private:
  uint64_t state_ = 0xcbf29ce484222325u;
};

/// Passes each matmul on and hashes what goes in and what comes out.
class HashingEngine : public tercet::MatmulEngine {
 public:
  explicit HashingEngine(Hash& hash) : hash_(hash) {}
  void matmul(const tercet::TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) override {
    reference_.matmul(w, q, m, acc);
    for (int64_t i = 0; i < m * w.k(); ++i) hash_.add(static_cast<uint8_t>(q[i]));
    for (int64_t i = 0; i < m * w.n(); ++i) hash_.add(static_cast<uint32_t>(acc[i]));
  }

 private:
  Hash& hash_;
  tercet::ReferenceEngine reference_;
};

/// Hidden and head sizes leave tails in the lanes; head_dim / 2 is no power of two.
tercet::ModelConfig small_config(tercet::Activation activation) {
  tercet::ModelConfig c;
  c.hidden = 120;
  c.intermediate = 172;
  c.layers = 2;
  c.heads = 6;
  c.kv_heads = 3;
  c.vocab = 97;
  c.max_positions = 64;
  c.rope_theta = 500000.0;
  c.activation = activation;
  c.tied_head = activation == tercet::Activation::kRelu2;
  return c;
}

void run(tercet::Activation activation, const tercet::SessionOptions& options, Hash& hash) {
  const tercet::Model model = tercet::synth_model(small_config(activation), 0.422, 7);
  HashingEngine engine(hash);
  tercet::Session session(model, engine, options);
  tercet::Sampler sampler({0.9f, 40, 0.95f, 3});
  std::vector<int32_t> tokens = {1, 5, 9, 96, 0};  // a prompt in one batch, then one at a time
  for (int step = 0; step < 24; ++step) {
    const auto& logits = session.forward(tokens, tercet::LogitsRows::kAll);
    for (const float v : logits) hash.add(tercet::bit_cast<uint32_t>(v));
    const int64_t vocab = model.config.vocab;
    tokens = {sampler.sample(logits.data() + static_cast<int64_t>(logits.size()) - vocab, vocab)};
    hash.add(static_cast<uint32_t>(tokens[0]));
  }
}

}  // namespace

int main() {
  Hash hash;
  for (const auto kv : {tercet::CacheKind::kF32, tercet::CacheKind::kF16,
                        tercet::CacheKind::kDigits5, tercet::CacheKind::kDigits2}) {
    tercet::SessionOptions options;
    options.kv = kv;
    options.head = static_cast<tercet::HeadKind>(tercet::digits_of(kv));
    run(tercet::Activation::kRelu2, options, hash);
    run(tercet::Activation::kSilu, options, hash);
  }
  for (float x = -130.0f; x < 130.0f; x += 0.0137f) {
    hash.add(tercet::bit_cast<uint32_t>(tercet::exp2_f32(x)));
  }
  fmt::print("{:016x}\n", hash.value());
}
