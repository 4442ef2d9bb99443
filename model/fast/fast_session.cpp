// SPDX-License-Identifier: Apache-2.0
// The forward pass: between two integer products, all that concerns one token is done at once.
#include "model/fast/fast_session.h"

#include <algorithm>

#include "base/error.h"
#include "model/fast/digit_rows.h"
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

constexpr int64_t kRowsOfHead = 64;  // in a piece of work

/// Bits of what was finite, and is in the cache.
constexpr uint8_t kKeyStored = 1;
constexpr uint8_t kValueStored = 2;

/// The name of a projection, whichever kind its weights are.
const std::string& projection_name(const Layer& layer, size_t index) {
  return layer.masters.empty() ? layer.projections()[index]->name() : layer.masters[index].name();
}

void round_to_half(float* values, int64_t n) {
  for (int64_t i = 0; i < n; ++i) values[i] = f16_to_float(float_to_f16(values[i]));
}

}  // namespace

FastSession::FastSession(const Model& model, MatmulEngine& engine, ThreadPool& pool,
                         const SessionOptions& options)
    : model_(model),
      engine_(engine),
      pool_(pool),
      options_(fast::with_digit_head(model, pool, options)),
      rope_freq_(rope_frequencies(model.config.rope_theta, model.config.head_dim())),
      cache_(model.layers.size()),
      scratch_(static_cast<size_t>(pool.threads())),
      head_(std::make_unique<fast::HeadInput>()) {
  const ModelConfig& c = model.config;
  if (digits_of(options_.kv) == 0) return;
  const std::vector<fast::DigitCache> heads(static_cast<size_t>(c.kv_heads),
                                            fast::DigitCache(c.head_dim()));
  for (Cache& cache : cache_) cache.heads = heads;
}

FastSession::~FastSession() = default;

const std::vector<float>& FastSession::run(const int32_t* tokens, int64_t n, LogitsRows rows) {
  const ModelConfig& c = model_.config;
  const int64_t m = n;
  check_digit_positions(options_, position(), n);
  const auto half = static_cast<int64_t>(rope_freq_.size());
  fit(hidden_, m * c.hidden);
  fit(queries_, m * c.hidden);
  fit(mixed_, m * c.hidden);
  fit(quantized_, m * std::max(c.hidden, c.intermediate));
  if (float_products(model_.layers.front())) fit(inputs_, m * std::max(c.hidden, c.intermediate));
  fit(token_scale_, m);
  fit(finite_, m);
  fit(stored_, m);
  fit(attended_, m * c.heads);
  fit(cos_, m * half);
  fit(sin_, m * half);
  for (Scratch& scratch : scratch_) {
    fit(scratch.gate, std::max(c.hidden, c.intermediate));
    fit(scratch.up, c.intermediate);
    fit(scratch.scores, position() + m);
    fit(scratch.key, c.kv_size());
    fit(scratch.value, c.kv_size());
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

/// Normed hidden_, q k v, RoPE, the cache, attention, norm, o, added to hidden_.
void FastSession::attention(const Layer& layer, Cache& cache, int64_t m) {
  const ModelConfig& c = model_.config;
  const int64_t d = c.hidden;
  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t t = begin; t < end; ++t) {
      set_input(layer, t, hidden_.data() + t * d, layer.input_norm);
    }
  });
  multiply(layer, {{kQ, &q_}, {kK, &k_}, {kV, &v_}}, m);
  store(layer, cache, m);

  const int64_t grain = m == 1 ? 1 : c.heads / c.kv_heads;  // neighbours share keys and values
  pool_.run(m * c.heads, grain, [&](int64_t begin, int64_t end, int64_t worker) {
    for (int64_t i = begin; i < end; ++i) {
      attend_head(cache, i / c.heads, i % c.heads, scratch_[static_cast<size_t>(worker)]);
    }
  });
  check_attended(layer, m);

  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t t = begin; t < end; ++t) {
      set_input(layer, t, mixed_.data() + t * d, layer.attn_sub_norm);
    }
  });
  multiply(layer, {{kO, &wide_}}, m);
  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t t = begin; t < end; ++t) {
      add_output(layer, {kO, &wide_}, t, d, hidden_.data() + t * d);
      set_input(layer, t, hidden_.data() + t * d, layer.post_norm);  // of feed_forward()
    }
  });
}

