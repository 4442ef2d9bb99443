// SPDX-License-Identifier: Apache-2.0
// The limits on model sizes, and what they must have to do with each other.
#include "model/config.h"

#include "base/error.h"

namespace tercet {

ProjectionShape projection_shape(const ModelConfig& c, size_t index) {
  const ProjectionShape shapes[] = {{c.hidden, c.hidden},       {c.kv_size(), c.hidden},
                                    {c.kv_size(), c.hidden},    {c.hidden, c.hidden},
                                    {c.intermediate, c.hidden}, {c.intermediate, c.hidden},
                                    {c.hidden, c.intermediate}};
  return shapes[index];
}

void validate(const ModelConfig& c, const std::string& file) {
  const auto check = [&](const char* field, int64_t value, int64_t high) {
    if (value < 1 || value > high) fail("{}: {} is {}, not in [1, {}]", file, field, value, high);
  };
  check("hidden_size", c.hidden, kMaxInputs);
  check("intermediate_size", c.intermediate, kMaxInputs);
  check("num_hidden_layers", c.layers, kMaxLayers);
  check("num_attention_heads", c.heads, c.hidden);
  check("num_key_value_heads", c.kv_heads, c.heads);
  check("vocab_size", c.vocab, kMaxVocab);
  check("max_position_embeddings", c.max_positions, kMaxPositions);
  if (c.hidden % c.heads != 0 || c.head_dim() % 2 != 0) {
    fail("{}: hidden_size {} / num_attention_heads {} is not an even head size", file, c.hidden,
         c.heads);
  }
  if (c.heads % c.kv_heads != 0) {
    fail("{}: num_attention_heads {} is no multiple of num_key_value_heads {}", file, c.heads,
         c.kv_heads);
  }
}

}  // namespace tercet
