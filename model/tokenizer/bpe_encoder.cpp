// SPDX-License-Identifier: Apache-2.0
// BPE encoding in O(n log n) per word.
#include "model/tokenizer/bpe_encoder.h"

#include <functional>
#include <queue>
#include <tuple>
#include <utility>

namespace tercet {

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

}  // namespace tercet
