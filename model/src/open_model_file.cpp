// SPDX-License-Identifier: Apache-2.0
// A model and its tokenizer from one path.
#include <utility>

#include "tercet/model/error.h"
#include "tercet/model/model_file.h"

namespace tercet {
namespace {

std::optional<Tokenizer> folder_tokenizer(const std::filesystem::path& folder) {
  for (const char* name : {"tokenizer.model", "tokenizer.json"}) {
    if (std::filesystem::exists(folder / name)) return Tokenizer::load(folder / name);
  }
  return std::nullopt;
}

}  // namespace

ModelFile open_model_file(const std::filesystem::path& path, const LoadOptions& options) {
  ModelFile file;
  if (std::filesystem::is_directory(path)) {
    file.model = load_model(path, options);
    file.tokenizer = folder_tokenizer(path);
  } else {
    Gguf gguf(map_file(path));
    std::vector<std::string> notes;
    file.tokenizer = Tokenizer::from_gguf(gguf, notes);
    file.model = load_gguf(gguf, options);
    file.model.notes.insert(file.model.notes.end(), notes.begin(), notes.end());
  }
  const int64_t vocab = file.model.config.vocab;
  if (file.tokenizer.has_value() && file.tokenizer->vocab_size() > vocab) {
    fail("{}: the tokenizer has {} tokens, but the model's vocab_size is {}", path.string(),
         file.tokenizer->vocab_size(), vocab);
  }
  return file;
}

}  // namespace tercet
