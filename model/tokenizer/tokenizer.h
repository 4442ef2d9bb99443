// SPDX-License-Identifier: Apache-2.0
// Tokenizers: byte-level BPE (tokenizer.json, GGUF) and SentencePiece models.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/formats/gguf.h"
#include "model/tokenizer/vocabulary.h"

namespace tercet {

/// Whether special tokens written out in a text are those tokens or only text.
enum class Specials { kAsText, kParse };

/// Encodes any bytes and decodes them back exactly (SentencePiece: as far as its model's
/// normalisation keeps them). Immutable; a copy is cheap.
class Tokenizer {
 public:
  /// Loads a tokenizer.json or a SentencePiece model (*.model), or one of a folder's, the latter
  /// first; with it, tokens of an added_tokens.json beside it. Throws Error if it is none of them.
  /// A sentence on what the file asks for and a prompt does without is added to `notes`.
  static Tokenizer load(const std::filesystem::path& path,
                        std::vector<std::string>* notes = nullptr);
  /// A tokenizer.json's text; `file` names it in errors.
  static Tokenizer parse(const std::string& text, const std::string& file,
                         std::vector<std::string>* notes = nullptr);
  /// The tokenizer in GGUF metadata: byte-level BPE ("gpt2") or SentencePiece ("llama"); nullopt if
  /// there is none. A sentence on what the file leaves open, or a prompt does without, is added to
  /// `notes`.
  static std::optional<Tokenizer> from_gguf(const Gguf& file, std::vector<std::string>& notes);
  /// Throws Error, prefixed with `where`, if tokens are not distinct or do not spell every byte, or
  /// a merge is of unknown tokens.
  static Tokenizer from_vocab(BpeVocab vocab, const std::string& where);
  /// A SentencePiece model's bytes.
  static Tokenizer from_sentencepiece(std::string proto, const std::string& where);

  /// Token ids of `text`. Bytes that are no UTF-8 are encoded one by one, so decode gives them
  /// back. By default special tokens are not looked for: text cannot smuggle them in.
  std::vector<int32_t> encode(std::string_view text, Specials specials = Specials::kAsText) const;

  /// The bytes of `ids`; special tokens give nothing. Throws Error on an unknown id.
  std::string decode(const std::vector<int32_t>& ids) const;

  /// The bytes of one token (empty for a special one). Throws Error on an unknown id.
  const std::string& token_bytes(int32_t id) const;

  /// One more than the largest id.
  int64_t vocab_size() const;
  bool is_special(int32_t id) const;
  /// The id of a special token by its content, such as "<|end_of_text|>".
  std::optional<int32_t> special_id(const std::string& content) const;

  /// What the tokenizer was made from; exactly one is not null.
  const BpeVocab* bpe() const;
  const PieceVocab* pieces() const;
  /// "byte-level BPE" or "SentencePiece".
  const char* kind() const;

  struct Tables;

 private:
  explicit Tokenizer(std::shared_ptr<const Tables> tables);
  std::shared_ptr<const Tables> tables_;
};

/// The text of a tokenizer.json that parse() reads back to the same vocabulary.
std::string tokenizer_json(const BpeVocab& vocab);

/// Turns tokens into text as they come: bytes of an unfinished UTF-8 character are held back.
class StreamDecoder {
 public:
  explicit StreamDecoder(const Tokenizer& tokenizer) : tokenizer_(tokenizer) {}

  /// Appends a token; returns the bytes that can be shown now.
  std::string push(int32_t id);
  /// What is still held back (an unfinished character), as it is.
  std::string flush();

 private:
  Tokenizer tokenizer_;
  std::string pending_;
};

}  // namespace tercet
