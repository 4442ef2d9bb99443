// SPDX-License-Identifier: Apache-2.0
// tokenizer.json (huggingface/tokenizers) into a vocabulary.
#include <fmt/format.h>

#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "model/config.h"
#include "model/tokenizer/bpe_encoder.h"
#include "model/tokenizer/tokenizer.h"

namespace tercet {
namespace {

const Json& field(const Json& object, const char* key) {
  static const Json kNone;
  const auto it = object.find(key);  // end() if it is no object
  return it == object.end() ? kNone : *it;
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : ""; }

/// Of one processor that is no Sequence of them.
std::string token_of(const Json& processor) {
  const std::string type = text_of(field(processor, "type"));
  if (type == "BertProcessing" || type == "RobertaProcessing") {
    const Json& sep = field(processor, "sep");  // [text, id]
    return sep.is_array() && !sep.empty() ? text_of(sep[0]) : "";
  }
  if (type != "TemplateProcessing") return "";
  bool after = false;
  for (const Json& part : field(processor, "single")) {
    if (after && part.contains("SpecialToken")) return text_of(field(part["SpecialToken"], "id"));
    after |= part.contains("Sequence");
  }
  return "";
}

/// The token that `post_processor` puts after a text; empty: none. Forms that are not known put
/// none, as nothing here runs them.
std::string token_after_text(const Json& post_processor) {
  if (text_of(field(post_processor, "type")) != "Sequence") return token_of(post_processor);
  for (const Json& processor : field(post_processor, "processors")) {
    std::string token = token_of(processor);
    if (!token.empty()) return token;
  }
  return "";
}

/// Whether a ByteLevel splits by GPT-2's pattern: it does if nothing is said.
bool uses_regex(Fields& level) { return !level.has("use_regex") || level.boolean("use_regex"); }

/// A ByteLevel that splits too.
BpeVocab::Split parse_level(Fields& level) {
  level.expect_false("add_prefix_space");
  level.ignore({"trim_offsets"});
  if (!uses_regex(level)) fail("{}: use_regex is false and nothing else splits", level.where());
  level.finish();
  return BpeVocab::Split::kGpt2;
}

/// The split pattern that the pre-tokenizer asks for.
BpeVocab::Split parse_pretokenizer(const Json& json, const std::string& where) {
  Fields fields(json, where);
  const std::string type = fields.text("type");
  if (type == "ByteLevel") return parse_level(fields);
  if (type != "Sequence") fail("{}: type '{}' is neither ByteLevel nor Sequence", where, type);
  const Json& list = fields.need("pretokenizers");
  fields.finish();
  const char* expected = "ByteLevel, or Split and then ByteLevel";
  if (!list.is_array() || list.empty() || list.size() > 2) fail("{}: expected {}", where, expected);
  if (list.size() == 1) {
    Fields only(list[0], where + ": pretokenizers[0]");
    if (only.text("type") != "ByteLevel") fail("{}: expected {}", where, expected);
    return parse_level(only);
  }
  Fields split(list[0], where + ": pretokenizers[0]");
  Fields level(list[1], where + ": pretokenizers[1]");
  if (split.text("type") != "Split" || level.text("type") != "ByteLevel") {
    fail("{}: expected {}", where, expected);
  }
  if (split.text("behavior") != "Isolated") fail("{}: behavior is not Isolated", split.where());
  split.expect_false("invert");
  Fields pattern(split.need("pattern"), split.where() + ": pattern");
  const std::string regex = pattern.text("Regex");
  pattern.finish();
  split.finish();
  level.expect_false("add_prefix_space");
  if (uses_regex(level)) fail("{}: use_regex is not false, so text is split twice", level.where());
  level.ignore({"trim_offsets"});
  level.finish();
  if (regex == Pretokenizer::gpt2_pattern()) return BpeVocab::Split::kGpt2;
  if (regex == Pretokenizer::llama3_pattern()) return BpeVocab::Split::kLlama3;
  fail("{}: unknown split pattern", pattern.where());
}

class Parser {
 public:
  Parser(const Json& json, std::string file) : root_(json, file), file_(std::move(file)) {}

  BpeVocab parse(std::vector<std::string>* notes) {
    Fields model(root_.need("model"), file_ + ": model");
    parse_model_options(model);
    parse_vocab(model.need("vocab"));
    parse_added(root_.need("added_tokens"));
    place_tokens();
    parse_merges(model.need("merges"));
    model.finish();
    root_.expect_null("normalizer");
    root_.expect_null("truncation");
    root_.expect_null("padding");
    root_.ignore({"version", "decoder"});
    vocab_.split = parse_pretokenizer(root_.need("pre_tokenizer"), file_ + ": pre_tokenizer");
    const Json* post = root_.find("post_processor");
    root_.finish();
    const std::string end = post == nullptr ? "" : token_after_text(*post);
    if (notes != nullptr && !end.empty()) {
      notes->push_back(fmt::format(
          "{}: post_processor puts '{}' after a text; a prompt goes without, to be continued",
          file_, end));
    }
    return std::move(vocab_);
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
    if (model.has("ignore_merges")) vocab_.ignore_merges = model.boolean("ignore_merges");
  }

