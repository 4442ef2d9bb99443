// SPDX-License-Identifier: Apache-2.0
// A Model as config.json and a packed model.safetensors.
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>
#include <vector>

#include "tercet/model/checkpoint.h"
#include "tercet/model/error.h"
#include "tercet/model/json.h"

namespace tercet {
namespace {

/// Collects tensors, then writes header and data. The bytes must live until write().
class Writer {
 public:
  void tensor(const std::string& name, DType dtype, const std::vector<int64_t>& shape,
              const void* data) {
    int64_t bytes = dtype_size(dtype);
    for (const int64_t size : shape) bytes *= size;
    header_[name] = {
        {"dtype", dtype_name(dtype)}, {"shape", shape}, {"data_offsets", {size_, size_ + bytes}}};
    parts_.emplace_back(static_cast<const char*>(data), bytes);
    size_ += bytes;
  }

  void matrix(const std::string& name, const FloatMatrix& m) {
    tensor(name, m.dtype(), {m.n(), m.k()}, m.data());
  }

  void vector(const std::string& name, const std::vector<float>& v) {
    tensor(name, DType::kF32, {static_cast<int64_t>(v.size())}, v.data());
  }

  void projection(const TernaryMatrix& w, const float& scale) {
    if (w.n() % 4 != 0) fail("{}: {} outputs are no multiple of 4", w.name(), w.n());
    tensor(w.name() + ".weight", DType::kU8, {w.packed_rows(), w.k()}, w.packed());
    tensor(w.name() + ".weight_scale", DType::kF32, {1}, &scale);
  }

  void write(const std::filesystem::path& path) const {
    std::string header = header_.dump();
    header.resize((header.size() + 7) / 8 * 8, ' ');  // data aligned to 8 bytes
    std::string length;
    for (int i = 0; i < 8; ++i) length += static_cast<char>((header.size() >> (8 * i)) & 0xff);
    std::ofstream out(path, std::ios::binary);
    out << length << header;
    for (const auto& [data, bytes] : parts_) out.write(data, bytes);
    out.close();
    if (!out) fail("{}: cannot write: {}", path.string(), std::strerror(errno));
  }

 private:
  nlohmann::ordered_json header_ = nlohmann::ordered_json::object();
  std::vector<std::pair<const char*, int64_t>> parts_;
  int64_t size_ = 0;
};

}  // namespace

void save_model(const Model& model, const std::filesystem::path& folder) {
  Writer writer;
  std::vector<float> scales;  // stored as multipliers, "autobitlinear"
  scales.reserve(model.layers.size() * 7);
  writer.matrix("model.embed_tokens.weight", model.embedding);
  for (size_t i = 0; i < model.layers.size(); ++i) {
    const Layer& layer = model.layers[i];
    const std::string prefix = fmt::format("model.layers.{}.", i);
    writer.vector(prefix + "input_layernorm.weight", layer.input_norm);
    writer.vector(prefix + "self_attn.attn_sub_norm.weight", layer.attn_sub_norm);
    writer.vector(prefix + "post_attention_layernorm.weight", layer.post_norm);
    writer.vector(prefix + "mlp.ffn_sub_norm.weight", layer.ffn_sub_norm);
    for (const TernaryMatrix* w : layer.projections()) {
      scales.push_back(w->scale());
      writer.projection(*w, scales.back());
    }
  }
  writer.vector("model.norm.weight", model.norm);
  if (!model.config.tied_head) writer.matrix("lm_head.weight", model.head);

  ModelConfig config = model.config;
  config.packed = true;
  config.scale_form = ScaleForm::kMultiply;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::ofstream out(folder / "config.json", std::ios::binary);
  out << config_to_json(config);
  out.close();
  if (!out) fail("{}: cannot write", (folder / "config.json").string());
  writer.write(folder / "model.safetensors");
}

}  // namespace tercet
