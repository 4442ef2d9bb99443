// SPDX-License-Identifier: Apache-2.0
// The forward pass: between two integer products, all that concerns one token is done at once.
#include "model/fast/fast_session.h"

#include <algorithm>

#include "base/error.h"
#include "model/fast/float_kernel.h"
#include "model/fast/head_kernel.h"
#include "model/ops.h"

namespace tercet {
namespace {

/// Grows geometrically; never shrinks.
template <class T>
void fit(std::vector<T>& values, int64_t size) {
  if (static_cast<int64_t>(values.size()) < size) values.resize(static_cast<size_t>(size));
}

/// Indices into Layer::projections().
enum ProjectionIndex : size_t { kQ, kK, kV, kO, kGate, kUp, kDown };

void round_to_half(float* values, int64_t n) {
  for (int64_t i = 0; i < n; ++i) values[i] = f16_to_float(float_to_f16(values[i]));
}

}  // namespace

FastSession::FastSession(const Model& model, MatmulEngine& engine, ThreadPool& pool,
                         const SessionOptions& options)
    : model_(model),
      engine_(engine),
      pool_(pool),
      options_(options),
      rope_freq_(rope_frequencies(model.config.rope_theta, model.config.head_dim())),
      cache_(model.layers.size()),
      scratch_(static_cast<size_t>(pool.threads())),
      head_(std::make_unique<fast::HeadInput>()) {
  if (digits_of(options.kv) != 0) fail("--kv {}: not on vectors yet", digits_of(options.kv));
  if (digits_of(options.head) != 0) fail("--head {}: not on vectors yet", digits_of(options.head));
}

FastSession::~FastSession() = default;

const std::vector<float>& FastSession::run(const int32_t* tokens, int64_t n, LogitsRows rows) {
  const ModelConfig& c = model_.config;
  const int64_t m = n;
  const auto half = static_cast<int64_t>(rope_freq_.size());
  fit(hidden_, m * c.hidden);
  fit(queries_, m * c.hidden);
  fit(mixed_, m * c.hidden);
  fit(quantized_, m * std::max(c.hidden, c.intermediate));
  if (float_products(model_.layers.front())) fit(inputs_, m * std::max(c.hidden, c.intermediate));
  fit(act_scale_, m);
  fit(finite_, m);
  fit(cos_, m * half);
  fit(sin_, m * half);
  for (Scratch& scratch : scratch_) {
    fit(scratch.gate, std::max(c.hidden, c.intermediate));
    fit(scratch.up, c.intermediate);
    fit(scratch.scores, position() + m);
    fit(scratch.row, std::max(c.hidden, c.intermediate));
    fit(scratch.trits, std::max(c.hidden, c.intermediate));
  }

  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t t = begin; t < end; ++t) {
      model_.embedding.read_row(tokens[t], hidden_.data() + t * c.hidden);
      rope_angles(rope_freq_, position() + t, cos_.data() + t * half, sin_.data() + t * half);
    }
  });
  for (size_t index = 0; index < model_.layers.size(); ++index) {
    attention(model_.layers[index], cache_[index], m);
    feed_forward(model_.layers[index], m);
  }
  compute_logits(m, rows);
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
      set_input(layer, t, normed, d);
    }
  });
  multiply(layer, {{kQ, &q_}, {kK, &k_}, {kV, &v_}}, m);

  fit(cache.keys, (position() + m) * kv);
  fit(cache.values, (position() + m) * kv);
  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t t = begin; t < end; ++t) {
      float* query = queries_.data() + t * d;
      float* key = cache.keys.data() + (position() + t) * kv;
      float* value = cache.values.data() + (position() + t) * kv;
      get_output(layer, {kQ, &q_}, t, d, query);
      get_output(layer, {kK, &k_}, t, kv, key);
      get_output(layer, {kV, &v_}, t, kv, value);
      const float* cos = cos_.data() + t * half;
      const float* sin = sin_.data() + t * half;
      for (int64_t h = 0; h < c.heads; ++h) fast::rope_rotate(query + h * hd, cos, sin, hd);
      for (int64_t h = 0; h < c.kv_heads; ++h) fast::rope_rotate(key + h * hd, cos, sin, hd);
      if (options_.kv == CacheKind::kF16) {
        round_to_half(key, kv);
        round_to_half(value, kv);
      }
    }
  });

  const int64_t grain = m == 1 ? 1 : c.heads / c.kv_heads;  // neighbours share keys and values
  pool_.run(m * c.heads, grain, [&](int64_t begin, int64_t end, int64_t worker) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t t = i / c.heads;
      const int64_t h = i % c.heads;
      const int64_t kv_head = h / (c.heads / c.kv_heads);
      fast::attend(queries_.data() + t * d + h * hd, cache.keys.data() + kv_head * hd,
                   cache.values.data() + kv_head * hd, position() + t + 1, kv, hd,
                   scratch_[static_cast<size_t>(worker)].scores.data(),
                   mixed_.data() + t * d + h * hd);
    }
  });

  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t t = begin; t < end; ++t) {
      float* mixed = mixed_.data() + t * d;
      fast::rms_norm(mixed, layer.attn_sub_norm.data(), d, c.rms_eps, mixed);
      set_input(layer, t, mixed, d);
    }
  });
  multiply(layer, {{kO, &wide_}}, m);
  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t worker) {
    float* normed = scratch_[static_cast<size_t>(worker)].gate.data();
    for (int64_t t = begin; t < end; ++t) {
      add_output(layer, {kO, &wide_}, t, d, hidden_.data() + t * d);
      fast::rms_norm(hidden_.data() + t * d, layer.post_norm.data(), d, c.rms_eps, normed);
      set_input(layer, t, normed, d);  // what feed_forward() begins with
    }
  });
}

