// SPDX-License-Identifier: Apache-2.0
// GGUF metadata of the architectures bitnet, bitnet-b1.58 and bitnet-25 into a ModelConfig.
#include <initializer_list>
#include <set>

#include "base/error.h"
#include "model/formats/checkpoint.h"

namespace tercet {
namespace {

/// SiLU: 1bitLLM's models; ReLU squared: bitnet.cpp's names for BitNet b1.58 2B4T's graph.
Activation default_activation(const std::string& architecture, const std::string& file) {
  if (architecture == "bitnet") return Activation::kSilu;
  if (architecture == "bitnet-b1.58" || architecture == "bitnet-25") return Activation::kRelu2;
  fail("{}: general.architecture '{}' is none of bitnet, bitnet-b1.58, bitnet-25", file,
       architecture);
}

/// Keys of one architecture; a key of its that nobody asked for might change the arithmetic.
class ArchitectureKeys {
 public:
  ArchitectureKeys(const Gguf& file, const std::string& architecture)
      : file_(file), prefix_(architecture + ".") {}

  std::string key(const std::string& name) {
    known_.insert(prefix_ + name);
    return prefix_ + name;
  }
  bool has(const std::string& name) { return file_.has(key(name)); }
  int64_t integer(const std::string& name, int64_t high) {
    return file_.integer(key(name), 1, high);
  }
  /// One number, or the same for each layer.
  int64_t uniform(const std::string& name, int64_t layers, int64_t high) {
    if (!has(name) || file_.metadata().at(key(name)).type != GgufType::kArray)
      return integer(name, high);
    const std::vector<int64_t> values = file_.integers(key(name));
    const int64_t first = values.empty() ? 0 : values.front();
    if (values != std::vector<int64_t>(static_cast<size_t>(layers), first)) {
      fail("{}: {} is not the same number for each of {} layers", file_.file().name, key(name),
           layers);
    }
    if (first < 1 || first > high) {
      fail("{}: {} is {}, not in [1, {}]", file_.file().name, key(name), first, high);
    }
    return first;
  }
  double number(const std::string& name, double low, double high) {
    return file_.number(key(name), low, high);
  }
  std::string text(const std::string& name) { return file_.text(key(name)); }
  bool boolean(const std::string& name) { return file_.boolean(key(name)); }
  /// The key is absent, or `value`.
  void expect(const std::string& name, int64_t value) {
    if (has(name)) file_.integer(key(name), value, value);
  }
  /// Keys that change nothing, whatever their value.
  void accept(std::initializer_list<const char*> names) {
    for (const char* name : names) key(name);
  }
  void finish() const {
    for (const auto& [name, value] : file_.metadata()) {
      if (name.rfind(prefix_, 0) == 0 && known_.count(name) == 0) {
        fail("{}: unknown key '{}'", file_.file().name, name);
      }
    }
  }

 private:
  const Gguf& file_;
  std::string prefix_;
  std::set<std::string> known_;
};

/// llama.cpp's converter writes "linear" with factor 1, which scales nothing. Without a factor the
/// context it scales from, and whether a model was tuned for it, say nothing either.
void check_rope_scaling(ArchitectureKeys& keys, const std::string& file) {
  keys.accept({"rope.scaling.original_context_length", "rope.scaling.finetuned"});
  if (keys.has("rope.scaling.type")) {
    const std::string type = keys.text("rope.scaling.type");
    if (type != "none" && type != "linear") {
      fail("{}: {} '{}' is not supported", file, keys.key("rope.scaling.type"), type);
    }
  }
  for (const char* factor :
       {"rope.scaling.factor", "rope.scaling.attn_factor", "rope.scale_linear"}) {
    if (keys.has(factor)) keys.number(factor, 1.0, 1.0);
  }
}

/// Keys that some writers add, with the one value that changes nothing.
void check_plain_graph(ArchitectureKeys& keys, const std::string& file) {
  for (const char* count : {"expert_count", "expert_used_count"}) keys.expect(count, 0);
  const char* causal = "attention.causal";
  if (keys.has(causal) && !keys.boolean(causal)) {
    fail("{}: {} is false, which is not supported", file, keys.key(causal));
  }
}

void read_special_ids(const Gguf& file, ModelConfig& c) {
  const auto id = [&](const char* name) {
    return static_cast<int32_t>(file.integer(name, 0, c.vocab - 1));
  };
  const char* bos = "tokenizer.ggml.bos_token_id";
  const char* add_bos = "tokenizer.ggml.add_bos_token";
  if (file.has(bos)) c.bos_id = id(bos);
  if (file.has(add_bos)) c.add_bos = file.boolean(add_bos);
  for (const char* name : {"tokenizer.ggml.eos_token_id", "tokenizer.ggml.eot_token_id"}) {
    if (!file.has(name)) continue;
    if (c.eos_ids.empty() || c.eos_ids.front() != id(name)) c.eos_ids.push_back(id(name));
  }
}

}  // namespace

ModelConfig gguf_config(const Gguf& file) {
  const std::string& name = file.file().name;
  const std::string architecture = file.text("general.architecture");
  ModelConfig c;
  c.activation = default_activation(architecture, name);
  ArchitectureKeys keys(file, architecture);
  c.hidden = keys.integer("embedding_length", kMaxInputs);
  c.layers = keys.integer("block_count", kMaxLayers);
  c.intermediate = keys.uniform("feed_forward_length", c.layers, kMaxInputs);
  c.heads = keys.uniform("attention.head_count", c.layers, kMaxInputs);
  const char* kv_heads = "attention.head_count_kv";
  c.kv_heads = keys.has(kv_heads) ? keys.uniform(kv_heads, c.layers, kMaxInputs) : c.heads;
  c.max_positions = keys.integer("context_length", kMaxPositions);
  c.rms_eps = static_cast<float>(keys.number("attention.layer_norm_rms_epsilon", 1e-12, 1.0));
  c.rope_theta = keys.has("rope.freq_base") ? keys.number("rope.freq_base", 1.0, 1e12) : 10000.0;
  if (keys.has("vocab_size")) {
    c.vocab = keys.integer("vocab_size", kMaxVocab);
  } else {
    c.vocab = file.dims("token_embd.weight").back();
  }
  if (keys.has("hidden_activation")) {
    const std::string act = keys.text("hidden_activation");
    if (act != "relu2" && act != "silu") {
      fail("{}: {} '{}' is neither silu nor relu2", name, keys.key("hidden_activation"), act);
    }
    c.activation = act == "silu" ? Activation::kSilu : Activation::kRelu2;
  }
  c.tied_head = !file.has_tensor("output.weight");
  c.packed = true;
  validate(c, name);
  for (const char* size :
       {"rope.dimension_count", "attention.key_length", "attention.value_length"}) {
    keys.expect(size, c.head_dim());
  }
  check_rope_scaling(keys, name);
  check_plain_graph(keys, name);
  keys.finish();
  read_special_ids(file, c);
  return c;
}

}  // namespace tercet
