// SPDX-License-Identifier: Apache-2.0
// Finding added tokens in text.
#include <algorithm>
#include <functional>

#include "model/tokenizer/tokenizer_tables.h"

namespace tercet {

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

}  // namespace tercet