/// gate and up of the quantised tokens, activation, RMSNorm, down, added to hidden_.
void FastSession::feed_forward(const Layer& layer, int64_t m) {
  const ModelConfig& c = model_.config;
  const int64_t f = c.intermediate;
  const int64_t d = c.hidden;
  multiply(layer, {{kGate, &wide_}, {kUp, &wider_}}, m);
  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t worker) {
    Scratch& scratch = scratch_[static_cast<size_t>(worker)];
    float* gate = scratch.gate.data();
    for (int64_t t = begin; t < end; ++t) {
      get_output(layer, {kGate, &wide_}, t, f, gate);
      get_output(layer, {kUp, &wider_}, t, f, scratch.up.data());
      fast::gated_activation(c.activation, gate, scratch.up.data(), f);
      fast::rms_norm(gate, layer.ffn_sub_norm.data(), f, c.rms_eps, gate);
      set_input(layer, t, gate, f);
    }
  });
  multiply(layer, {{kDown, &wide_}}, m);
  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t t = begin; t < end; ++t) {
      add_output(layer, {kDown, &wide_}, t, d, hidden_.data() + t * d);
    }
  });
}

bool FastSession::float_products(const Layer& layer) const {
  return !layer.masters.empty() || !options_.quantize_activations;
}

void FastSession::set_input(const Layer& layer, int64_t t, const float* x, int64_t k) {
  const auto index = static_cast<size_t>(t);
  int8_t* q = quantized_.data() + t * k;
  float* s = &act_scale_[index];
  finite_[index] = options_.quantize_activations ? fast::quantize_token(x, k, q, s) : 1;
  if (!float_products(layer)) return;
  float* to = inputs_.data() + t * k;
  for (int64_t i = 0; i < k; ++i) {
    to[i] = options_.quantize_activations ? static_cast<float>(q[i]) / *s : x[i];
  }
}

void FastSession::multiply(const Layer& layer, const std::vector<Product>& products, int64_t m) {
  const std::vector<const TernaryMatrix*> all = layer.projections();
  if (std::find(finite_.begin(), finite_.begin() + m, 0) != finite_.begin() + m) {
    const size_t first = products.front().index;
    fail_not_finite(layer.masters.empty() ? all[first]->name() : layer.masters[first].name());
  }
  if (float_products(layer)) {
    for (const Product& product : products) multiply_floats(layer, product, m);
    return;
  }
  std::vector<MatmulTask> tasks;
  for (const Product& product : products) {
    const TernaryMatrix& w = *all[product.index];
    fit(product.out->sums, m * w.n());
    tasks.push_back({&w, quantized_.data(), m, product.out->sums.data()});
  }
  engine_.matmul_batch(tasks);
}

/// As the reference's float_linear: y = dot(x', w') * scale.
void FastSession::multiply_floats(const Layer& layer, const Product& product, int64_t m) {
  const TernaryMatrix& ternary = *layer.projections()[product.index];
  const FloatMatrix* master = layer.masters.empty() ? nullptr : &layer.masters[product.index];
  const int64_t n = master != nullptr ? master->n() : ternary.n();
  const int64_t k = master != nullptr ? master->k() : ternary.k();
  const float scale = master != nullptr ? 1.0f : ternary.scale();
  fit(product.out->floats, m * n);
  constexpr int64_t kRows = 16;
  pool_.run(n, kRows, [&](int64_t begin, int64_t end, int64_t worker) {
    Scratch& scratch = scratch_[static_cast<size_t>(worker)];
    float* row = scratch.row.data();
    for (int64_t r = begin; r < end; ++r) {
      if (master != nullptr) {
        master->read_row(r, row);
      } else {
        ternary.unpack_row(r, scratch.trits.data());
        for (int64_t i = 0; i < k; ++i) row[i] = scratch.trits[static_cast<size_t>(i)];
      }
      for (int64_t t = 0; t < m; ++t) {
        const float sum = fast::dot(inputs_.data() + t * k, row, k);
        product.out->floats[static_cast<size_t>(t * n + r)] = sum * scale;
      }
    }
  });
}

void FastSession::get_output(const Layer& layer, const Product& from, int64_t t, int64_t n,
                             float* y) const {
  if (float_products(layer)) {
    std::copy_n(from.out->floats.data() + t * n, n, y);
  } else {
    fast::dequantize(from.out->sums.data() + t * n, n, act_scale_[static_cast<size_t>(t)],
                     layer.projections()[from.index]->scale(), y);
  }
}

void FastSession::add_output(const Layer& layer, const Product& from, int64_t t, int64_t n,
                             float* x) const {
  if (float_products(layer)) {
    add(x, from.out->floats.data() + t * n, n);
  } else {
    fast::dequantize_add(from.out->sums.data() + t * n, n, act_scale_[static_cast<size_t>(t)],
                         layer.projections()[from.index]->scale(), x);
  }
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
