// SPDX-License-Identifier: Apache-2.0
// A Model as config.json and a packed model.safetensors.
#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <functional>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/json.h"
#include "base/output.h"
#include "model/formats/checkpoint.h"
#include "model/formats/tensor_source.h"

namespace tercet {
namespace {

/// Collects tensors, then writes header and data; what is added must live until write().
class Writer {
 public:
  explicit Writer(FolderForm form) : form_(form) {}

  void matrix(const std::string& name, const FloatMatrix& m) {
    const bool block = dtype_block(m.dtype()) > 1;
    if (form_ == FolderForm::kExact && !block) {
      tensor(name, m.dtype(), {m.n(), m.k()},
             [&m](std::ostream& out) { put(out, m.data(), m.bytes()); });
      return;
    }
    floats(name, {m.n(), m.k()}, [&m](int64_t row, float* values) { m.read_row(row, values); });
  }

  void vector(const std::string& name, const std::vector<float>& v) {
    floats(name, {static_cast<int64_t>(v.size())},
           [&v](int64_t, float* values) { std::copy(v.begin(), v.end(), values); });
  }

  void projection(const TernaryMatrix& w) {
    if (w.n() % 4 != 0) fail("{}: {} outputs are no multiple of 4", w.name(), w.n());
    tensor(w.name() + ".weight", DType::kU8, {w.packed_rows(), w.k()}, [&w](std::ostream& out) {
      const std::vector<uint8_t> packed = pack_ternary(w, TernaryLayout::kStrided);
      put(out, packed.data(), static_cast<int64_t>(packed.size()));
    });
    floats(w.name() + ".weight_scale", {1},
           [&w](int64_t, float* values) { values[0] = w.scale(); });
  }

  void write(const std::filesystem::path& path, const std::function<void()>& between) const {
    std::string header = header_.dump();
    header.resize((header.size() + 7) / 8 * 8, ' ');  // data aligned to 8 bytes
    std::string length;
    for (int i = 0; i < 8; ++i) length += static_cast<char>((header.size() >> (8 * i)) & 0xff);
    std::ofstream out(path, std::ios::binary);
    out << length << header;
    for (const Data& data : parts_) {
      between();
      data(out);
    }
    out.close();
    if (!out) fail("{}: cannot write: {}", path.string(), std::strerror(errno));
  }

 private:
  using Data = std::function<void(std::ostream&)>;

  static void put(std::ostream& out, const void* data, int64_t bytes) {
    out.write(static_cast<const char*>(data), bytes);
  }

  void tensor(const std::string& name, DType dtype, const std::vector<int64_t>& shape, Data data) {
    int64_t bytes = dtype_size(dtype);
    for (const int64_t size : shape) bytes *= size;
    header_[name] = {
        {"dtype", dtype_name(dtype)}, {"shape", shape}, {"data_offsets", {size_, size_ + bytes}}};
    parts_.push_back(std::move(data));
    size_ += bytes;
  }

  /// Rows of floats, as F32 or BF16.
  void floats(const std::string& name, const std::vector<int64_t>& shape,
              const std::function<void(int64_t, float*)>& read_row) {
    const int64_t rows = shape.size() == 1 ? 1 : shape[0];
    const int64_t k = shape.back();
    const FolderForm form = form_;
    const DType dtype = form == FolderForm::kExact ? DType::kF32 : DType::kBF16;
    tensor(name, dtype, shape, [=](std::ostream& out) {
      std::vector<float> values(static_cast<size_t>(k));
      std::vector<uint16_t> halves(static_cast<size_t>(k));
      for (int64_t row = 0; row < rows; ++row) {
        read_row(row, values.data());
        if (form == FolderForm::kExact) {
          put(out, values.data(), k * 4);
          continue;
        }
        for (size_t i = 0; i < values.size(); ++i) halves[i] = to_bf16(values[i], name, form);
        put(out, halves.data(), k * 2);
      }
    });
  }

  static uint16_t to_bf16(float value, const std::string& name, FolderForm form) {
    const uint16_t bits = float_to_bf16(value);
    float back = 0.0f;
    const uint32_t widened = static_cast<uint32_t>(bits) << 16;
    std::memcpy(&back, &widened, sizeof(back));
    if (!std::isfinite(back)) fail("{}: {} is too large for BF16", name, value);
    if (back != value && form == FolderForm::kBf16) {
      throw RoundingError(
          fmt::format("{}: {} is no BF16 value; it would be rounded to {}", name, value, back));
    }
    return bits;
  }

  FolderForm form_;
  nlohmann::ordered_json header_ = {{"__metadata__", {{"format", "pt"}}}};  // older readers want it
  std::vector<Data> parts_;
  int64_t size_ = 0;
};

}  // namespace

void save_model(const Model& model, const std::filesystem::path& folder, FolderForm form,
                const std::function<void()>& between) {
  Writer writer(form);
  const auto vector = [&](int64_t layer, const TensorName& name, const std::vector<float>& v) {
    writer.vector(hf_name(layer, name) + ".weight", v);
  };
  writer.matrix("model.embed_tokens.weight", model.embedding);
  for (size_t i = 0; i < model.layers.size(); ++i) {
    const Layer& layer = model.layers[i];
    const auto index = static_cast<int64_t>(i);
    vector(index, names::kInputNorm, layer.input_norm);
    vector(index, names::kAttnSubNorm, layer.attn_sub_norm);
    vector(index, names::kPostNorm, layer.post_norm);
    vector(index, names::kFfnSubNorm, layer.ffn_sub_norm);
    for (const TernaryMatrix* w : layer.projections()) writer.projection(*w);
  }
  vector(kNoLayer, names::kNorm, model.norm);
  if (!model.config.tied_head) writer.matrix("lm_head.weight", model.head);

  ModelConfig config = model.config;
  config.packed = true;
  config.scale_form = ScaleForm::kMultiply;
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  write_file(folder / "config.json", config_to_json(config));
  if (!config.add_bos) {
    write_file(folder / "tokenizer_config.json", "{\n  \"add_bos_token\": false\n}\n");
  }
  writer.write(folder / "model.safetensors", between);
}

}  // namespace tercet
