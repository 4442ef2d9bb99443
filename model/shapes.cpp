// SPDX-License-Identifier: Apache-2.0
// The table of known model shapes.
#include "base/error.h"
#include "model/synth.h"

namespace tercet {
namespace {

/// A 1bitLLM-style LLaMA shape: SiLU, no shared key/value heads, theta 10000, context 2048.
ModelConfig llama(int64_t hidden, int64_t intermediate, int64_t layers, int64_t heads) {
  ModelConfig c;
  c.hidden = hidden;
  c.intermediate = intermediate;
  c.layers = layers;
  c.heads = heads;
  c.kv_heads = heads;
  c.vocab = 32000;
  c.max_positions = 2048;
  c.activation = Activation::kSilu;
  c.tied_head = false;
  return c;
}

ModelConfig llama_gqa(int64_t hidden, int64_t intermediate, int64_t layers, int64_t heads,
                      int64_t kv_heads) {
  ModelConfig c = llama(hidden, intermediate, layers, heads);
  c.kv_heads = kv_heads;
  return c;
}

ModelConfig bitnet_2b4t() {
  ModelConfig c;
  c.hidden = 2560;
  c.intermediate = 6912;
  c.layers = 30;
  c.heads = 20;
  c.kv_heads = 5;
  c.vocab = 128256;
  c.max_positions = 4096;
  c.rope_theta = 500000.0;
  return c;
}

ModelConfig tiny() {
  ModelConfig c;
  c.hidden = 64;
  c.intermediate = 160;
  c.layers = 2;
  c.heads = 4;
  c.kv_heads = 2;
  c.vocab = 512;
  c.max_positions = 256;
  return c;
}

}  // namespace

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> kShapes = {
      {"tiny", tiny(), "for tests"},
      {"700m", llama(1536, 4096, 24, 16), "1bitLLM/bitnet_b1_58-large"},
      {"1.3b", llama(2048, 5460, 24, 32), "1bitLLM/bitnet_b1_58-xl"},
      {"2b4t", bitnet_2b4t(), "microsoft/bitnet-b1.58-2B-4T"},
      {"3b", llama(3200, 8640, 26, 32), "1bitLLM/bitnet_b1_58-3B"},
      {"3.9b", llama(3200, 8640, 30, 32),
       "assumed: 3b with 30 layers, 3.92 G parameters; arXiv 2402.17764 tells only the size"},
      {"7b", llama(4096, 11008, 32, 32), "LLaMA 7B, arXiv 2302.13971"},
      {"13b", llama(5120, 13824, 40, 40), "LLaMA 13B, arXiv 2302.13971"},
      {"70b", llama_gqa(8192, 28672, 80, 64, 8), "LLaMA 2 70B, arXiv 2307.09288"},
  };
  return kShapes;
}

const Shape& find_shape(const std::string& name) {
  std::string known;
  for (const Shape& shape : shapes()) {
    if (name == shape.name) return shape;
    known += std::string(known.empty() ? "" : ", ") + shape.name;
  }
  fail("no model shape '{}'; known are {}", name, known);
}

}  // namespace tercet
