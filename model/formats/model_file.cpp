// SPDX-License-Identifier: Apache-2.0
// A model and its tokenizer from one path.
#include "model/formats/model_file.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/input.h"
#include "base/json.h"

namespace tercet {
namespace {

namespace fs = std::filesystem;

void check_size(const ModelFile& file, const Tokenizer& tokenizer, const std::string& where) {
  const int64_t vocab = file.model.config.vocab;
  if (tokenizer.vocab_size() > vocab) {
    fail("{}: the tokenizer has {} tokens, but the model's vocab_size is {}", where,
         tokenizer.vocab_size(), vocab);
  }
}

/// Keeps the error of a tokenizer that nobody may need.
template <typename Load>
void try_tokenizer(ModelFile& file, const std::string& where, Load load) {
  try {
    std::optional<Tokenizer> tokenizer = load();
    if (tokenizer.has_value()) check_size(file, *tokenizer, where);
    file.tokenizer = std::move(tokenizer);
  } catch (const Error& error) {
    if (file.tokenizer_error.empty()) file.tokenizer_error = error.what();
  }
}

/// What tokenizer_config.json says of BOS and EOS; without a word, prompts begin with the former.
void read_tokenizer_config(const fs::path& folder, Model& model) {
  constexpr int64_t kMaxBytes = 1 << 26;  // it may list all added tokens
  const fs::path file = folder / "tokenizer_config.json";
  std::error_code missing;
  if (!fs::exists(file, missing)) return;
  const Json json = parse_json(read_text(file, kMaxBytes), file.string());
  Fields fields(json, file.string());
  const auto flag = [&](const char* key, bool missing) {
    const Json* value = fields.find(key);
    return value == nullptr || value->is_null() ? missing : fields.boolean(key);
  };
  model.config.add_bos = flag("add_bos_token", true);
  if (flag("add_eos_token", false)) {
    model.notes.push_back(fmt::format(
        "{}: add_eos_token is true; a prompt goes without, to be continued", file.string()));
  }
}

}  // namespace

const Tokenizer& ModelFile::need_tokenizer() const {
  if (tokenizer.has_value()) return *tokenizer;
  fail("{}", tokenizer_error.empty() ? name + ": no tokenizer" : tokenizer_error);
}

std::vector<fs::path> model_files(const fs::path& path) {
  std::vector<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator it(path, error), end; it != end; it.increment(error)) {
    const fs::path name = it->path().filename();
    if (name == "config.json" || name == "model.safetensors.index.json" ||
        name.extension() == ".safetensors" ||
        std::find(kCompanionFiles.begin(), kCompanionFiles.end(), name) != kCompanionFiles.end()) {
      files.push_back(it->path());
    }
  }
  if (files.empty()) files.push_back(path);
  return files;
}

ModelFile open_model_file(const fs::path& path, const LoadOptions& options) {
  ModelFile file;
  file.name = path.string();
  std::error_code missing;
  if (fs::is_directory(path, missing)) {
    file.model = load_model(path, options);
    std::vector<std::string>& notes = file.model.notes;
    read_tokenizer_config(path, file.model);
    for (const char* name : {"tokenizer.model", "tokenizer.json"}) {
      if (file.tokenizer.has_value() || !fs::exists(path / name, missing)) continue;
      try_tokenizer(file, (path / name).string(),
                    [&] { return Tokenizer::load(path / name, &notes); });
    }
  } else {
    Gguf gguf(map_file(path));
    std::vector<std::string> notes;
    file.model = load_gguf(gguf, options);
    try_tokenizer(file, file.name, [&] { return Tokenizer::from_gguf(gguf, notes); });
    file.model.notes.insert(file.model.notes.end(), notes.begin(), notes.end());
  }
  if (file.tokenizer.has_value() && !file.tokenizer_error.empty()) {
    file.model.notes.push_back("tokenizer.json is used: " + file.tokenizer_error);
    file.tokenizer_error.clear();
  }
  return file;
}

}  // namespace tercet
