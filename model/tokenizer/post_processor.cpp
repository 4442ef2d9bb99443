// SPDX-License-Identifier: Apache-2.0
// Post-processors of huggingface/tokenizers, as far as they end a text.
#include "model/tokenizer/post_processor.h"

#include <vector>

namespace tercet {
namespace {

const Json& field(const Json& object, const char* key) {
  static const Json kNone;
  const auto it = object.find(key);  // end() if it is no object
  return it == object.end() ? kNone : *it;
}

std::string text_of(const Json& value) { return value.is_string() ? value.get<std::string>() : ""; }

/// Of one processor that is no Sequence of them.
std::string token_of(const Json& processor) {
  const std::string type = text_of(field(processor, "type"));
  if (type == "BertProcessing" || type == "RobertaProcessing") {
    const Json& sep = field(processor, "sep");  // [text, id]
    return sep.is_array() && !sep.empty() ? text_of(sep[0]) : "";
  }
  if (type != "TemplateProcessing") return "";
  bool after = false;
  for (const Json& part : field(processor, "single")) {
    if (after && part.contains("SpecialToken")) return text_of(field(part["SpecialToken"], "id"));
    after |= part.contains("Sequence");
  }
  return "";
}

}  // namespace

std::string token_after_text(const Json& post_processor) {
  if (text_of(field(post_processor, "type")) != "Sequence") return token_of(post_processor);
  for (const Json& processor : field(post_processor, "processors")) {
    std::string token = token_of(processor);
    if (!token.empty()) return token;
  }
  return "";
}

}  // namespace tercet
