// SPDX-License-Identifier: Apache-2.0
// Fuzz target: a safetensors file for a fixed config. It loads and runs, or ends in tercet::Error.
#include <string>

#include "base/error.h"
#include "model/formats/checkpoint.h"

namespace {

// The shape of make_seeds.py's small models. The first byte of the input chooses how they are
// stored.
constexpr const char* kConfig = R"({"model_type": "bitnet", "hidden_act": "relu2", "hidden_size": 4,
    "intermediate_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2,
    "num_key_value_heads": 2, "vocab_size": 5, "max_position_embeddings": 8,
    "rms_norm_eps": 1e-05, "rope_theta": 10000.0, "tie_word_embeddings": true,
    "quantization_config": {"quant_method": "bitnet", "linear_class": "autobitlinear",
                            "quantization_mode": "@"}})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tercet;
  if (size == 0) return 0;
  std::string config = kConfig;
  config.replace(config.find('@'), 1, data[0] % 2 == 0 ? "offline" : "online");
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  try {
    const Model model = load_model(config, "config.json", {memory_file("fuzz.safetensors", bytes)});
    ReferenceEngine engine;
    Session(model, engine).forward({0});
  } catch (const Error&) {
    // What bad input is meant to end in.
  }
  return 0;
}
