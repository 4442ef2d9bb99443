// SPDX-License-Identifier: Apache-2.0
// The forward pass: between two integer products, all that concerns one token is done at once.
#include "tercet/fast/fast_session.h"

#include <algorithm>

#include "model/fast/float_kernel.h"
#include "model/fast/head_kernel.h"
#include "tercet/model/error.h"
#include "tercet/model/ops.h"

namespace tercet {
namespace {

/// Grows geometrically; never shrinks.
template <class T>
void fit(std::vector<T>& values, int64_t size) {
  if (static_cast<int64_t>(values.size()) < size) values.resize(static_cast<size_t>(size));
}

}  // namespace

FastSession::FastSession(const Model& model, MatmulEngine& engine, ThreadPool& pool)
    : model_(model),
      engine_(engine),
      pool_(pool),
      rope_freq_(rope_frequencies(model.config.rope_theta, model.config.head_dim())),
      cache_(model.layers.size()),
      scratch_(static_cast<size_t>(pool.threads())),
      head_(std::make_unique<fast::HeadInput>()) {}

FastSession::~FastSession() = default;

const std::vector<float>& FastSession::forward(const int32_t* tokens, int64_t n, LogitsRows rows) {
  check_tokens(model_.config, position_, tokens, n);
  const ModelConfig& c = model_.config;
  const int64_t m = n;
  const auto half = static_cast<int64_t>(rope_freq_.size());
  fit(hidden_, m * c.hidden);
  fit(queries_, m * c.hidden);
  fit(mixed_, m * c.hidden);
  fit(quantized_, m * std::max(c.hidden, c.intermediate));
  fit(act_scale_, m);
  fit(finite_, m);
  fit(cos_, m * half);
  fit(sin_, m * half);
  for (Scratch& scratch : scratch_) {
    fit(scratch.gate, std::max(c.hidden, c.intermediate));
    fit(scratch.up, c.intermediate);
    fit(scratch.scores, position_ + m);
  }

  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t t = begin; t < end; ++t) {
      model_.embedding.read_row(tokens[t], hidden_.data() + t * c.hidden);
      rope_angles(rope_freq_, position_ + t, cos_.data() + t * half, sin_.data() + t * half);
    }
  });
  for (size_t index = 0; index < model_.layers.size(); ++index) {
    attention(model_.layers[index], cache_[index], m);
    feed_forward(model_.layers[index], m);
  }
  compute_logits(m, rows);
  position_ += m;
  return logits_;
}

/// RMSNorm of hidden_, q k v, RoPE, the cache, attention, RMSNorm, o, added to hidden_.
void FastSession::attention(const Layer& layer, Cache& cache, int64_t m) {
  const ModelConfig& c = model_.config;
  const int64_t d = c.hidden;
  const int64_t hd = c.head_dim();
  const int64_t kv = c.kv_size();
  const auto half = static_cast<int64_t>(rope_freq_.size());
  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t worker) {
    float* normed = scratch_[static_cast<size_t>(worker)].gate.data();
    for (int64_t t = begin; t < end; ++t) {
      fast::rms_norm(hidden_.data() + t * d, layer.input_norm.data(), d, c.rms_eps, normed);
      quantize(t, normed, d);
    }
  });
  check_finite(m, layer.q);
  multiply({{&layer.q, &q_}, {&layer.k, &k_}, {&layer.v, &v_}}, m);

  fit(cache.keys, (position_ + m) * kv);
  fit(cache.values, (position_ + m) * kv);
  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t t = begin; t < end; ++t) {
      const float s = act_scale_[static_cast<size_t>(t)];
      float* query = queries_.data() + t * d;
      float* key = cache.keys.data() + (position_ + t) * kv;
      float* value = cache.values.data() + (position_ + t) * kv;
      fast::dequantize(q_.data() + t * d, d, s, layer.q.scale(), query);
      fast::dequantize(k_.data() + t * kv, kv, s, layer.k.scale(), key);
      fast::dequantize(v_.data() + t * kv, kv, s, layer.v.scale(), value);
      const float* cos = cos_.data() + t * half;
      const float* sin = sin_.data() + t * half;
      for (int64_t h = 0; h < c.heads; ++h) fast::rope_rotate(query + h * hd, cos, sin, hd);
      for (int64_t h = 0; h < c.kv_heads; ++h) fast::rope_rotate(key + h * hd, cos, sin, hd);
    }
  });

  const int64_t grain = m == 1 ? 1 : c.heads / c.kv_heads;  // neighbours share keys and values
  pool_.run(m * c.heads, grain, [&](int64_t begin, int64_t end, int64_t worker) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t t = i / c.heads;
      const int64_t h = i % c.heads;
      const int64_t kv_head = h / (c.heads / c.kv_heads);
      fast::attend(queries_.data() + t * d + h * hd, cache.keys.data() + kv_head * hd,
                   cache.values.data() + kv_head * hd, position_ + t + 1, kv, hd,
                   scratch_[static_cast<size_t>(worker)].scores.data(),
                   mixed_.data() + t * d + h * hd);
    }
  });

  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t t = begin; t < end; ++t) {
      float* mixed = mixed_.data() + t * d;
      fast::rms_norm(mixed, layer.attn_sub_norm.data(), d, c.rms_eps, mixed);
      quantize(t, mixed, d);
    }
  });
  check_finite(m, layer.o);
  multiply({{&layer.o, &wide_}}, m);
  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t worker) {
    float* normed = scratch_[static_cast<size_t>(worker)].gate.data();
    for (int64_t t = begin; t < end; ++t) {
      add_to_hidden(layer.o, wide_, t);
      fast::rms_norm(hidden_.data() + t * d, layer.post_norm.data(), d, c.rms_eps, normed);
      quantize(t, normed, d);  // what feed_forward() begins with
    }
  });
}

