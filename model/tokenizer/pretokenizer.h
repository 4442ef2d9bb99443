// SPDX-License-Identifier: Apache-2.0
// Splits text into the words inside which BPE merges.
#pragma once

#include <functional>
#include <memory>
#include <string_view>

namespace tercet {

/// One of the two split patterns in use; both match every character, so words concatenate to the
/// text.
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

}  // namespace tercet
