// SPDX-License-Identifier: Apache-2.0
// What each tensor is called in safetensors (transformers, models/bitnet) and in GGUF (llama.cpp).
#pragma once

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <string>

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

}  // namespace tercet
