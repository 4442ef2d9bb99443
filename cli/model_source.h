// SPDX-License-Identifier: Apache-2.0
// A model by the name given on the command line: a folder, or a random one made on the spot.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "model/formats/model_file.h"

namespace tercet {

/// What `--model` says in --help.
inline constexpr const char* kModelHelp =
    "folder with config.json, model.safetensors and tokenizer.json or .model; a GGUF file; or a "
    "random model: "
    "synth:SHAPE[,layers=L][,zeros=Z][,seed=S][,vocab=V][,positions=P], such as "
    "synth:2b4t,layers=1";

/// `name` is what --model says.
using NamedModel = ModelFile;

/// How a model's file is to be read; what the file itself does not say.
struct ModelOptions {
  std::string i2s_layout = "auto";  ///< "x86" or "arm": the machine that wrote an I2_S file
  bool no_weight_quant = false;     ///< keep float projections as they are
};

/// Adds --i2s-layout.
void add_i2s_option(CLI::App& command, ModelOptions& options);

/// Throws Error naming the file or the part of the name that is wrong. What loading had to decide
/// is said on standard error.
NamedModel open_model(const std::string& name, const ModelOptions& options = {});

/// Says on standard error if there is a tokenizer that cannot be used; for who can do without.
void note_tokenizer(const NamedModel& model);

/// The prompt's tokens, the model's BOS first. Exactly one of `text` and `ids` is given.
/// Throws Error on an empty prompt, an id outside the vocabulary, text without a tokenizer, or a
/// prompt and `more` tokens beyond the context.
std::vector<int32_t> prompt_tokens(const NamedModel& model, const std::optional<std::string>& text,
                                   const std::vector<int64_t>& ids, int64_t more);

/// All ternary weights, and those that are 0.
struct WeightCounts {
  int64_t weights = 0;
  int64_t zeros = 0;
};
WeightCounts count_weights(const Model& model);

}  // namespace tercet
