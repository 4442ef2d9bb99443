// SPDX-License-Identifier: Apache-2.0
// What each tensor is called in safetensors (transformers, models/bitnet) and in GGUF (llama.cpp),
// where tensors come from, and how they become a Model.
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "model/formats/checkpoint.h"
#include "model/transformer.h"

namespace tercet {

/// Names without layer and without ".weight".
struct TensorName {
  const char* hf;
  const char* gguf;
  const char* first = nullptr;  ///< in the first paper's models, where it is another
};

namespace names {
inline constexpr TensorName kEmbedding = {"model.embed_tokens", "token_embd"};
inline constexpr TensorName kNorm = {"model.norm", "output_norm"};
inline constexpr TensorName kHead = {"lm_head", "output"};

inline constexpr TensorName kInputNorm = {"input_layernorm", "attn_norm"};
inline constexpr TensorName kAttnSubNorm = {"self_attn.attn_sub_norm", "attn_sub_norm",
                                            "self_attn.inner_attn_ln"};
inline constexpr TensorName kPostNorm = {"post_attention_layernorm", "ffn_norm"};
inline constexpr TensorName kFfnSubNorm = {"mlp.ffn_sub_norm", "ffn_sub_norm", "mlp.ffn_layernorm"};

/// The seven projections, in the order of Layer::projections().
inline constexpr std::array<TensorName, 7> kProjections = {{{"self_attn.q_proj", "attn_q"},
                                                            {"self_attn.k_proj", "attn_k"},
                                                            {"self_attn.v_proj", "attn_v"},
                                                            {"self_attn.o_proj", "attn_output"},
                                                            {"mlp.gate_proj", "ffn_gate"},
                                                            {"mlp.up_proj", "ffn_up"},
                                                            {"mlp.down_proj", "ffn_down"}}};
}  // namespace names

inline constexpr int64_t kNoLayer = -1;  ///< of the embedding, the last norm and the head

inline std::string hf_name(int64_t layer, const TensorName& name) {
  return layer == kNoLayer ? name.hf : fmt::format("model.layers.{}.{}", layer, name.hf);
}
inline std::string gguf_name(int64_t layer, const TensorName& name) {
  return layer == kNoLayer ? name.gguf : fmt::format("blk.{}.{}", layer, name.gguf);
}

/// GGUF's types of floats.
inline constexpr std::pair<GgmlType, DType> kGgufFloats[] = {{GgmlType::kF32, DType::kF32},
                                                             {GgmlType::kF16, DType::kF16},
                                                             {GgmlType::kBF16, DType::kBF16},
                                                             {GgmlType::kQ80, DType::kQ80},
                                                             {GgmlType::kQ6K, DType::kQ6K}};

/// A file that holds tensors. Every call throws Error naming file and tensor if it is missing,
/// misshapen, of a wrong type, or not finite.
class TensorSource {
 public:
  virtual ~TensorSource() = default;
  virtual FloatMatrix matrix(int64_t layer, const TensorName& name, int64_t n, int64_t k) = 0;
  virtual std::vector<float> vector(int64_t layer, const TensorName& name, int64_t n) = 0;
  /// Ternary as stored, or quantised if stored as floats.
  virtual TernaryMatrix projection(int64_t layer, const TensorName& name, int64_t n, int64_t k) = 0;
  /// Throws Error naming a tensor that nobody asked for.
  virtual void check_all_taken() const = 0;
};

/// Takes all tensors that `config` calls for.
Model assemble_model(const ModelConfig& config, TensorSource& source, const LoadOptions& options);

}  // namespace tercet