  void parse_vocab(const Json& vocab) {
    if (!vocab.is_object()) fail("{}: vocab is not an object", file_);
    for (const auto& item : vocab.items()) {
      const std::string where = file_ + ": vocab";
      const auto id = to_integer(item.value(), where, 0, kMaxVocab - 1);
      if (item.key().empty()) fail("{}: token {} is empty", where, id);
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
      for (const char* option : {"single_word", "lstrip", "rstrip"}) token.expect_false(option);
      token.ignore({"normalized"});  // there is no normaliser
      token.finish();
      if (content.empty()) fail("{}: token {} is empty", token.where(), id);
      const auto known = ids_.find(content);
      if (known != ids_.end() && known->second != id) {
        fail("{}: token '{}' has ids {} and {}", file_, content, known->second, id);
      }
      ids_.emplace(content, id);
      added_.emplace(id, special ? TokenKind::kControl : TokenKind::kUserDefined);
    }
  }

  /// Tokens by id: 0 to n - 1, each once.
  void place_tokens() {
    vocab_.tokens.resize(ids_.size());
    vocab_.kinds.assign(ids_.size(), TokenKind::kNormal);
    std::vector<bool> used(ids_.size(), false);
    for (const auto& [content, id] : ids_) {
      const auto index = static_cast<size_t>(id);
      if (index >= ids_.size() || used[index]) {
        fail("{}: ids are not 0 to {}, each once: '{}' has {}", file_, ids_.size() - 1, content,
             id);
      }
      used[index] = true;
      vocab_.tokens[index] = content;
      const auto added = added_.find(id);
      if (added != added_.end()) vocab_.kinds[index] = added->second;
    }
  }

  void parse_merges(const Json& merges) {
    if (!merges.is_array()) fail("{}: merges is not a list", file_);
    for (const Json& merge : merges) {
      if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string()) {
        vocab_.merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
      } else if (merge.is_string()) {
        vocab_.merges.push_back(split_merge(merge.get<std::string>(), file_));
      } else {
        fail("{}: merges: entry {} is neither text nor a pair", file_, vocab_.merges.size());
      }
    }
  }

  Fields root_;
  std::string file_;
  BpeVocab vocab_;
  std::unordered_map<std::string, int32_t> ids_;  // by content
  std::unordered_map<int32_t, TokenKind> added_;  // by id
};

}  // namespace

std::pair<std::string, std::string> split_merge(std::string_view text, const std::string& where) {
  const size_t space = text.find(' ');
  if (space == std::string_view::npos) fail("{}: merges: '{}' is no pair", where, text);
  return {std::string(text.substr(0, space)), std::string(text.substr(space + 1))};
}

Tokenizer Tokenizer::parse(const std::string& text, const std::string& file,
                           std::vector<std::string>* notes) {
  const Json json = parse_json(text, file);
  return from_vocab(Parser(json, file).parse(notes), file);
}

std::string tokenizer_json(const BpeVocab& vocab) {
  using Ordered = nlohmann::ordered_json;
  Ordered entries = Ordered::object();
  auto& list = entries.get_ref<Ordered::object_t&>();  // push_back: no search for duplicates
  Ordered added = Ordered::array();
  std::unordered_set<std::string> merged;  // what the model itself must have, added or not
  for (const auto& [left, right] : vocab.merges) merged.insert({left, right, left + right});
  for (size_t id = 0; id < vocab.tokens.size(); ++id) {
    const TokenKind kind = vocab.kinds[id];
    const std::string& token = vocab.tokens[id];
    if (kind == TokenKind::kNormal || token.size() == 1 || merged.count(token) != 0) {
      list.push_back({token, id});
    }
    if (kind != TokenKind::kNormal) {
      added.push_back({{"id", id},
                       {"content", vocab.tokens[id]},
                       {"single_word", false},
                       {"lstrip", false},
                       {"rstrip", false},
                       {"normalized", false},
                       {"special", kind != TokenKind::kUserDefined}});
    }
  }
  Ordered merges = Ordered::array();
  for (const auto& [left, right] : vocab.merges) merges.push_back(left + " " + right);
  Ordered splitter = {{"type", "ByteLevel"},
                      {"add_prefix_space", false},
                      {"trim_offsets", true},
                      {"use_regex", vocab.split == BpeVocab::Split::kGpt2}};
  if (vocab.split == BpeVocab::Split::kLlama3) {
    const Ordered split = {{"type", "Split"},
                           {"pattern", {{"Regex", Pretokenizer::llama3_pattern()}}},
                           {"behavior", "Isolated"},
                           {"invert", false}};
    splitter = {{"type", "Sequence"}, {"pretokenizers", {split, splitter}}};
  }
  const Ordered json = {{"version", "1.0"},
                        {"truncation", nullptr},
                        {"padding", nullptr},
                        {"added_tokens", added},
                        {"normalizer", nullptr},
                        {"pre_tokenizer", splitter},
                        {"post_processor", nullptr},
                        {"decoder",
                         {{"type", "ByteLevel"},
                          {"add_prefix_space", true},
                          {"trim_offsets", true},
                          {"use_regex", true}}},
                        {"model",
                         {{"type", "BPE"},
                          {"dropout", nullptr},
                          {"unk_token", nullptr},
                          {"continuing_subword_prefix", nullptr},
                          {"end_of_word_suffix", nullptr},
                          {"fuse_unk", false},
                          {"byte_fallback", false},
                          {"ignore_merges", vocab.ignore_merges},
                          {"vocab", entries},
                          {"merges", merges}}}};
  return json.dump(1) + "\n";
}

}  // namespace tercet
