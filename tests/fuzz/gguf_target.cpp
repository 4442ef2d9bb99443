// SPDX-License-Identifier: Apache-2.0
// Fuzz target: a GGUF file. It loads and runs a token, or ends in tercet::Error.
#include <string>

#include "base/error.h"
#include "model/formats/checkpoint.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tercet;
  const FileView view =
      memory_file("fuzz.gguf", std::string(reinterpret_cast<const char*>(data), size));
  try {
    Gguf file(view);
    std::vector<std::string> notes;
    const auto tokenizer = Tokenizer::from_gguf(file, notes);
    if (tokenizer.has_value()) tokenizer->decode(tokenizer->encode("he 12 \xe2\x82 \xff"));
    const Model model = load_gguf(file);
    ReferenceEngine engine;
    Session(model, engine).forward({0});
  } catch (const Error&) {
    // What bad input is meant to end in.
  }
  return 0;
}
