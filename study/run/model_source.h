// SPDX-License-Identifier: Apache-2.0
// A model by the name given on the command line: a folder, or a random one made on the spot.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/formats/model_file.h"

namespace tercet {

/// How a model's file is to be read; what the file itself does not say.
struct ModelOptions {
  std::string i2s_layout = "auto";  ///< "x86" or "arm": the machine that wrote an I2_S file
  bool no_weight_quant = false;     ///< keep float projections as they are
};

/// The model that --model names. Throws Error naming the file or the part of the name that is
/// wrong; what loading had to decide is in the model's notes.
ModelFile open_model(const std::string& name, const ModelOptions& options = {});

/// The prompt's tokens, the model's BOS first. Exactly one of `text` and `ids` is given.
/// Throws Error on an empty prompt, an id outside the vocabulary, text without a tokenizer, or a
/// prompt and `more` tokens beyond the context.
std::vector<int32_t> prompt_tokens(const ModelFile& model, const std::optional<std::string>& text,
                                   const std::vector<int64_t>& ids, int64_t more);

/// The ternary matrices of the first layers, in order.
std::vector<const TernaryMatrix*> ternary_matrices(const Model& model, size_t layers = SIZE_MAX);

/// All ternary weights, and those that are 0.
struct WeightCounts {
  int64_t weights = 0;
  int64_t zeros = 0;
};
WeightCounts count_weights(const Model& model);

}  // namespace tercet
