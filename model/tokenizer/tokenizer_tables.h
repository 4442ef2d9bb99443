// SPDX-License-Identifier: Apache-2.0
// What a tokenizer holds, whatever it was made from.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "model/tokenizer/tokenizer.h"

namespace tercet {

/// Encodes text without special tokens.
class TextEncoder {
 public:
  virtual ~TextEncoder() = default;
  /// Appends the ids of `text`; `first`: it is the beginning of the whole text.
  virtual void encode(std::string_view text, bool first, std::vector<int32_t>& ids) const = 0;
};

/// Tokens that are found in text as they are, the longest of those that begin at the same place.
class AddedTokens {
 public:
  struct Match {
    size_t begin;
    size_t length;
    int32_t id;
  };

  void add(const std::string& content, int32_t id);
  bool empty() const { return tokens_.empty(); }
  /// The first match at or after `from`; length 0: there is none.
  Match find(std::string_view text, size_t from) const;

 private:
  std::unordered_map<std::string, int32_t> tokens_;
  std::vector<size_t> lengths_[256];  // by first byte: lengths that occur, the longest first
};

struct Tokenizer::Tables {
  std::variant<BpeVocab, PieceVocab> vocab;
  std::vector<std::string> bytes;  ///< by id; special tokens are empty
  std::vector<bool> special;       ///< by id
  std::unordered_map<std::string, int32_t> special_ids;
  AddedTokens always;              ///< found in every text
  AddedTokens on_request;          ///< the same, and special tokens
  bool drops_first_space = false;  ///< encoding put a space before the text
  std::unique_ptr<const TextEncoder> encoder;
};

}  // namespace tercet
