// SPDX-License-Identifier: Apache-2.0
// The known model shapes.
#include "base/error.h"
#include "model/synth.h"

namespace tercet {
namespace {

/// Sizes of the BitNet b1.58 2B4T kind; the rest as ModelConfig has it.
ModelConfig sizes(int64_t hidden, int64_t intermediate, int64_t layers, int64_t heads,
                  int64_t kv_heads, int64_t vocab, int64_t max_positions) {
  ModelConfig c;
  c.hidden = hidden;
  c.intermediate = intermediate;
  c.layers = layers;
  c.heads = heads;
  c.kv_heads = kv_heads;
  c.vocab = vocab;
  c.max_positions = max_positions;
  return c;
}

/// A 1bitLLM-style LLaMA shape: SiLU, theta 10000, context 2048; key/value heads are shared if
/// `kv_heads` says so.
ModelConfig llama(int64_t hidden, int64_t intermediate, int64_t layers, int64_t heads,
                  int64_t kv_heads = 0) {
  ModelConfig c =
      sizes(hidden, intermediate, layers, heads, kv_heads == 0 ? heads : kv_heads, 32000, 2048);
  c.activation = Activation::kSilu;
  c.tied_head = false;
  return c;
}

ModelConfig bitnet_2b4t() {
  ModelConfig c = sizes(2560, 6912, 30, 20, 5, 128256, 4096);
  c.rope_theta = 500000.0;
  return c;
}

}  // namespace

const std::vector<Shape>& shapes() {
  static const std::vector<Shape> kShapes = {
      {"tiny", sizes(64, 160, 2, 4, 2, 512, 256), "for tests"},
      {"700m", llama(1536, 4096, 24, 16), "1bitLLM/bitnet_b1_58-large"},
      {"1.3b", llama(2048, 5460, 24, 32), "1bitLLM/bitnet_b1_58-xl"},
      {"2b4t", bitnet_2b4t(), "microsoft/bitnet-b1.58-2B-4T"},
      {"3b", llama(3200, 8640, 26, 32), "1bitLLM/bitnet_b1_58-3B"},
      {"3.9b", llama(3200, 8640, 30, 32),
       "assumed: 3b with 30 layers, 3.92 G parameters; arXiv 2402.17764 tells only the size"},
      {"7b", llama(4096, 11008, 32, 32), "LLaMA 7B, arXiv 2302.13971"},
      {"13b", llama(5120, 13824, 40, 40), "LLaMA 13B, arXiv 2302.13971"},
      {"70b", llama(8192, 28672, 80, 64, 8), "LLaMA 2 70B, arXiv 2307.09288"},
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
