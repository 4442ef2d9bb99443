// SPDX-License-Identifier: Apache-2.0
// A Hugging Face folder into a Model.
#include <cmath>
#include <cstring>
#include <optional>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/json.h"
#include "model/formats/checkpoint.h"
#include "model/formats/safetensors.h"
#include "model/formats/tensor_source.h"
#include "model/ops.h"

namespace tercet {
namespace {

constexpr int64_t kMaxConfigBytes = 1 << 20;
constexpr int64_t kMaxIndexBytes = 1 << 26;

/// Takes tensors in the form that the config announces.
class SafeTensorsSource : public TensorSource {
 public:
  SafeTensorsSource(const ModelConfig& config, SafeTensors tensors)
      : config_(config), tensors_(std::move(tensors)) {}

  FloatMatrix matrix(int64_t layer, const TensorName& name, int64_t n, int64_t k) override {
    return floats(hf_name(layer, name) + ".weight", {n, k});
  }

  std::vector<float> vector(int64_t layer, const TensorName& name, int64_t n) override {
    if (name.first != nullptr) {
      const std::string first = hf_name(layer, {name.first, nullptr}) + ".weight";
      if (tensors_.has(first)) return vector(first, n);
    }
    return vector(hf_name(layer, name) + ".weight", n);
  }

  TernaryMatrix projection(int64_t layer, const TensorName& tensor, int64_t n, int64_t k) override {
    const std::string name = hf_name(layer, tensor);
    const std::string weight = name + ".weight";
    if (!config_.packed) return from_floats(weight, n, k, name);
    if (tensors_.view(weight).dtype != DType::kU8) return unpacked(weight, n, k, name);
    if (n % 4 != 0) {
      fail("{}: {}: {} outputs are no multiple of 4, so not packed", tensors_.name(), weight, n);
    }
    const TensorView t = tensors_.take(weight, {n / 4, k});
    const float scale = weight_scale(name);
    try {
      return TernaryMatrix(name, n, k, scale, t.data, t.owner);
    } catch (const Error& error) {
      fail("{}: {}", t.file, error.what());
    }
  }

  void check_all_taken() const override { tensors_.check_all_taken(); }

  /// Frequencies that old checkpoints hold, and transformers computes anew.
  void drop_rope_frequencies() {
    for (int64_t layer = 0; layer < config_.layers; ++layer) {
      const std::string name = hf_name(layer, {"self_attn.rotary_emb.inv_freq", nullptr});
      if (tensors_.has(name)) vector(name, config_.head_dim() / 2);
    }
  }

 private:
  /// Masters, by absmean. Without a quantization_config, trits times a scale are what they are;
  /// transformers' online mode takes the mean also of those.
  TernaryMatrix from_floats(const std::string& weight, int64_t n, int64_t k,
                            const std::string& name) {
    const FloatMatrix w = floats(weight, {n, k});
    std::optional<TernaryMatrix> exact;
    if (!config_.online) exact = exact_ternary(w, name);
    return exact.has_value() ? *exact : quantize_weights(w, name);
  }

  /// An offline model that transformers has loaded and saved again: trits as floats.
  TernaryMatrix unpacked(const std::string& weight, int64_t n, int64_t k, const std::string& name) {
    const FloatMatrix w = floats(weight, {n, k});
    const std::optional<TernaryMatrix> trits = exact_ternary(w, name);
    if (!trits.has_value() || trits->scale() != 1.0f) {
      fail("{}: {}: {} that is not -1, 0 and 1, but quantization_mode is offline", tensors_.name(),
           weight, dtype_name(w.dtype()));
    }
    return trits->scaled(weight_scale(name));
  }

  float weight_scale(const std::string& name) {
    const float stored = scalar(name + ".weight_scale");
    const float scale = config_.scale_form == ScaleForm::kDivide ? 1.0f / stored : stored;
    if (!(stored > 0.0f) || !std::isfinite(scale)) {
      fail("{}: {}.weight_scale: {} is not a usable scale", tensors_.name(), name, stored);
    }
    return scale;
  }

  FloatMatrix floats(const std::string& name, const std::vector<int64_t>& shape) {
    const TensorView t = tensors_.take(name, shape);
    const int64_t rows = shape.size() == 1 ? 1 : shape[0];
    return FloatMatrix(t.file + ": " + name, rows, shape.back(), t.dtype, t.data, t.owner);
  }

  std::vector<float> vector(const std::string& name, int64_t n) {
    std::vector<float> values(static_cast<size_t>(n));
    floats(name, {n}).read_row(0, values.data());
    return values;
  }

  /// A tensor of one element, shape [1] or [].
  float scalar(const std::string& name) {
    const bool flat = tensors_.view(name).shape.empty();
    const TensorView t = tensors_.take(name, std::vector<int64_t>(flat ? 0 : 1, 1));
    float value = 0.0f;
    FloatMatrix(t.file + ": " + name, 1, 1, t.dtype, t.data, t.owner).read_row(0, &value);
    return value;
  }

