// SPDX-License-Identifier: Apache-2.0
// The shape of a model, as config.json states it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tercet {

enum class Activation { kSilu, kRelu2 };

/// How a packed checkpoint stores its weight scales.
enum class ScaleForm { kMultiply /* autobitlinear */, kDivide /* bitlinear: 1 / mean|W| */ };

/// Largest hidden or intermediate size: |acc| <= 128 * 65536 = 2^23 is exact in int32 and float.
inline constexpr int64_t kMaxInputs = 65536;
inline constexpr int64_t kMaxPositions = 1 << 20;  ///< range of sincos_f64
inline constexpr int64_t kMaxVocab = 1 << 22;
inline constexpr int64_t kMaxLayers = 1024;

/// A validated config.json; sizes are element counts.
struct ModelConfig {
  int64_t hidden = 0;         ///< d
  int64_t intermediate = 0;   ///< F
  int64_t layers = 0;         ///< L
  int64_t heads = 0;          ///< H query heads
  int64_t kv_heads = 0;       ///< KV key/value heads, H % KV == 0
  int64_t vocab = 0;          ///< V
  int64_t max_positions = 0;  ///< context, tokens
  float rms_eps = 1e-5f;
  double rope_theta = 10000.0;
  Activation activation = Activation::kRelu2;
  bool tied_head = true;  ///< the head is the embedding
  bool packed = false;    ///< projections are ternary in the file, not floats
  bool online = false;    ///< floats are made ternary by absmean even if they are ternary already
  ScaleForm scale_form = ScaleForm::kMultiply;
  int32_t bos_id = -1;           ///< -1: none
  bool add_bos = true;           ///< prompts begin with it, if there is one
  std::vector<int32_t> eos_ids;  ///< may be empty

  int64_t head_dim() const { return hidden / heads; }
  int64_t kv_size() const { return kv_heads * head_dim(); }
};

/// Outputs and inputs of projection `index` in the order q k v o gate up down.
struct ProjectionShape {
  int64_t n;
  int64_t k;
};
ProjectionShape projection_shape(const ModelConfig& config, size_t index);

/// Throws Error, prefixed with `file`, if a size is out of its limits or sizes do not fit together.
void validate(const ModelConfig& config, const std::string& file);

/// Reads the text of a config.json. Unknown and missing keys are errors; `file` names it in them.
ModelConfig parse_config(const std::string& text, const std::string& file);

/// The text parse_config reads back to the same config.
std::string config_to_json(const ModelConfig& config);

}  // namespace tercet
