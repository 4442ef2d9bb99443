// SPDX-License-Identifier: Apache-2.0
// Fuzz target: a tokenizer.json. What loads gives every text back, also after it is written anew.
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "model/tokenizer/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tercet;
  const std::string json(reinterpret_cast<const char*>(data), size);
  // The end of the file is also a text that nobody chose.
  const std::string text = "he he 12 \xe2\x82 \xff" + json.substr(size - size / 8);
  try {
    const Tokenizer tokenizer = Tokenizer::parse(json, "tokenizer.json");
    const auto ids = tokenizer.encode(text);
    if (tokenizer.decode(ids) != text) std::abort();
    tokenizer.decode(tokenizer.encode(text, Specials::kParse));
    const Tokenizer copy = Tokenizer::parse(tokenizer_json(*tokenizer.bpe()), "copy");
    if (copy.encode(text) != ids) std::abort();
  } catch (const Error&) {
    // What bad input is meant to end in.
  }
  return 0;
}
