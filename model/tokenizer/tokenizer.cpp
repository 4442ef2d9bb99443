// SPDX-License-Identifier: Apache-2.0
// What all tokenizers share: added tokens around the text encoder, and decoding.
#include "model/tokenizer/tokenizer.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/error.h"
#include "base/input.h"
#include "base/utf8.h"
#include "model/tokenizer/piece_proto.h"
#include "model/tokenizer/tokenizer_tables.h"

namespace tercet {
namespace {

constexpr int64_t kMaxFileBytes = int64_t{1} << 28;

}  // namespace

void AddedTokens::add(const std::string& content, int32_t id) {
  if (content.empty() || !tokens_.emplace(content, id).second) return;
  std::vector<size_t>& lengths = lengths_[static_cast<uint8_t>(content[0])];
  const auto place =
      std::lower_bound(lengths.begin(), lengths.end(), content.size(), std::greater<>());
  if (place == lengths.end() || *place != content.size()) lengths.insert(place, content.size());
}

AddedTokens::Match AddedTokens::find(std::string_view text, size_t from) const {
  for (size_t begin = from; begin < text.size(); ++begin) {
    for (const size_t length : lengths_[static_cast<uint8_t>(text[begin])]) {
      if (length > text.size() - begin) continue;
      const auto it = tokens_.find(std::string(text.substr(begin, length)));
      if (it != tokens_.end()) return {begin, length, it->second};
    }
  }
  return {text.size(), 0, -1};
}

Tokenizer::Tokenizer(std::shared_ptr<const Tables> tables) : tables_(std::move(tables)) {}

Tokenizer Tokenizer::load(const std::filesystem::path& path, std::vector<std::string>* notes) {
  std::filesystem::path file = path;
  std::error_code missing;
  if (std::filesystem::is_directory(path, missing)) {
    file = path / "tokenizer.model";
    if (!std::filesystem::exists(file, missing)) file = path / "tokenizer.json";
  }
  std::string content = read_text(file, kMaxFileBytes);
  if (file.extension() != ".model") return parse(content, file.string(), notes);
  return from_sentencepiece(with_added_pieces(std::move(content), file), file.string());
}

std::vector<int32_t> Tokenizer::encode(std::string_view text, Specials specials) const {
  if (text.size() > INT32_MAX) fail("text of {} bytes, the limit is {}", text.size(), INT32_MAX);
  const AddedTokens& added = specials == Specials::kParse ? tables_->on_request : tables_->always;
  std::vector<int32_t> ids;
  size_t done = 0;
  while (done < text.size()) {
    const AddedTokens::Match match =
        added.empty() ? AddedTokens::Match{text.size(), 0, -1} : added.find(text, done);
    if (match.begin > done) {
      tables_->encoder->encode(text.substr(done, match.begin - done), done == 0, ids);
    }
    if (match.length > 0) ids.push_back(match.id);
    done = match.begin + match.length;
  }
  return ids;
}

std::string Tokenizer::decode(const std::vector<int32_t>& ids) const {
  std::string text;
  for (const int32_t id : ids) text += token_bytes(id);
  if (tables_->drops_first_space && !text.empty() && text[0] == ' ') text.erase(0, 1);
  return text;
}

const std::string& Tokenizer::token_bytes(int32_t id) const {
  if (id < 0 || id >= vocab_size())
    fail("token {} is not in the vocabulary of {}", id, vocab_size());
  return tables_->bytes[static_cast<size_t>(id)];
}

int64_t Tokenizer::vocab_size() const { return static_cast<int64_t>(tables_->bytes.size()); }

bool Tokenizer::is_special(int32_t id) const {
  return id >= 0 && id < vocab_size() && tables_->special[static_cast<size_t>(id)];
}

std::optional<int32_t> Tokenizer::special_id(const std::string& content) const {
  const auto it = tables_->special_ids.find(content);
  if (it == tables_->special_ids.end()) return std::nullopt;
  return it->second;
}

const BpeVocab* Tokenizer::bpe() const { return std::get_if<BpeVocab>(&tables_->vocab); }
const PieceVocab* Tokenizer::pieces() const { return std::get_if<PieceVocab>(&tables_->vocab); }
const char* Tokenizer::kind() const {
  return bpe() != nullptr ? "byte-level BPE" : "SentencePiece";
}

std::string StreamDecoder::push(int32_t id) {
  pending_ += tokenizer_.token_bytes(id);
  size_t ready = 0;
  while (ready < pending_.size()) {
    const Utf8Char front = utf8_front(std::string_view(pending_).substr(ready));
    if (front.partial) break;
    ready += front.length > 0 ? front.length : 1;  // a byte that is no UTF-8 goes out as it is
  }
  std::string text = pending_.substr(0, ready);
  pending_.erase(0, ready);
  return text;
}

std::string StreamDecoder::flush() { return std::exchange(pending_, {}); }

}  // namespace tercet
