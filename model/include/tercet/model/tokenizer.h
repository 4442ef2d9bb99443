// SPDX-License-Identifier: Apache-2.0
// Byte-level BPE in the Hugging Face tokenizer.json form.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tercet {

/// Encodes any bytes and decodes them back exactly. Immutable; a copy is cheap.
class Tokenizer {
 public:
  /// Loads a tokenizer.json, or the one in a folder. Throws Error if it is not byte-level BPE.
  static Tokenizer load(const std::filesystem::path& path);
  /// The same from text; `file` names it in errors.
  static Tokenizer parse(const std::string& text, const std::string& file);

  /// Token ids of `text`. Bytes that are no UTF-8 are encoded one by one, so decode gives them
  /// back. Special tokens are not looked for: text cannot smuggle them in.
  std::vector<int32_t> encode(std::string_view text) const;

  /// The bytes of `ids`; special tokens give nothing. Throws Error on an unknown id.
  std::string decode(const std::vector<int32_t>& ids) const;

  /// The bytes of one token (empty for a special one). Throws Error on an unknown id.
  const std::string& token_bytes(int32_t id) const;

  /// One more than the largest id.
  int64_t vocab_size() const;
  bool is_special(int32_t id) const;
  /// The id of a special token by its content, such as "<|end_of_text|>".
  std::optional<int32_t> special_id(const std::string& content) const;

  struct Tables;

 private:
  explicit Tokenizer(std::shared_ptr<const Tables> tables);
  std::shared_ptr<const Tables> tables_;
};

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