  const ModelConfig& config_;
  SafeTensors tensors_;
};

/// Takes a head that is stored although it is the embedding. Throws Error if it is not.
void drop_tied_head(const ModelConfig& config, SafeTensors& tensors) {
  const std::string name = hf_name(kNoLayer, names::kHead) + ".weight";
  if (!config.tied_head || !tensors.has(name)) return;
  const TensorView& embedding = tensors.view(hf_name(kNoLayer, names::kEmbedding) + ".weight");
  const TensorView head = tensors.take(name, embedding.shape);
  const bool same = head.dtype == embedding.dtype &&
                    std::memcmp(head.data, embedding.data, static_cast<size_t>(head.bytes)) == 0;
  if (!same) fail("{}: {} is not the embedding, but tie_word_embeddings is true", head.file, name);
}

/// The files that an index names, once each; every tensor must be where the index says.
SafeTensors open_shards(const std::filesystem::path& index) {
  const Json json = parse_json(read_text(index, kMaxIndexBytes), index.string());
  Fields fields(json, index.string());
  const Json& map = fields.need("weight_map");
  fields.ignore({"metadata"});
  fields.finish();
  if (!map.is_object() || map.empty()) fail("{}: weight_map lists no tensors", index.string());
  std::set<std::string> names;
  for (const auto& item : map.items()) {
    const Json& file = item.value();
    if (!file.is_string()) fail("{}: weight_map: {} has no file", index.string(), item.key());
    const std::filesystem::path name = file.get<std::string>();
    if (name.empty() || name != name.filename() || name == "..") {
      fail("{}: weight_map: '{}' is no plain file name", index.string(), name.string());
    }
    names.insert(name.string());
  }
  std::vector<FileView> files;
  for (const std::string& name : names) files.push_back(map_file(index.parent_path() / name));
  SafeTensors tensors(index.string(), files);
  for (const auto& item : map.items()) {
    const std::filesystem::path actual = tensors.view(item.key()).file;
    if (actual.filename() != item.value().get<std::string>()) {
      fail("{}: weight_map: {} is in {}, not in {}", index.string(), item.key(), actual.string(),
           item.value().get<std::string>());
    }
  }
  return tensors;
}

Model load(const std::string& config_json, const std::string& config_name, SafeTensors tensors,
           const LoadOptions& options) {
  const ModelConfig config = parse_config(config_json, config_name);
  if (config.packed && !options.quantize_weights) {
    fail("{}: the weights are ternary already; no weight quantisation needs floats", config_name);
  }
  if (options.i2s.has_value()) {
    fail("{}: a folder has no I2_S tensors, whose layout was given", config_name);
  }
  drop_tied_head(config, tensors);
  SafeTensorsSource source(config, std::move(tensors));
  source.drop_rope_frequencies();
  return assemble_model(config, source, options);
}

}  // namespace

Model assemble_model(const ModelConfig& c, TensorSource& source, const LoadOptions& options) {
  Model model;
  model.config = c;
  model.embedding = source.matrix(kNoLayer, names::kEmbedding, c.vocab, c.hidden);
  for (int64_t i = 0; i < c.layers; ++i) {
    Layer layer;
    layer.input_norm = source.vector(i, names::kInputNorm, c.hidden);
    layer.attn_sub_norm = source.vector(i, names::kAttnSubNorm, c.hidden);
    layer.post_norm = source.vector(i, names::kPostNorm, c.hidden);
    layer.ffn_sub_norm = source.vector(i, names::kFfnSubNorm, c.intermediate);
    for (size_t p = 0; p < names::kProjections.size(); ++p) {
      const auto [n, k] = projection_shape(c, p);
      const TensorName& name = names::kProjections[p];
      if (options.quantize_weights) {
        *layer.projections()[p] = source.projection(i, name, n, k);
      } else {
        layer.masters.push_back(source.matrix(i, name, n, k));
      }
    }
    model.layers.push_back(std::move(layer));
  }
  model.norm = source.vector(kNoLayer, names::kNorm, c.hidden);
  model.head =
      c.tied_head ? model.embedding : source.matrix(kNoLayer, names::kHead, c.vocab, c.hidden);
  source.check_all_taken();
  return model;
}

Model load_model(const std::string& config_json, const std::string& config_name,
                 const std::vector<FileView>& tensors, const LoadOptions& options) {
  const std::string name = tensors.empty() ? "no file" : tensors.front().name;
  return load(config_json, config_name, SafeTensors(name, tensors), options);
}

Model load_model(const std::filesystem::path& path, const LoadOptions& options) {
  std::error_code missing;
  if (!std::filesystem::is_directory(path, missing)) {
    Gguf gguf(map_file(path));
    return load_gguf(gguf, options);
  }
  const std::filesystem::path config = path / "config.json";
  const std::filesystem::path single = path / "model.safetensors";
  const std::filesystem::path index = path / "model.safetensors.index.json";
  const std::string text = read_text(config, kMaxConfigBytes);
  const bool sharded =
      !std::filesystem::exists(single, missing) && std::filesystem::exists(index, missing);
  return load(text, config.string(), sharded ? open_shards(index) : SafeTensors(map_file(single)),
              options);
}

}  // namespace tercet