/// gate and up of the quantised tokens, activation, RMSNorm, down, added to hidden_.
void FastSession::feed_forward(const Layer& layer, int64_t m) {
  const ModelConfig& c = model_.config;
  const int64_t f = c.intermediate;
  check_finite(m, layer.gate);
  multiply({{&layer.gate, &wide_}, {&layer.up, &wider_}}, m);
  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t worker) {
    Scratch& scratch = scratch_[static_cast<size_t>(worker)];
    float* gate = scratch.gate.data();
    for (int64_t t = begin; t < end; ++t) {
      const float s = act_scale_[static_cast<size_t>(t)];
      fast::dequantize(wide_.data() + t * f, f, s, layer.gate.scale(), gate);
      fast::dequantize(wider_.data() + t * f, f, s, layer.up.scale(), scratch.up.data());
      fast::gated_activation(c.activation, gate, scratch.up.data(), f);
      fast::rms_norm(gate, layer.ffn_sub_norm.data(), f, c.rms_eps, gate);
      quantize(t, gate, f);
    }
  });
  check_finite(m, layer.down);
  multiply({{&layer.down, &wide_}}, m);
  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t t = begin; t < end; ++t) add_to_hidden(layer.down, wide_, t);
  });
}

void FastSession::quantize(int64_t t, const float* x, int64_t k) {
  const auto index = static_cast<size_t>(t);
  finite_[index] = fast::quantize_token(x, k, quantized_.data() + t * k, &act_scale_[index]);
}

/// Throws the reference's error if a token's inputs of `w` were not finite.
void FastSession::check_finite(int64_t m, const TernaryMatrix& w) const {
  if (std::find(finite_.begin(), finite_.begin() + m, 0) != finite_.begin() + m) {
    fail_not_finite(w.name());
  }
}

void FastSession::multiply(const std::vector<Product>& products, int64_t m) {
  std::vector<MatmulTask> tasks;
  for (const Product& product : products) {
    fit(*product.acc, m * product.w->n());
    tasks.push_back({product.w, quantized_.data(), m, product.acc->data()});
  }
  engine_.matmul_batch(tasks);
}

void FastSession::add_to_hidden(const TernaryMatrix& w, const Sums& acc, int64_t t) {
  fast::dequantize_add(acc.data() + t * w.n(), w.n(), act_scale_[static_cast<size_t>(t)], w.scale(),
                       hidden_.data() + t * w.n());
}

void FastSession::compute_logits(int64_t m, LogitsRows rows) {
  const ModelConfig& c = model_.config;
  const int64_t first = rows == LogitsRows::kAll ? 0 : m - 1;
  const int64_t count = m - first;
  normed_.resize(static_cast<size_t>(count * c.hidden));
  pool_.run(count, 1, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t t = begin; t < end; ++t) {
      fast::rms_norm(hidden_.data() + (first + t) * c.hidden, model_.norm.data(), c.hidden,
                     c.rms_eps, normed_.data() + t * c.hidden);
    }
  });
  head_->assign(normed_.data(), count, c.hidden, model_.head.dtype());
  logits_.resize(static_cast<size_t>(count * c.vocab));
  constexpr int64_t kRowsOfHead = 64;  // about 300 KB of a 2B-4T model
  pool_.run(c.vocab, kRowsOfHead, [&](int64_t begin, int64_t end, int64_t) {
    fast::head_rows(model_.head, begin, end, *head_, logits_.data());
  });
}

}  // namespace tercet
