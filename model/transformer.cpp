// SPDX-License-Identifier: Apache-2.0
// The forward pass, top to bottom.
#include "model/transformer.h"

#include "base/error.h"
#include "model/lanes.h"
#include "model/ops.h"

namespace tercet {
namespace {

/// y[m][n] = rms_norm of each row of x[m][n].
void norm_rows(const std::vector<float>& x, const std::vector<float>& weight, int64_t m, float eps,
               std::vector<float>& y) {
  const int64_t n = static_cast<int64_t>(weight.size());
  y.resize(static_cast<size_t>(m * n));
  for (int64_t t = 0; t < m; ++t)
    rms_norm(x.data() + t * n, weight.data(), n, eps, y.data() + t * n);
}

/// Indices into Layer::projections().
enum ProjectionIndex : size_t { kQ, kK, kV, kO, kGate, kUp, kDown };

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

Session::Session(const Model& model, MatmulEngine& engine, const SessionOptions& options)
    : model_(model),
      engine_(engine),
      options_(options),
      rope_freq_(rope_frequencies(model.config.rope_theta, model.config.head_dim())),
      keys_(model.layers.size()),
      values_(model.layers.size()) {}

const std::vector<float>& Session::run(const int32_t* tokens, int64_t n, LogitsRows rows) {
  const int64_t d = model_.config.hidden;
  const float eps = model_.config.rms_eps;
  const int64_t m = n;  // all tokens go through each layer together

  hidden_.resize(static_cast<size_t>(m * d));
  for (int64_t t = 0; t < m; ++t) model_.embedding.read_row(tokens[t], hidden_.data() + t * d);

  for (size_t index = 0; index < model_.layers.size(); ++index) {
    const Layer& layer = model_.layers[index];

    norm_rows(hidden_, layer.input_norm, m, eps, normed_);
    attention(layer, static_cast<int64_t>(index), m);  // normed_ -> delta_
    add(hidden_.data(), delta_.data(), m * d);

    norm_rows(hidden_, layer.post_norm, m, eps, normed_);
    feed_forward(layer, m);  // normed_ -> delta_
    add(hidden_.data(), delta_.data(), m * d);
  }

  norm_rows(hidden_, model_.norm, m, eps, normed_);
  compute_logits(m, rows);
  return logits_;
}

void Session::attention(const Layer& layer, int64_t index, int64_t m) {
  const ModelConfig& c = model_.config;
  const int64_t hd = c.head_dim();
  const int64_t kv = c.kv_size();
  bit_linear(layer, {{kQ, &queries_}, {kK, &new_keys_}, {kV, &new_values_}}, normed_, m);

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

  if (options_.half_cache) {
    round_to_half(new_keys_);
    round_to_half(new_values_);
  }
  // The cache is cut to position() first, so that a call that threw left no keys behind.
  std::vector<float>& keys = keys_[static_cast<size_t>(index)];
  std::vector<float>& values = values_[static_cast<size_t>(index)];
  keys.resize(static_cast<size_t>(position() * kv));
  values.resize(static_cast<size_t>(position() * kv));
  keys.insert(keys.end(), new_keys_.begin(), new_keys_.end());
  values.insert(values.end(), new_values_.begin(), new_values_.end());

  mixed_.resize(static_cast<size_t>(m * c.hidden));
  scores_.resize(static_cast<size_t>(position() + m));
  for (int64_t t = 0; t < m; ++t) {
    for (int64_t h = 0; h < c.heads; ++h) {
      const int64_t kv_head = h / (c.heads / c.kv_heads);  // neighbours share a key/value head
      attend(queries_.data() + t * c.hidden + h * hd, keys.data() + kv_head * hd,
             values.data() + kv_head * hd, position() + t + 1, kv, hd, scores_.data(),
             mixed_.data() + t * c.hidden + h * hd);
    }
  }

  norm_rows(mixed_, layer.attn_sub_norm, m, c.rms_eps, normed_);
  bit_linear(layer, {{kO, &delta_}}, normed_, m);
}

void Session::feed_forward(const Layer& layer, int64_t m) {
  const ModelConfig& c = model_.config;
  bit_linear(layer, {{kGate, &gate_}, {kUp, &up_}}, normed_, m);
  gated_activation(c.activation, gate_.data(), up_.data(), m * c.intermediate);
  norm_rows(gate_, layer.ffn_sub_norm, m, c.rms_eps, up_);
  bit_linear(layer, {{kDown, &delta_}}, up_, m);
}

void Session::bit_linear(const Layer& layer, const std::vector<Projection>& projections,
                         const std::vector<float>& x, int64_t m) {
  if (!layer.masters.empty() || !options_.quantize_activations) {
    for (const Projection& p : projections) float_linear(layer, p, x, m);
    return;
  }
  const std::vector<const TernaryMatrix*> all = layer.projections();
  const TernaryMatrix& first = *all[projections.front().index];
  const int64_t k = first.k();
  quantized_.resize(static_cast<size_t>(m * k));
  act_scale_.resize(static_cast<size_t>(m));
  for (int64_t t = 0; t < m; ++t) {
    act_scale_[static_cast<size_t>(t)] =
        quantize_token(x.data() + t * k, k, quantized_.data() + t * k, first.name());
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
      dequantize(tasks[i].acc + t * n, n, act_scale_[static_cast<size_t>(t)], w.scale(),
                 y.data() + t * n);
    }
  }
}

/// With float weights, float activations, or both: y = dot(x', w') * scale, where x' is x or q / s,
/// and w' a float row (scale 1) or a ternary one.
void Session::float_linear(const Layer& layer, const Projection& projection,
                           const std::vector<float>& x, int64_t m) {
  const size_t index = projection.index;
  std::vector<float>& y = *projection.y;
  const TernaryMatrix& ternary = *layer.projections()[index];
  const FloatMatrix* master = layer.masters.empty() ? nullptr : &layer.masters[index];
  const int64_t n = master != nullptr ? master->n() : ternary.n();
  const int64_t k = master != nullptr ? master->k() : ternary.k();
  const std::string& name = master != nullptr ? master->name() : ternary.name();
  std::vector<float> inputs(x.begin(), x.begin() + m * k);
  std::vector<int8_t> trits(static_cast<size_t>(k));
  if (options_.quantize_activations) {
    for (int64_t t = 0; t < m; ++t) {
      const float s = quantize_token(x.data() + t * k, k, trits.data(), name);
      for (int64_t i = 0; i < k; ++i) inputs[t * k + i] = static_cast<float>(trits[i]) / s;
    }
  }
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
      y[t * n + r] = dot(inputs.data() + t * k, row.data(), k) * scale;
    }
  }
}

void Session::compute_logits(int64_t m, LogitsRows rows) {
  const ModelConfig& c = model_.config;
  const int64_t first = rows == LogitsRows::kAll ? 0 : m - 1;
  logits_.resize(static_cast<size_t>((m - first) * c.vocab));
  delta_.resize(static_cast<size_t>(c.hidden));
  for (int64_t v = 0; v < c.vocab; ++v) {
    model_.head.read_row(v, delta_.data());
    for (int64_t t = first; t < m; ++t) {
      logits_[static_cast<size_t>((t - first) * c.vocab + v)] =
          dot(normed_.data() + t * c.hidden, delta_.data(), c.hidden);
    }
  }
}

}  // namespace tercet
