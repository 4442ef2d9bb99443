// SPDX-License-Identifier: Apache-2.0
// A model with its tokenizer, as one path holds them.
#pragma once

#include <filesystem>
#include <optional>

#include "tercet/model/checkpoint.h"
#include "tercet/model/tokenizer.h"

namespace tercet {

struct ModelFile {
  Model model;
  std::optional<Tokenizer> tokenizer;  ///< absent: the file has none
};

/// load_model(), and the tokenizer beside it or in it.
/// Throws Error also if the tokenizer has more tokens than the model.
ModelFile open_model_file(const std::filesystem::path& path, const LoadOptions& options = {});

}  // namespace tercet
