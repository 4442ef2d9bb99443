// SPDX-License-Identifier: Apache-2.0
// Runs a checkpoint and writes the int8 activations that one BitLinear was given, token by token:
// operands for scripts/characterise.py.
//
//   capture_activations MODEL TENSOR OUT [TOKENS] [PROMPT]
//
// The text is that of scripts/run: the same prompt, sampler and seed. OUT: a line of JSON (model,
// tensor, prompt, tokens, inputs), then int8 [tokens][inputs].
#include <fmt/core.h>

#include <exception>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/engine.h"
#include "model/formats/checkpoint.h"
#include "model/sampler.h"
#include "model/tokenizer/tokenizer.h"
#include "model/transformer.h"

namespace tercet {
namespace {

/// The reference, which also keeps the activations of one matrix.
class Recorder : public ReferenceEngine {
 public:
  explicit Recorder(std::string tensor) : tensor_(std::move(tensor)) {}

  void matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) override {
    ReferenceEngine::matmul(w, q, m, acc);
    if (w.name() != tensor_) return;
    inputs_ = w.k();
    activations_.insert(activations_.end(), q, q + m * w.k());
  }

  int64_t inputs() const { return inputs_; }
  int64_t tokens() const {
    return inputs_ == 0 ? 0 : static_cast<int64_t>(activations_.size()) / inputs_;
  }
  const std::vector<int8_t>& activations() const { return activations_; }

 private:
  std::string tensor_;
  int64_t inputs_ = 0;
  std::vector<int8_t> activations_;
};

void capture(const std::string& folder, const std::string& tensor, const std::string& out,
             int64_t tokens, const std::string& prompt) {
  const Model model = load_model(folder);
  const Tokenizer tokenizer = Tokenizer::load(std::filesystem::path(folder) / "tokenizer.json");
  Recorder recorder(tensor);
  Session session(model, recorder);
  Sampler sampler({0.6f, 0, 0.95f, 2});
  std::vector<int32_t> next = tokenizer.encode(prompt);
  if (model.config.bos_id >= 0) next.insert(next.begin(), model.config.bos_id);
  while (recorder.tokens() < tokens) {
    const std::vector<float>& logits = session.forward(next);
    if (recorder.tokens() == 0) fail("{}: no BitLinear '{}'", folder, tensor);
    next = {sampler.sample(logits.data(), model.config.vocab)};
  }
  std::ofstream file(out, std::ios::binary);
  const nlohmann::ordered_json head = {{"model", std::filesystem::path(folder).filename().string()},
                                       {"tensor", tensor},
                                       {"prompt", prompt},
                                       {"tokens", tokens},
                                       {"inputs", recorder.inputs()}};
  file << head.dump() << '\n';
  file.write(reinterpret_cast<const char*>(recorder.activations().data()),
             static_cast<std::streamsize>(tokens * recorder.inputs()));
  if (!file.flush()) fail("{}: cannot be written", out);
}

}  // namespace
}  // namespace tercet

int main(int argc, char** argv) {
  if (argc < 4 || argc > 6) {
    fmt::print(stderr, "usage: capture_activations MODEL TENSOR OUT [TOKENS] [PROMPT]\n");
    return 2;
  }
  try {
    tercet::capture(argv[1], argv[2], argv[3], argc > 4 ? std::stoll(argv[4]) : 128,
                    argc > 5 ? argv[5] : "And it came to pass");
  } catch (const std::exception& error) {
    fmt::print(stderr, "capture_activations: {}\n", error.what());
    return 1;
  }
  return 0;
}
