// SPDX-License-Identifier: Apache-2.0
// Decoding token by token.
#include <utility>

#include "base/utf8.h"
#include "model/tokenizer/tokenizer.h"

namespace tercet {

std::string StreamDecoder::push(int32_t id) {
  pending_ += tokenizer_.token_bytes(id);
  size_t ready = 0;
  while (ready < pending_.size()) {
    const Utf8Char front = utf8_front(std::string_view(pending_).substr(ready));
    if (front.partial) break;
    ready += front.length > 0 ? front.length : 1;  // a byte that is no UTF-8 goes out as it is
  }
  std::string text = pending_.substr(0, ready);
  pending_.erase(0, ready);
  return text;
}

std::string StreamDecoder::flush() { return std::exchange(pending_, {}); }

}  // namespace tercet
