// SPDX-License-Identifier: Apache-2.0
// Byte-level BPE: words by a split pattern, merges inside of words.
#pragma once

#include <array>
#include <string>
#include <unordered_map>
#include <vector>

#include "model/tokenizer/pretokenizer.h"
#include "model/tokenizer/tokenizer_tables.h"

namespace tercet {

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
