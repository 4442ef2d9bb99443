// SPDX-License-Identifier: Apache-2.0
// BPE encoding in O(n log n) per word, and decoding.
#include "tercet/model/tokenizer.h"

#include <functional>
#include <queue>
#include <tuple>
#include <utility>

#include "tercet/model/error.h"
#include "tokenizer_tables.h"

namespace tercet {
namespace {

using Tables = Tokenizer::Tables;

/// Merges the lowest-ranked adjacent pair, the leftmost of equals, until none is left.
void encode_word(const Tables& tables, std::string_view word, std::vector<int32_t>& out) {
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
    const auto it = tables.merges.find(Tables::pair_key(id[left], id[right]));
    if (it == tables.merges.end()) return;
    queue.emplace(it->second.rank, left, id[left], id[right], it->second.result);
  };
  for (int32_t i = 0; i < size; ++i) {
    id[i] = tables.byte_id[static_cast<uint8_t>(word[i])];
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

}  // namespace

Tokenizer::Tokenizer(std::shared_ptr<const Tables> tables) : tables_(std::move(tables)) {}

std::vector<int32_t> Tokenizer::encode(std::string_view text) const {
  if (text.size() > INT32_MAX) fail("text of {} bytes, the limit is {}", text.size(), INT32_MAX);
  std::vector<int32_t> ids;
  std::unordered_map<std::string_view, std::pair<size_t, size_t>> seen;  // where its ids are in ids
  tables_->pretokenizer.split(text, [&](std::string_view word) {
    const auto [it, fresh] = seen.try_emplace(word, ids.size(), 0);
    if (!fresh) {
      const auto [begin, count] = it->second;
      for (size_t i = 0; i < count; ++i) ids.push_back(ids[begin + i]);
      return;
    }
    const auto whole = tables_->word_ids.find(std::string(word));
    if (whole != tables_->word_ids.end()) {
      ids.push_back(whole->second);
    } else {
      encode_word(*tables_, word, ids);
    }
    it->second.second = ids.size() - it->second.first;
  });
  return ids;
}

std::string Tokenizer::decode(const std::vector<int32_t>& ids) const {
  std::string text;
  for (const int32_t id : ids) text += token_bytes(id);
  return text;
}

const std::string& Tokenizer::token_bytes(int32_t id) const {
  if (id < 0 || id >= vocab_size())
    fail("token {} is not in the vocabulary of {}", id, vocab_size());
  return tables_->bytes[static_cast<size_t>(id)];
}

int64_t Tokenizer::vocab_size() const { return static_cast<int64_t>(tables_->bytes.size()); }

bool Tokenizer::is_special(int32_t id) const {
  return id >= 0 && id < vocab_size() && tables_->special[static_cast<size_t>(id)];
}

std::optional<int32_t> Tokenizer::special_id(const std::string& content) const {
  const auto it = tables_->special_ids.find(content);
  if (it == tables_->special_ids.end()) return std::nullopt;
  return it->second;
}

}  // namespace tercet
