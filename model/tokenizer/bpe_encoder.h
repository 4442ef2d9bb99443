// SPDX-License-Identifier: Apache-2.0
// Byte-level BPE: words by a split pattern, merges inside of words, bytes as printable characters.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/tokenizer/tokenizer_tables.h"

namespace tercet {

/// GPT-2's printable stand-in for each byte (openai/gpt-2, encoder.py, bytes_to_unicode), as UTF-8
/// of one or two bytes.
std::array<std::string, 256> byte_alphabet();

/// Splits text into the words inside which BPE merges, by one of the two patterns in use; both
/// match every character, so words concatenate to the text.
class Pretokenizer {
 public:
  /// The pattern of GPT-2, which ByteLevel uses when use_regex is true.
  static std::string_view gpt2_pattern();
  /// The pattern of Llama 3 and BitNet b1.58 2B4T, as a Split pre-tokenizer.
  static std::string_view llama3_pattern();

  /// Compiles one of the above.
  explicit Pretokenizer(std::string_view pattern);

  /// Calls `word` for each word in order. A byte that is no UTF-8 is a word of its own.
  void split(std::string_view text, const std::function<void(std::string_view)>& word) const;

 private:
  std::shared_ptr<const void> code_;
};

class BpeEncoder : public TextEncoder {
 public:
  struct Merge {
    int32_t rank;    ///< the lower merges first
    int32_t result;  ///< id of the merged token
  };

  explicit BpeEncoder(BpeVocab::Split split);

  void encode(std::string_view text, bool first, std::vector<int32_t>& ids) const override;

  /// Key of an adjacent pair in `merges`.
  static uint64_t pair_key(int32_t left, int32_t right) {
    return static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
  }

  std::array<int32_t, 256> byte_id = {};
  std::unordered_map<uint64_t, Merge> merges;
  std::unordered_map<std::string, int32_t> word_ids;  ///< by bytes; only if merges are ignored

 private:
  void encode_word(std::string_view word, std::vector<int32_t>& out) const;

  Pretokenizer pretokenizer_;
};

}  // namespace tercet
