// SPDX-License-Identifier: Apache-2.0
// Pre-tokenisation with PCRE2, for the Unicode classes \p{L} and \p{N}.
#define PCRE2_CODE_UNIT_WIDTH 8  // which of its three libraries pcre2.h declares
#include "model/tokenizer/pretokenizer.h"

#include <pcre2.h>

#include "base/error.h"
#include "base/utf8.h"

namespace tercet {

std::string_view Pretokenizer::gpt2_pattern() {
  return R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
}

std::string_view Pretokenizer::llama3_pattern() {
  return R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
         R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
}

Pretokenizer::Pretokenizer(std::string_view pattern) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                                   PCRE2_UTF | PCRE2_UCP, &error, &offset, nullptr);
  if (code == nullptr) fail("split pattern: PCRE2 error {} at {}", error, offset);
  code_ = std::shared_ptr<const void>(code, [code](const void*) { pcre2_code_free(code); });
}

void Pretokenizer::split(std::string_view text,
                         const std::function<void(std::string_view)>& word) const {
  const auto* code = static_cast<const pcre2_code*>(code_.get());
  const std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)> match(
      pcre2_match_data_create_from_pattern(code, nullptr), pcre2_match_data_free);
  while (!text.empty()) {
    size_t valid = 0;
    while (valid < text.size()) {
      const size_t length = utf8_front(text.substr(valid)).length;
      if (length == 0) break;
      valid += length;
    }
    for (size_t begin = 0; begin < valid;) {
      const int found = pcre2_match(code, reinterpret_cast<PCRE2_SPTR>(text.data()), valid, begin,
                                    PCRE2_ANCHORED | PCRE2_NO_UTF_CHECK, match.get(), nullptr);
      const size_t end = found > 0 ? pcre2_get_ovector_pointer(match.get())[1] : 0;
      if (end <= begin) fail("split pattern: PCRE2 error {} at byte {}", found, begin);
      word(text.substr(begin, end - begin));
      begin = end;
    }
    if (valid < text.size()) word(text.substr(valid++, 1));
    text.remove_prefix(valid);
  }
}

}  // namespace tercet
