// SPDX-License-Identifier: Apache-2.0
// SentencePiece models, encoded by Google's library; and the tokens of added_tokens.json
// {"content": id} and special_tokens_map.json beside them, as older transformers write them.
#include <sentencepiece_processor.h>

#include <array>
#include <charconv>
#include <map>
#include <set>
#include <unordered_map>
#include <utility>

#include "base/error.h"
#include "base/input.h"
#include "base/json.h"
#include "base/utf8.h"
#include "model/config.h"
#include "model/tokenizer/piece_proto.h"
#include "model/tokenizer/tokenizer_tables.h"

namespace tercet {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMaxFileBytes = int64_t{1} << 26;
constexpr std::string_view kSpace = "\xe2\x96\x81";  // U+2581, which stands for a space

class SentencePieceEncoder : public TextEncoder {
 public:
  /// `prefix`: a space goes before the text.
  SentencePieceEncoder(const std::string& proto, const std::string& where, bool prefix)
      : prefix_(prefix) {
    const auto status = processor_.LoadFromSerializedProto(proto);
    if (!status.ok()) fail("{}: {}", where, status.ToString());
    byte_id.fill(processor_.unk_id());
  }

  /// The library replaces bytes that are no UTF-8; here each is a token, if there are byte tokens.
  void encode(std::string_view text, bool first, std::vector<int32_t>& ids) const override {
    while (!text.empty()) {
      size_t valid = utf8_prefix(text);
      if (valid > 0 || first) encode_valid(text.substr(0, valid), first, ids);
      first = false;
      if (valid < text.size()) ids.push_back(byte_id[static_cast<uint8_t>(text[valid++])]);
      text.remove_prefix(valid);
    }
  }

  std::array<int32_t, 256> byte_id = {};

 private:
  void encode_valid(std::string_view text, bool first, std::vector<int32_t>& ids) const {
    std::string input = first && prefix_ ? " " : "";
    input += text;
    std::vector<int> part;
    const auto status = processor_.Encode(input, &part);
    if (!status.ok()) fail("SentencePiece: {}", status.ToString());
    ids.insert(ids.end(), part.begin(), part.end());
  }

  sentencepiece::SentencePieceProcessor processor_;
  bool prefix_;
};

/// The bytes of a piece as text.
std::string piece_text(const std::string& piece) {
  std::string text;
  for (size_t i = 0; i < piece.size();) {
    const bool space = piece.compare(i, kSpace.size(), kSpace) == 0;
    text += space ? ' ' : piece[i];
    i += space ? kSpace.size() : 1;
  }
  return text;
}

/// The byte of a piece "<0x41>".
uint8_t piece_byte(const std::string& piece, const std::string& where) {
  unsigned value = 256;
  if (piece.size() == 6 && piece.compare(0, 3, "<0x") == 0 && piece[5] == '>') {
    std::from_chars(piece.data() + 3, piece.data() + 5, value, 16);
  }
  if (value > 255) fail("{}: byte piece '{}' is not of the form <0x41>", where, piece);
  return static_cast<uint8_t>(value);
}

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

Tokenizer Tokenizer::from_sentencepiece(std::string proto, const std::string& where) {
  auto tables = std::make_shared<Tables>();
  tables->vocab = parse_pieces(std::move(proto), where);
  const PieceVocab& vocab = std::get<PieceVocab>(tables->vocab);
  // Text after a special token, or after a byte that is no UTF-8, takes no space before it: so the
  // library is told to add none. With remove_extra that would strip ours, and text is not kept
  // anyway.
  const bool own_prefix = vocab.dummy_prefix && !vocab.remove_extra;
  auto encoder = std::make_unique<SentencePieceEncoder>(
      own_prefix ? without_prefix(vocab.proto) : vocab.proto, where, own_prefix);
  tables->drops_first_space = vocab.dummy_prefix;
  tables->special.assign(vocab.tokens.size(), false);
  for (size_t i = 0; i < vocab.tokens.size(); ++i) {
    const std::string& piece = vocab.tokens[i];
    const auto id = static_cast<int32_t>(i);
    std::string bytes;
    if (vocab.kinds[i] == TokenKind::kControl) {
      tables->special[i] = true;
      tables->special_ids.emplace(piece, id);
      tables->on_request.add(piece, id);
    } else if (vocab.kinds[i] == TokenKind::kByte) {
      const uint8_t byte = piece_byte(piece, where);
      encoder->byte_id[byte] = id;
      bytes = static_cast<char>(byte);
    } else if (vocab.kinds[i] == TokenKind::kUnknown) {
      bytes = " \xe2\x81\x87 ";  // U+2047, as the library shows it
    } else {
      bytes = piece_text(piece);
    }
    tables->bytes.push_back(std::move(bytes));
  }
  tables->encoder = std::move(encoder);
  return Tokenizer(std::move(tables));
}

}  // namespace tercet
