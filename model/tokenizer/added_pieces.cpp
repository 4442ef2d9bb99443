// SPDX-License-Identifier: Apache-2.0
// added_tokens.json {"content": id} and special_tokens_map.json, as older transformers write them.
#include "model/tokenizer/added_pieces.h"

#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "base/input.h"
#include "base/json.h"
#include "model/config.h"
#include "model/tokenizer/piece_proto.h"

namespace tercet {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMaxFileBytes = int64_t{1} << 26;

/// A text, or an object with a "content".
void add_special(const Json& value, std::set<std::string>& contents) {
  const auto content = value.find("content");  // end() if it is no object
  const Json& text = content == value.end() ? value : *content;
  if (text.is_string()) contents.insert(text.get<std::string>());
}

std::set<std::string> special_contents(const fs::path& file) {
  std::set<std::string> contents;
  std::error_code missing;
  if (!fs::exists(file, missing)) return contents;
  const Json json = parse_json(read_text(file, kMaxFileBytes), file.string());
  for (const Json& value : json) {
    add_special(value, contents);
    if (!value.is_array()) continue;
    for (const Json& entry : value) add_special(entry, contents);
  }
  return contents;
}

/// What `file` adds to `vocab`, by id.
std::map<int64_t, std::string> read_added(const fs::path& file, const PieceVocab& vocab) {
  std::unordered_map<std::string, int64_t> known;
  for (size_t i = 0; i < vocab.tokens.size(); ++i) {
    known.emplace(vocab.tokens[i], static_cast<int64_t>(i));
  }
  const Json json = parse_json(read_text(file, kMaxFileBytes), file.string());
  if (!json.is_object()) fail("{}: expected an object, found {}", file.string(), json.type_name());
  std::map<int64_t, std::string> added;
  for (const auto& item : json.items()) {
    const std::string where = fmt::format("{}: '{}'", file.string(), item.key());
    if (item.key().empty()) fail("{}: a token without content", file.string());
    const int64_t id = to_integer(item.value(), where, 0, kMaxVocab - 1);
    const auto piece = known.find(piece_of(item.key()));
    if (piece != known.end() && piece->second != id) {
      fail("{} has id {}, the model's piece {}", where, id, piece->second);
    }
    if (piece == known.end() && !added.emplace(id, item.key()).second) {
      fail("{} and '{}' have id {}", where, added[id], id);
    }
  }
  return added;
}

}  // namespace

std::string with_added_pieces(std::string proto, const fs::path& file) {
  const fs::path list = file.parent_path() / "added_tokens.json";
  std::error_code missing;
  if (!fs::exists(list, missing)) return proto;
  const PieceVocab vocab = parse_pieces(proto, file.string());
  const std::set<std::string> special =
      special_contents(file.parent_path() / "special_tokens_map.json");
  auto next = static_cast<int64_t>(vocab.tokens.size());
  for (const auto& [id, content] : read_added(list, vocab)) {
    if (id != next) {
      fail("{}: '{}' has id {}, the next after those before it is {}", list.string(), content, id,
           next);
    }
    const bool is_special = special.count(content) != 0;
    append_piece(proto, is_special ? content : piece_of(content), 0.0f,
                 is_special ? TokenKind::kControl : TokenKind::kUserDefined);
    ++next;
  }
  return proto;
}

}  // namespace tercet
