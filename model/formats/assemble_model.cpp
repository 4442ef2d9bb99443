// SPDX-License-Identifier: Apache-2.0
// Tensors of any file into a Model: which there are, and their shapes.
#include <utility>

#include "model/formats/tensor_source.h"

namespace tercet {

Model assemble_model(const ModelConfig& c, TensorSource& source, const LoadOptions& options) {
  Model model;
  model.config = c;
  model.embedding = source.matrix(kNoLayer, names::kEmbedding, c.vocab, c.hidden);
  for (int64_t i = 0; i < c.layers; ++i) {
    Layer layer;
    layer.input_norm = source.vector(i, names::kInputNorm, c.hidden);
    layer.attn_sub_norm = source.vector(i, names::kAttnSubNorm, c.hidden);
    layer.post_norm = source.vector(i, names::kPostNorm, c.hidden);
    layer.ffn_sub_norm = source.vector(i, names::kFfnSubNorm, c.intermediate);
    for (size_t p = 0; p < names::kProjections.size(); ++p) {
      const auto [n, k] = projection_shape(c, p);
      const TensorName& name = names::kProjections[p];
      if (options.quantize_weights) {
        *layer.projections()[p] = source.projection(i, name, n, k);
      } else {
        layer.masters.push_back(source.matrix(i, name, n, k));
      }
    }
    model.layers.push_back(std::move(layer));
  }
  model.norm = source.vector(kNoLayer, names::kNorm, c.hidden);
  model.head =
      c.tied_head ? model.embedding : source.matrix(kNoLayer, names::kHead, c.vocab, c.hidden);
  source.check_all_taken();
  return model;
}

}  // namespace tercet
