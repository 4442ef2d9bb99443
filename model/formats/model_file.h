// SPDX-License-Identifier: Apache-2.0
// A model with its tokenizer, as one path holds them.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "model/formats/checkpoint.h"
#include "model/tokenizer/tokenizer.h"

namespace tercet {

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
