// SPDX-License-Identifier: Apache-2.0
// Tensors by name into a Model (names and shapes: transformers, models/bitnet).
#include <cmath>
#include <utility>

#include "tercet/model/checkpoint.h"
#include "tercet/model/error.h"
#include "tercet/model/ops.h"
#include "tercet/model/safetensors.h"

namespace tercet {
namespace {

constexpr int64_t kMaxConfigBytes = 1 << 20;

/// Takes tensors out of one file in the form that the config announces.
class Loader {
 public:
  Loader(const ModelConfig& config, const FileView& file) : config_(config), tensors_(file) {}

  Model load() {
    const ModelConfig& c = config_;
    Model model;
    model.config = c;
    model.embedding = matrix("model.embed_tokens.weight", c.vocab, c.hidden);
    for (int64_t i = 0; i < c.layers; ++i) {
      const std::string prefix = fmt::format("model.layers.{}.", i);
      Layer layer;
      layer.input_norm = vector(prefix + "input_layernorm.weight", c.hidden);
      layer.q = projection(prefix + "self_attn.q_proj", c.hidden, c.hidden);
      layer.k = projection(prefix + "self_attn.k_proj", c.kv_size(), c.hidden);
      layer.v = projection(prefix + "self_attn.v_proj", c.kv_size(), c.hidden);
      layer.attn_sub_norm = vector(prefix + "self_attn.attn_sub_norm.weight", c.hidden);
      layer.o = projection(prefix + "self_attn.o_proj", c.hidden, c.hidden);
      layer.post_norm = vector(prefix + "post_attention_layernorm.weight", c.hidden);
      layer.gate = projection(prefix + "mlp.gate_proj", c.intermediate, c.hidden);
      layer.up = projection(prefix + "mlp.up_proj", c.intermediate, c.hidden);
      layer.ffn_sub_norm = vector(prefix + "mlp.ffn_sub_norm.weight", c.intermediate);
      layer.down = projection(prefix + "mlp.down_proj", c.hidden, c.intermediate);
      model.layers.push_back(std::move(layer));
    }
    model.norm = vector("model.norm.weight", c.hidden);
    model.head = c.tied_head ? model.embedding : matrix("lm_head.weight", c.vocab, c.hidden);
    tensors_.check_all_taken();
    return model;
  }

 private:
  std::string where(const std::string& name) const { return tensors_.file().name + ": " + name; }

  FloatMatrix matrix(const std::string& name, int64_t n, int64_t k) {
    const TensorView t = tensors_.take(name, {n, k});
    return FloatMatrix(where(name), n, k, t.dtype, t.data, tensors_.file().owner);
  }

  std::vector<float> vector(const std::string& name, int64_t n) {
    const TensorView t = tensors_.take(name, {n});
    std::vector<float> values(static_cast<size_t>(n));
    FloatMatrix(where(name), 1, n, t.dtype, t.data, tensors_.file().owner)
        .read_row(0, values.data());
    return values;
  }

  TernaryMatrix projection(const std::string& name, int64_t n, int64_t k) {
    const std::string weight = name + ".weight";
    if (!config_.packed) return quantize_weights(matrix(weight, n, k), name);
    if (n % 4 != 0) fail("{}: {} outputs are no multiple of 4, so not packed", where(weight), n);
    const TensorView t = tensors_.take(weight, {n / 4, k});
    if (t.dtype != DType::kU8) {
      fail("{}: {} but quantization_mode is offline, which is U8", where(weight),
           dtype_name(t.dtype));
    }
    const float stored = vector(name + ".weight_scale", 1)[0];
    const float scale = config_.scale_form == ScaleForm::kDivide ? 1.0f / stored : stored;
    if (!(stored > 0.0f) || !std::isfinite(scale)) {
      fail("{}: {} is not a usable scale", where(name + ".weight_scale"), stored);
    }
    try {
      return TernaryMatrix(name, n, k, scale, t.data, tensors_.file().owner);
    } catch (const Error& error) {
      fail("{}: {}", tensors_.file().name, error.what());
    }
  }

  const ModelConfig& config_;
  SafeTensors tensors_;
};

}  // namespace

Model load_model(const std::string& config_json, const std::string& config_name,
                 const FileView& tensors) {
  const ModelConfig config = parse_config(config_json, config_name);
  return Loader(config, tensors).load();
}

Model load_model(const std::filesystem::path& folder) {
  const std::filesystem::path config = folder / "config.json";
  const std::filesystem::path tensors = folder / "model.safetensors";
  const std::string text = read_text(config, kMaxConfigBytes);
  if (!std::filesystem::exists(tensors) &&
      std::filesystem::exists(folder / "model.safetensors.index.json")) {
    fail("{}: checkpoints in several files are not supported", folder.string());
  }
  return load_model(text, config.string(), map_file(tensors));
}

}  // namespace tercet
