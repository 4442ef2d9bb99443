// SPDX-License-Identifier: Apache-2.0
// A model with its tokenizer, as one path holds them.
#pragma once

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/formats/checkpoint.h"
#include "model/tokenizer/tokenizer.h"

namespace tercet {

/// Files of a folder that say more of its model's texts, or of how to generate them.
inline constexpr std::array kCompanionFiles = {"tokenizer.json",          "tokenizer.model",
                                               "tokenizer_config.json",   "added_tokens.json",
                                               "special_tokens_map.json", "generation_config.json"};

/// What may be read of the model `path`: the file itself, or those of its folder that can be a
/// part of a model.
std::vector<std::filesystem::path> model_files(const std::filesystem::path& path);

struct ModelFile {
  std::string name;  ///< for errors
  Model model;
  std::optional<Tokenizer> tokenizer;  ///< absent: the file has none, or none that can be used
  std::string tokenizer_error;         ///< why the one it has cannot be used; else empty

  /// Throws Error if there is none to be used.
  const Tokenizer& need_tokenizer() const;
};

/// load_model(), and the tokenizer beside it or in it (tokenizer.model before tokenizer.json,
/// unless only the latter can be used). A model whose tokenizer is not supported can be used
/// without.
ModelFile open_model_file(const std::filesystem::path& path, const LoadOptions& options = {});

}  // namespace tercet