void FastSession::store(const Layer& layer, Cache& cache, int64_t m) {
  const ModelConfig& c = model_.config;
  const int64_t hd = c.head_dim();
  const int64_t kv = c.kv_size();
  const int digits = digits_of(options_.kv);
  const auto half = static_cast<int64_t>(rope_freq_.size());
  if (digits == 0) {
    fit(cache.keys, (position() + m) * kv);
    fit(cache.values, (position() + m) * kv);
  }
  for (fast::DigitCache& head : cache.heads) head.reserve(position() + m);
  pool_.run(m, 1, [&](int64_t begin, int64_t end, int64_t worker) {
    Scratch& scratch = scratch_[static_cast<size_t>(worker)];
    for (int64_t t = begin; t < end; ++t) {
      const int64_t at = position() + t;
      float* query = queries_.data() + t * c.hidden;
      float* key = digits == 0 ? cache.keys.data() + at * kv : scratch.key.data();
      float* value = digits == 0 ? cache.values.data() + at * kv : scratch.value.data();
      get_output(layer, {kQ, &q_}, t, c.hidden, query);
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
      uint8_t stored = kKeyStored | kValueStored;
      for (size_t h = 0; h < cache.heads.size(); ++h) {
        const int64_t from = static_cast<int64_t>(h) * hd;
        if (!cache.heads[h].put_key(key + from, digits, at)) stored &= kValueStored;
        if (!cache.heads[h].put_value(value + from, digits, at)) stored &= kKeyStored;
      }
      stored_[static_cast<size_t>(t)] = stored;
    }
  });
  check_stored(layer, m);
}

void FastSession::check_stored(const Layer& layer, int64_t m) const {
  uint8_t all = kKeyStored | kValueStored;
  for (int64_t t = 0; t < m; ++t) all &= stored_[static_cast<size_t>(t)];
  if ((all & kKeyStored) == 0) fail_output_not_finite(projection_name(layer, kK));
  if ((all & kValueStored) == 0) fail_output_not_finite(projection_name(layer, kV));
}

void FastSession::attend_head(const Cache& cache, int64_t t, int64_t h, Scratch& scratch) {
  const ModelConfig& c = model_.config;
  const int64_t hd = c.head_dim();
  const int64_t kv_head = h / (c.heads / c.kv_heads);
  const int64_t positions = position() + t + 1;
  const float* query = queries_.data() + t * c.hidden + h * hd;
  float* out = mixed_.data() + t * c.hidden + h * hd;
  fast::AttendResult& result = attended_[static_cast<size_t>(t * c.heads + h)];
  if (cache.heads.empty()) {
    fast::attend(query, cache.keys.data() + kv_head * hd, cache.values.data() + kv_head * hd,
                 positions, c.kv_size(), hd, scratch.scores.data(), out);
    result = fast::AttendResult::kFine;
  } else {
    result = fast::attend_digits(query, cache.heads[static_cast<size_t>(kv_head)], positions,
                                 &scratch.digits, out);
  }
}

void FastSession::check_attended(const Layer& layer, int64_t m) const {
  for (int64_t i = 0; i < m * model_.config.heads; ++i) {
    const fast::AttendResult result = attended_[static_cast<size_t>(i)];
    if (result == fast::AttendResult::kFine) continue;
    const bool query = result == fast::AttendResult::kQueryNotFinite;
    fail("{}: a {} is NaN or infinite", projection_name(layer, kQ), query ? "query" : "score");
  }
}

/// gate and up of the quantised tokens, activation, norm, down, added to hidden_.
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
      set_input(layer, t, gate, layer.ffn_sub_norm);
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

