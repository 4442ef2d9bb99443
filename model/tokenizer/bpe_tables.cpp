// SPDX-License-Identifier: Apache-2.0
// A byte-level vocabulary into a tokenizer, whatever file it came from.
#include <utility>

#include "base/error.h"
#include "model/tokenizer/bpe_encoder.h"
#include "model/tokenizer/byte_alphabet.h"

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
