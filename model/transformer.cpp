// SPDX-License-Identifier: Apache-2.0
// The forward pass, top to bottom.
#include "model/transformer.h"

#include "base/error.h"
#include "model/lanes.h"
#include "model/ops.h"

namespace tercet {
namespace {

/// Indices into Layer::projections().
enum ProjectionIndex : size_t { kQ, kK, kV, kO, kGate, kUp, kDown };

/// The name of a projection, whichever kind its weights are.
const std::string& projection_name(const Layer& layer, size_t index) {
  return layer.masters.empty() ? layer.projections()[index]->name() : layer.masters[index].name();
}

void round_to_half(std::vector<float>& values) {
  for (float& v : values) v = f16_to_float(float_to_f16(v));
}

}  // namespace

void check_tokens(const ModelConfig& c, int64_t position, const int32_t* tokens, int64_t n) {
  if (n <= 0) fail("no tokens: a sequence needs at least one");
  if (n > c.max_positions - position) {
    fail("{} tokens after {} exceed the context of {}", n, position, c.max_positions);
  }
  for (int64_t t = 0; t < n; ++t) {
    if (tokens[t] < 0 || tokens[t] >= c.vocab) {
      fail("token {} at index {} is not in the vocabulary of {}", tokens[t], t, c.vocab);
    }
  }
}

SessionOptions with_digit_head(const Model& model, SessionOptions options) {
  const int digits = digits_of(options.head);
  if (digits != 0 && options.digit_head == nullptr) {
    options.digit_head = std::make_shared<const DigitMatrix>(quantize_rows(model.head, digits));
  }
  return options;
}

void check_digit_positions(const SessionOptions& options, int64_t position, int64_t n) {
  if (digits_of(options.kv) == 0 || n <= kMaxDigitPositions - position) return;
  fail("{} tokens after {}: sums over a cache of digits are exact up to {} positions", n, position,
       kMaxDigitPositions);
}

Session::Session(const Model& model, MatmulEngine& engine, const SessionOptions& options)
    : model_(model),
      engine_(engine),
      options_(with_digit_head(model, options)),
      rope_freq_(rope_frequencies(model.config.rope_theta, model.config.head_dim())),
      keys_(model.layers.size()),
      values_(model.layers.size()) {}

const std::vector<float>& Session::run(const int32_t* tokens, int64_t n, LogitsRows rows) {
  const int64_t d = model_.config.hidden;
  const int64_t m = n;  // all tokens go through each layer together
  check_digit_positions(options_, position(), n);

  hidden_.resize(static_cast<size_t>(m * d));
  for (int64_t t = 0; t < m; ++t) model_.embedding.read_row(tokens[t], hidden_.data() + t * d);

  for (size_t index = 0; index < model_.layers.size(); ++index) {
    const Layer& layer = model_.layers[index];
    attention(layer, static_cast<int64_t>(index), m);  // hidden_ -> delta_
    add(hidden_.data(), delta_.data(), m * d);
    feed_forward(layer, m);  // hidden_ -> delta_
    add(hidden_.data(), delta_.data(), m * d);
  }
  compute_logits(m, rows);
  return logits_;
}

void Session::attention(const Layer& layer, int64_t index, int64_t m) {
  const ModelConfig& c = model_.config;
  const int64_t hd = c.head_dim();
  const int64_t kv = c.kv_size();
  bit_linear(layer, {{kQ, &queries_}, {kK, &new_keys_}, {kV, &new_values_}}, hidden_,
             layer.input_norm, m);

  cos_.resize(rope_freq_.size());
  sin_.resize(rope_freq_.size());
  for (int64_t t = 0; t < m; ++t) {
    rope_angles(rope_freq_, position() + t, cos_.data(), sin_.data());
    for (int64_t h = 0; h < c.heads; ++h) {
      rope_rotate(queries_.data() + t * c.hidden + h * hd, cos_.data(), sin_.data(), hd);
    }
    for (int64_t h = 0; h < c.kv_heads; ++h) {
      rope_rotate(new_keys_.data() + t * kv + h * hd, cos_.data(), sin_.data(), hd);
    }
  }
  store(layer, index);

  mixed_.resize(static_cast<size_t>(m * c.hidden));
  for (int64_t t = 0; t < m; ++t) {
    for (int64_t h = 0; h < c.heads; ++h) attend_head(layer, index, t, h);
  }
  bit_linear(layer, {{kO, &delta_}}, mixed_, layer.attn_sub_norm, m);
}

void Session::store(const Layer& layer, int64_t index) {
  if (options_.kv == CacheKind::kF16) {
    round_to_half(new_keys_);
    round_to_half(new_values_);
  }
  append(new_keys_, projection_name(layer, kK), &keys_[static_cast<size_t>(index)]);
  append(new_values_, projection_name(layer, kV), &values_[static_cast<size_t>(index)]);
}

void Session::append(const std::vector<float>& values, const std::string& where, Cache* cache) {
  const ModelConfig& c = model_.config;
  const int digits = digits_of(options_.kv);
  const int64_t hd = c.head_dim();
  if (digits == 0) {
    cache->floats.resize(static_cast<size_t>(position() * c.kv_size()));
    cache->floats.insert(cache->floats.end(), values.begin(), values.end());
    return;
  }
  const auto heads = static_cast<int64_t>(values.size()) / hd;  // of all tokens
  int64_t at = position() * c.kv_heads;
  cache->codes.resize(static_cast<size_t>((at + heads) * hd));
  cache->scales.resize(static_cast<size_t>(at + heads));
  for (int64_t h = 0; h < heads; ++h, ++at) {
    const std::optional<float> scale =
        quantize_digits(values.data() + h * hd, hd, digits, cache->codes.data() + at * hd);
    if (!scale.has_value()) fail_output_not_finite(where);
    cache->scales[static_cast<size_t>(at)] = *scale;
  }
}

void Session::attend_head(const Layer& layer, int64_t index, int64_t t, int64_t head) {
  const ModelConfig& c = model_.config;
  const int64_t hd = c.head_dim();
  const int64_t positions = position() + t + 1;
  const int64_t kv_head = head / (c.heads / c.kv_heads);  // neighbours share a key/value head
  const Cache& keys = keys_[static_cast<size_t>(index)];
  const Cache& values = values_[static_cast<size_t>(index)];
  const float* query = queries_.data() + t * c.hidden + head * hd;
  float* out = mixed_.data() + t * c.hidden + head * hd;
  if (digits_of(options_.kv) == 0) {
    scores_.resize(static_cast<size_t>(positions));
    attend(query, keys.floats.data() + kv_head * hd, values.floats.data() + kv_head * hd, positions,
           c.kv_size(), hd, scores_.data(), out);
    return;
  }
  const DigitCacheView view = {keys.codes.data() + kv_head * hd,
                               keys.scales.data() + kv_head,
                               values.codes.data() + kv_head * hd,
                               values.scales.data() + kv_head,
                               positions,
                               c.kv_size(),
                               c.kv_heads};
  attend_digits(query, view, hd, projection_name(layer, kQ), &digit_scratch_, out);
}

void Session::feed_forward(const Layer& layer, int64_t m) {
  const ModelConfig& c = model_.config;
  bit_linear(layer, {{kGate, &gate_}, {kUp, &up_}}, hidden_, layer.post_norm, m);
  gated_activation(c.activation, gate_.data(), up_.data(), m * c.intermediate);
  bit_linear(layer, {{kDown, &delta_}}, gate_, layer.ffn_sub_norm, m);
}

void Session::bit_linear(const Layer& layer, const std::vector<Projection>& projections,
                         const std::vector<float>& x, const std::vector<float>& norm_weight,
                         int64_t m) {
  if (!layer.masters.empty() || !options_.quantize_activations) {
    float_linears(layer, projections, x, norm_weight, m);
    return;
  }
  const std::vector<const TernaryMatrix*> all = layer.projections();
  const TernaryMatrix& first = *all[projections.front().index];
  const int64_t k = first.k();
  quantized_.resize(static_cast<size_t>(m * k));
  token_scale_.resize(static_cast<size_t>(m));
  for (int64_t t = 0; t < m; ++t) {
    token_scale_[static_cast<size_t>(t)] =
        quantize_normed(x.data() + t * k, norm_weight.data(), k, model_.config.rms_eps,
                        quantized_.data() + t * k, first.name());
  }
  int64_t outputs = 0;
  for (const Projection& p : projections) outputs += m * all[p.index]->n();
  acc_.resize(static_cast<size_t>(outputs));
  std::vector<MatmulTask> tasks;
  int32_t* acc = acc_.data();
  for (const Projection& p : projections) {
    tasks.push_back({all[p.index], quantized_.data(), m, acc});
    acc += m * all[p.index]->n();
  }
  engine_.matmul_batch(tasks);
  for (size_t i = 0; i < tasks.size(); ++i) {
    const TernaryMatrix& w = *tasks[i].w;
    const int64_t n = w.n();
    std::vector<float>& y = *projections[i].y;
    y.resize(static_cast<size_t>(m * n));
    for (int64_t t = 0; t < m; ++t) {
      dequantize(tasks[i].acc + t * n, n,
                 product_scale(token_scale_[static_cast<size_t>(t)], w.scale()), y.data() + t * n);
    }
  }
}

void Session::float_linears(const Layer& layer, const std::vector<Projection>& projections,
                            const std::vector<float>& x, const std::vector<float>& norm_weight,
                            int64_t m) {
  const auto k = static_cast<int64_t>(norm_weight.size());
  const float eps = model_.config.rms_eps;
  inputs_.resize(static_cast<size_t>(m * k));
  quantized_.resize(static_cast<size_t>(k));
  for (int64_t t = 0; t < m; ++t) {
    const float* from = x.data() + t * k;
    float* to = inputs_.data() + t * k;
    if (options_.quantize_activations) {
      const float scale = quantize_normed(from, norm_weight.data(), k, eps, quantized_.data(),
                                          projection_name(layer, projections.front().index));
      dequantize_token(quantized_.data(), k, scale, to);
    } else {
      rms_norm(from, norm_weight.data(), k, eps, to);
    }
  }
  for (const Projection& p : projections) float_linear(layer, p, m);
}

/// y = dot(x', w') * scale of inputs_ x', where w' is a float row (scale 1) or a ternary one.
void Session::float_linear(const Layer& layer, const Projection& projection, int64_t m) {
  const size_t index = projection.index;
  std::vector<float>& y = *projection.y;
  const TernaryMatrix& ternary = *layer.projections()[index];
  const FloatMatrix* master = layer.masters.empty() ? nullptr : &layer.masters[index];
  const int64_t n = master != nullptr ? master->n() : ternary.n();
  const int64_t k = master != nullptr ? master->k() : ternary.k();
  std::vector<int8_t> trits(static_cast<size_t>(k));
  std::vector<float> row(static_cast<size_t>(k));
  y.resize(static_cast<size_t>(m * n));
  for (int64_t r = 0; r < n; ++r) {
    if (master != nullptr) {
      master->read_row(r, row.data());
    } else {
      ternary.unpack_row(r, trits.data());
      for (int64_t i = 0; i < k; ++i) row[i] = trits[i];
    }
    const float scale = master != nullptr ? 1.0f : ternary.scale();
    for (int64_t t = 0; t < m; ++t) {
      y[t * n + r] = dot(inputs_.data() + t * k, row.data(), k) * scale;
    }
  }
}

void Session::compute_logits(int64_t m, LogitsRows rows) {
  const ModelConfig& c = model_.config;
  const int64_t d = c.hidden;
  const int64_t first = rows == LogitsRows::kAll ? 0 : m - 1;
  logits_.resize(static_cast<size_t>((m - first) * c.vocab));
  if (options_.digit_head != nullptr) {
    quantized_.resize(static_cast<size_t>(d));
    for (int64_t t = first; t < m; ++t) {
      const float scale = quantize_normed(hidden_.data() + t * d, model_.norm.data(), d, c.rms_eps,
                                          quantized_.data(), model_.head.name());
      digit_logits(*options_.digit_head, quantized_.data(), scale,
                   logits_.data() + (t - first) * c.vocab);
    }
    return;
  }
  inputs_.resize(static_cast<size_t>(m * d));
  for (int64_t t = first; t < m; ++t) {
    rms_norm(hidden_.data() + t * d, model_.norm.data(), d, c.rms_eps, inputs_.data() + t * d);
  }
  std::vector<float> row(static_cast<size_t>(d));
  for (int64_t v = 0; v < c.vocab; ++v) {
    model_.head.read_row(v, row.data());
    for (int64_t t = first; t < m; ++t) {
      logits_[static_cast<size_t>((t - first) * c.vocab + v)] =
          dot(inputs_.data() + t * d, row.data(), d);
    }
  }
}

}  // namespace tercet
