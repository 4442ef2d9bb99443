// SPDX-License-Identifier: Apache-2.0
// tokenizer.json (huggingface/tokenizers) into tables.
#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "byte_alphabet.h"
#include "tercet/model/config.h"
#include "tercet/model/error.h"
#include "tercet/model/json.h"
#include "tercet/model/mapped_file.h"
#include "tokenizer_tables.h"

namespace tercet {
namespace {

constexpr int64_t kMaxFileBytes = int64_t{1} << 28;

using Tables = Tokenizer::Tables;
using TokenIds = std::unordered_map<std::string, int32_t>;  // by content, in the byte alphabet

/// The bytes of a token that is written in the byte alphabet.
class AlphabetDecoder {
 public:
  AlphabetDecoder() {
    const auto alphabet = byte_alphabet();
    for (size_t i = 0; i < 256; ++i) byte_of_.emplace(alphabet[i], static_cast<char>(i));
  }
  std::string decode(const std::string& token, const std::string& where) const {
    std::string bytes;
    for (size_t i = 0; i < token.size();) {
      const size_t length = (token[i] & 0x80) != 0 ? 2 : 1;  // no letter of the alphabet has more
      const auto it = byte_of_.find(token.substr(i, length));
      if (it == byte_of_.end()) fail("{}: token '{}' is not byte-level", where, token);
      bytes += it->second;
      i += length;
    }
    return bytes;
  }

 private:
  std::unordered_map<std::string, char> byte_of_;
};

/// The split pattern that the pre-tokenizer asks for.
std::string_view parse_pretokenizer(const Json& json, const std::string& where) {
  Fields fields(json, where);
  const std::string type = fields.text("type");
  if (type == "ByteLevel") {
    fields.expect_false("add_prefix_space");
    fields.ignore({"trim_offsets"});
    if (!fields.boolean("use_regex")) fail("{}: use_regex is false and nothing else splits", where);
    fields.finish();
    return Pretokenizer::gpt2_pattern();
  }
  if (type != "Sequence") fail("{}: type '{}' is neither ByteLevel nor Sequence", where, type);
  const Json& list = fields.need("pretokenizers");
  fields.finish();
  if (!list.is_array() || list.size() != 2) fail("{}: expected Split, then ByteLevel", where);
  Fields split(list[0], where + ": pretokenizers[0]");
  Fields level(list[1], where + ": pretokenizers[1]");
  if (split.text("type") != "Split" || level.text("type") != "ByteLevel") {
    fail("{}: expected Split, then ByteLevel", where);
  }
  if (split.text("behavior") != "Isolated") fail("{}: behavior is not Isolated", split.where());
  split.expect_false("invert");
  Fields pattern(split.need("pattern"), split.where() + ": pattern");
  const std::string regex = pattern.text("Regex");
  pattern.finish();
  split.finish();
  level.expect_false("add_prefix_space");
  level.expect_false("use_regex");
  level.ignore({"trim_offsets"});
  level.finish();
  if (regex == Pretokenizer::gpt2_pattern()) return Pretokenizer::gpt2_pattern();
  if (regex == Pretokenizer::llama3_pattern()) return Pretokenizer::llama3_pattern();
  fail("{}: unknown split pattern", pattern.where());
}

class Parser {
 public:
  Parser(const Json& json, std::string file) : root_(json, file), file_(std::move(file)) {}

  std::shared_ptr<const Tables> parse() {
    Fields model(root_.need("model"), file_ + ": model");
    parse_model_options(model);
    parse_vocab(model.need("vocab"));
    parse_added(root_.need("added_tokens"));
    fill_bytes();
    parse_merges(model.need("merges"));
    model.finish();
    root_.expect_null("normalizer");
    root_.expect_null("truncation");
    root_.expect_null("padding");
    root_.ignore({"version", "post_processor", "decoder", "pre_tokenizer"});
    root_.finish();
    const Pretokenizer splitter(
        parse_pretokenizer(root_.need("pre_tokenizer"), file_ + ": pre_tokenizer"));
    tables_.pretokenizer = splitter;
    return std::make_shared<const Tables>(std::move(tables_));
  }

 private:
  void parse_model_options(Fields& model) {
    if (model.text("type") != "BPE") fail("{}: type is not BPE", model.where());
    model.expect_null("dropout");
    model.expect_null("unk_token");
    model.expect_false("byte_fallback");
    for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"}) {
      const Json* value = model.find(key);
      if (value == nullptr || value->is_null()) continue;
      if (!value->is_string() || !value->get_ref<const std::string&>().empty()) {
        fail("{}: {} is not supported", model.where(), key);
      }
    }
    model.ignore({"fuse_unk"});
    if (model.has("ignore_merges")) tables_.ignore_merges = model.boolean("ignore_merges");
  }

