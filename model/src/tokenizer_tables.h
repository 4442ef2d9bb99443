// SPDX-License-Identifier: Apache-2.0
// What a parsed tokenizer.json holds.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pretokenizer.h"
#include "tercet/model/tokenizer.h"

namespace tercet {

struct Tokenizer::Tables {
  struct Merge {
    int32_t rank;    ///< the lower merges first
    int32_t result;  ///< id of the merged token
  };

  /// Key of an adjacent pair in `merges`.
  static uint64_t pair_key(int32_t left, int32_t right) {
    return static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
  }

  Pretokenizer pretokenizer;
  bool ignore_merges = false;  ///< a word that is a token is taken whole, whatever the merges say
  std::vector<std::string> bytes;  ///< by id; special tokens are empty
  std::vector<bool> special;       ///< by id
  std::array<int32_t, 256> byte_id = {};
  std::unordered_map<uint64_t, Merge> merges;
  std::unordered_map<std::string, int32_t> word_ids;  ///< by bytes; only if ignore_merges
  std::unordered_map<std::string, int32_t> special_ids;
};

}  // namespace tercet