void FastSession::set_input(const Layer& layer, int64_t t, const float* x,
                            const std::vector<float>& weight) {
  const auto index = static_cast<size_t>(t);
  const auto k = static_cast<int64_t>(weight.size());
  const float eps = model_.config.rms_eps;
  finite_[index] = 1;
  if (!options_.quantize_activations) {
    fast::rms_norm(x, weight.data(), k, eps, inputs_.data() + t * k);
    return;
  }
  int8_t* q = quantized_.data() + t * k;
  if (!fast::quantize_normed(x, weight.data(), k, eps, q, &token_scale_[index])) {
    finite_[index] = 0;
  } else if (float_products(layer)) {
    dequantize_token(q, k, token_scale_[index], inputs_.data() + t * k);
  }
}

void FastSession::multiply(const Layer& layer, const std::vector<Product>& products, int64_t m) {
  const std::vector<const TernaryMatrix*> all = layer.projections();
  if (std::find(finite_.begin(), finite_.begin() + m, 0) != finite_.begin() + m) {
    fail_not_finite(projection_name(layer, products.front().index));
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

float FastSession::scale_of(const Layer& layer, const Product& of, int64_t t) const {
  return product_scale(token_scale_[static_cast<size_t>(t)],
                       layer.projections()[of.index]->scale());
}

void FastSession::get_output(const Layer& layer, const Product& from, int64_t t, int64_t n,
                             float* y) const {
  if (float_products(layer)) {
    std::copy_n(from.out->floats.data() + t * n, n, y);
  } else {
    fast::dequantize(from.out->sums.data() + t * n, n, scale_of(layer, from, t), y);
  }
}

void FastSession::add_output(const Layer& layer, const Product& from, int64_t t, int64_t n,
                             float* x) const {
  if (float_products(layer)) {
    add(x, from.out->floats.data() + t * n, n);
  } else {
    fast::dequantize_add(from.out->sums.data() + t * n, n, scale_of(layer, from, t), x);
  }
}

void FastSession::compute_logits(int64_t m, LogitsRows rows) {
  const ModelConfig& c = model_.config;
  const int64_t first = rows == LogitsRows::kAll ? 0 : m - 1;
  const int64_t count = m - first;
  logits_.resize(static_cast<size_t>(count * c.vocab));
  if (options_.digit_head != nullptr) return compute_digit_logits(first, count);
  normed_.resize(static_cast<size_t>(count * c.hidden));
  pool_.run(count, 1, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t t = begin; t < end; ++t) {
      fast::rms_norm(hidden_.data() + (first + t) * c.hidden, model_.norm.data(), c.hidden,
                     c.rms_eps, normed_.data() + t * c.hidden);
    }
  });
  head_->assign(normed_.data(), count, c.hidden, model_.head.dtype());
  pool_.run(c.vocab, kRowsOfHead, [&](int64_t begin, int64_t end, int64_t) {
    fast::head_rows(model_.head, begin, end, *head_, logits_.data());
  });
}

void FastSession::compute_digit_logits(int64_t first, int64_t count) {
  const ModelConfig& c = model_.config;
  const int64_t stride = (c.hidden + fast::kTokenAlign - 1) / fast::kTokenAlign * fast::kTokenAlign;
  head_tokens_.assign(static_cast<size_t>(count * stride), 0);
  std::vector<int32_t> sums(static_cast<size_t>(count));
  pool_.run(count, 1, [&](int64_t begin, int64_t end, int64_t) {
    for (int64_t t = begin; t < end; ++t) {
      const auto index = static_cast<size_t>(t);
      int8_t* q = head_tokens_.data() + t * stride;
      const bool finite =
          fast::quantize_normed(hidden_.data() + (first + t) * c.hidden, model_.norm.data(),
                                c.hidden, c.rms_eps, q, &token_scale_[index]);
      finite_[index] = finite ? 1 : 0;
      sums[index] = fast::sum_token(q, c.hidden);
    }
  });
  if (std::find(finite_.begin(), finite_.begin() + count, 0) != finite_.begin() + count) {
    fail_not_finite(model_.head.name());
  }
  const fast::TokenRows tokens = {head_tokens_.data(), stride, sums.data(), count};
  pool_.run(c.vocab, kRowsOfHead, [&](int64_t begin, int64_t end, int64_t) {
    fast::digit_head_rows(*options_.digit_head, begin, end, tokens, token_scale_.data(),
                          logits_.data());
  });
}

}  // namespace tercet