  void parse_vocab(const Json& vocab) {
    if (!vocab.is_object()) fail("{}: vocab is not an object", file_);
    for (const auto& item : vocab.items()) {
      const std::string where = file_ + ": vocab";
      const auto id = to_integer(item.value(), where, 0, kMaxVocab - 1);
      ids_.emplace(item.key(), static_cast<int32_t>(id));
    }
  }

  void parse_added(const Json& added) {
    if (!added.is_array()) fail("{}: added_tokens is not a list", file_);
    for (const Json& json : added) {
      Fields token(json, file_ + ": added_tokens");
      const std::string content = token.text("content");
      const auto id = static_cast<int32_t>(token.integer("id", 0, kMaxVocab - 1));
      const bool special = token.boolean("special");
      token.ignore({"single_word", "lstrip", "rstrip", "normalized"});
      token.finish();
      const auto known = ids_.find(content);
      if (known != ids_.end() && known->second != id) {
        fail("{}: token '{}' has ids {} and {}", file_, content, known->second, id);
      }
      ids_.emplace(content, id);
      added_.emplace(id, special);
      if (special) tables_.special_ids.emplace(content, id);
    }
  }

  void fill_bytes() {
    const AlphabetDecoder alphabet;
    tables_.bytes.resize(ids_.size());
    tables_.special.assign(ids_.size(), false);
    std::vector<bool> used(ids_.size(), false);
    tables_.byte_id.fill(-1);
    for (const auto& [content, id] : ids_) {
      const auto index = static_cast<size_t>(id);
      if (index >= ids_.size() || used[index]) {
        fail("{}: ids are not 0 to {}, each once: '{}' has {}", file_, ids_.size() - 1, content,
             id);
      }
      used[index] = true;
      const auto added = added_.find(id);
      if (added != added_.end()) {
        tables_.special[index] = added->second;
        if (!added->second) tables_.bytes[index] = content;
        continue;
      }
      std::string bytes = alphabet.decode(content, file_);
      if (bytes.size() == 1) tables_.byte_id[static_cast<uint8_t>(bytes[0])] = id;
      if (tables_.ignore_merges) tables_.word_ids.emplace(bytes, id);
      tables_.bytes[index] = std::move(bytes);
    }
    for (size_t byte = 0; byte < 256; ++byte) {
      if (tables_.byte_id[byte] < 0) fail("{}: no token for byte {:#04x}", file_, byte);
    }
  }

  int32_t merge_id(const std::string& token) const {
    const auto it = ids_.find(token);
    if (it == ids_.end()) fail("{}: merges: '{}' is not in the vocabulary", file_, token);
    return it->second;
  }

  void parse_merges(const Json& merges) {
    if (!merges.is_array()) fail("{}: merges is not a list", file_);
    int32_t rank = 0;
    for (const Json& merge : merges) {
      std::string left;
      std::string right;
      if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
        left = merge[0].get<std::string>();
        right = merge[1].get<std::string>();
      } else if (merge.is_string()) {
        const std::string pair = merge.get<std::string>();
        const size_t space = pair.find(' ');
        if (space == std::string::npos) fail("{}: merges: '{}' is no pair", file_, pair);
        left = pair.substr(0, space);
        right = pair.substr(space + 1);
      } else {
        fail("{}: merges: entry {} is neither text nor a pair", file_, rank);
      }
      const int32_t result = merge_id(left + right);
      const uint64_t key = Tables::pair_key(merge_id(left), merge_id(right));
      tables_.merges.emplace(key, Tables::Merge{rank++, result});  // a repeated pair keeps its rank
    }
  }

  Fields root_;
  std::string file_;
  Tables tables_{Pretokenizer(Pretokenizer::gpt2_pattern()), false, {}, {}, {}, {}, {}, {}};
  TokenIds ids_;
  std::unordered_map<int32_t, bool> added_;  // id -> special
};

}  // namespace

Tokenizer Tokenizer::parse(const std::string& text, const std::string& file) {
  const Json json = parse_json(text, file);
  return Tokenizer(Parser(json, file).parse());
}

Tokenizer Tokenizer::load(const std::filesystem::path& path) {
  const auto file = std::filesystem::is_directory(path) ? path / "tokenizer.json" : path;
  return parse(read_text(file, kMaxFileBytes), file.string());
}

}  // namespace tercet
