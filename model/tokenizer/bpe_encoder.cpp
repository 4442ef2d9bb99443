// SPDX-License-Identifier: Apache-2.0
// Words by PCRE2, for the Unicode classes \p{L} and \p{N}; merges in O(n log n) a word; and a
// vocabulary into a tokenizer, whatever file it came from.
#define PCRE2_CODE_UNIT_WIDTH 8  // which of its three libraries pcre2.h declares
#include "model/tokenizer/bpe_encoder.h"

#include <pcre2.h>

#include <queue>
#include <tuple>
#include <utility>

#include "base/error.h"
#include "base/utf8.h"

namespace tercet {
namespace {

/// The bytes of a token that is written in the byte alphabet.
class AlphabetDecoder {
 public:
  AlphabetDecoder() {
    const auto alphabet = byte_alphabet();
    for (size_t i = 0; i < 256; ++i) byte_of_.emplace(alphabet[i], static_cast<char>(i));
  }
  bool is_letter(const std::string& text) const { return byte_of_.count(text) != 0; }
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

using TokenIds = std::unordered_map<std::string_view, int32_t>;  // by content

/// Fills what decoding and the search for added tokens need; returns the ids by content.
TokenIds add_tokens(const BpeVocab& vocab, const std::string& where, Tokenizer::Tables& tables,
                    BpeEncoder& encoder) {
  const AlphabetDecoder alphabet;
  const size_t size = vocab.tokens.size();
  TokenIds ids;
  tables.bytes.resize(size);
  tables.special.assign(size, false);
  encoder.byte_id.fill(-1);
  for (size_t i = 0; i < size; ++i) {
    const std::string& content = vocab.tokens[i];
    const auto id = static_cast<int32_t>(i);
    const auto [it, fresh] = ids.emplace(content, id);
    if (!fresh) fail("{}: token '{}' has ids {} and {}", where, content, it->second, id);
    if (vocab.kinds[i] == TokenKind::kControl) {
      tables.special[i] = true;
      tables.special_ids.emplace(content, id);
      tables.on_request.add(content, id);
    } else if (vocab.kinds[i] == TokenKind::kUserDefined) {
      // Merges may begin at a byte's token that is also found first.
      const bool letter = content.size() == 1 && alphabet.is_letter(content);
      if (letter) encoder.byte_id[static_cast<uint8_t>(content[0])] = id;
      tables.bytes[i] = content;
      tables.always.add(content, id);
      tables.on_request.add(content, id);
    } else if (vocab.kinds[i] == TokenKind::kNormal) {
      std::string bytes = alphabet.decode(content, where);
      if (bytes.size() == 1) encoder.byte_id[static_cast<uint8_t>(bytes[0])] = id;
      if (vocab.ignore_merges) encoder.word_ids.emplace(bytes, id);
      tables.bytes[i] = std::move(bytes);
    }
  }
  for (size_t byte = 0; byte < 256; ++byte) {
    if (encoder.byte_id[byte] < 0) fail("{}: no token for byte {:#04x}", where, byte);
  }
  return ids;
}

int32_t merge_id(const TokenIds& ids, const std::string& token, const std::string& where) {
  const auto it = ids.find(token);
  if (it == ids.end()) fail("{}: merges: '{}' is not in the vocabulary", where, token);
  return it->second;
}

}  // namespace

std::array<std::string, 256> byte_alphabet() {
  std::array<std::string, 256> alphabet;
  uint32_t spare = 256;  // bytes that do not print take U+0100, U+0101, ... in order
  for (uint32_t byte = 0; byte < 256; ++byte) {
    const bool prints = (byte >= 33 && byte <= 126) || (byte >= 161 && byte != 173);
    const uint32_t c = prints ? byte : spare++;
    if (c < 0x80) {
      alphabet[byte] = {static_cast<char>(c)};
    } else {
      alphabet[byte] = {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 0x3f))};
    }
  }
  return alphabet;
}

std::string_view Pretokenizer::gpt2_pattern() {
  return R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
}

std::string_view Pretokenizer::llama3_pattern() {
  return R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
         R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
}

Pretokenizer::Pretokenizer(std::string_view pattern) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                   PCRE2_UTF | PCRE2_UCP, &error, &offset, nullptr);
  if (code == nullptr) fail("split pattern: PCRE2 error {} at {}", error, offset);
  code_ = std::shared_ptr<const void>(code, [code](const void*) { pcre2_code_free(code); });
}

void Pretokenizer::split(std::string_view text,
                         const std::function<void(std::string_view)>& word) const {
  const auto* code = static_cast<const pcre2_code*>(code_.get());
  const std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)> match(
      pcre2_match_data_create_from_pattern(code, nullptr), pcre2_match_data_free);
  while (!text.empty()) {
    size_t valid = utf8_prefix(text);
    for (size_t begin = 0; begin < valid;) {
      const int found = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), valid, begin,
                                    PCRE2_ANCHORED | PCRE2_NO_UTF_CHECK, match.get(), nullptr);
      const size_t end = found > 0 ? pcre2_get_ovector_pointer(match.get())[1] : 0;
      if (end <= begin) fail("split pattern: PCRE2 error {} at byte {}", found, begin);
      word(text.substr(begin, end - begin));
      begin = end;
    }
    if (valid < text.size()) word(text.substr(valid++, 1));
    text.remove_prefix(valid);
  }
}

BpeEncoder::BpeEncoder(BpeVocab::Split split)
    : pretokenizer_(split == BpeVocab::Split::kGpt2 ? Pretokenizer::gpt2_pattern()
                                                    : Pretokenizer::llama3_pattern()) {}

void BpeEncoder::encode(std::string_view text, bool, std::vector<int32_t>& ids) const {
  std::unordered_map<std::string_view, std::pair<size_t, size_t>> seen;  // where its ids are in ids
  pretokenizer_.split(text, [&](std::string_view word) {
    const auto [it, fresh] = seen.try_emplace(word, ids.size(), 0);
    if (!fresh) {
      const auto [begin, count] = it->second;
      for (size_t i = 0; i < count; ++i) ids.push_back(ids[begin + i]);
      return;
    }
    const auto whole = word_ids.find(std::string(word));
    if (whole != word_ids.end()) {
      ids.push_back(whole->second);
    } else {
      encode_word(word, ids);
    }
    it->second.second = ids.size() - it->second.first;
  });
}

/// Merges the lowest-ranked adjacent pair, the leftmost of equals, until none is left.
void BpeEncoder::encode_word(std::string_view word, std::vector<int32_t>& out) const {
  // Symbols form a list by index; a merged symbol keeps the left index, the right one dies (-1).
  const auto size = static_cast<int32_t>(word.size());
  std::vector<int32_t> id(word.size());
  std::vector<int32_t> next(word.size());
  std::vector<int32_t> previous(word.size());
  using Candidate = std::tuple<int32_t, int32_t, int32_t, int32_t, int32_t>;  // see push
  std::priority_queue<Candidate, std::vector<Candidate>, std::greater<>> queue;
  const auto push = [&](int32_t left) {
    if (left < 0 || next[left] >= size) return;
    const int32_t right = next[left];
    const auto it = merges.find(pair_key(id[left], id[right]));
    if (it == merges.end()) return;
    queue.emplace(it->second.rank, left, id[left], id[right], it->second.result);
  };
  for (int32_t i = 0; i < size; ++i) {
    id[i] = byte_id[static_cast<uint8_t>(word[i])];
    next[i] = i + 1;
    previous[i] = i - 1;
  }
  for (int32_t i = 0; i < size; ++i) push(i);
  while (!queue.empty()) {
    const auto [rank, left, left_id, right_id, result] = queue.top();
    queue.pop();
    if (id[left] != left_id) continue;  // merged meanwhile
    const int32_t right = next[left];
    if (right >= size || id[right] != right_id) continue;
    id[left] = result;
    id[right] = -1;
    next[left] = next[right];
    if (next[left] < size) previous[next[left]] = left;
    push(previous[left]);
    push(left);
  }
  for (int32_t i = 0; i < size; i = next[i]) out.push_back(id[i]);
}

Tokenizer Tokenizer::from_vocab(BpeVocab vocab, const std::string& where) {
  auto tables = std::make_shared<Tables>();
  auto encoder = std::make_unique<BpeEncoder>(vocab.split);
  tables->vocab = std::move(vocab);
  const BpeVocab& kept = std::get<BpeVocab>(tables->vocab);
  const TokenIds ids = add_tokens(kept, where, *tables, *encoder);
  int32_t rank = 0;
  for (const auto& [left, right] : kept.merges) {
    const int32_t result = merge_id(ids, left + right, where);
    const uint64_t key =
        BpeEncoder::pair_key(merge_id(ids, left, where), merge_id(ids, right, where));
    encoder->merges.emplace(key, BpeEncoder::Merge{rank++, result});  // a repeated pair: its first
  }
  tables->encoder = std::move(encoder);
  return Tokenizer(std::move(tables));
}

}  // namespace tercet
