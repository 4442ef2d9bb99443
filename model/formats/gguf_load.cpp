// SPDX-License-Identifier: Apache-2.0
// The tensors of a GGUF file into a Model.
#include <cmath>
#include <cstring>
#include <optional>
#include <utility>

#include "base/error.h"
#include "model/formats/tensor_source.h"
#include "model/ops.h"
#include "model/ternary_layout.h"

namespace tercet {
namespace {

DType float_type(uint32_t type, const std::string& where) {
  for (const auto& [known, dtype] : kGgufFloats) {
    if (static_cast<uint32_t>(known) == type) return dtype;
  }
  fail("{}: {} where floats are expected", where, ggml_type_name(type));
}

bool all_zero(const uint8_t* block, TernaryLayout layout) {
  return count_zeros(layout, block, 1, kTqBlock) == kTqBlock;
}

/// The one scale of all TQ blocks; blocks without a non-zero weight may have any finite one.
float tq_scale(TernaryLayout layout, const uint8_t* data, int64_t bytes) {
  const int64_t size = ternary_bytes(layout, 1, kTqBlock, "");
  uint32_t first = 0;  // bits of the first block's scale that counts; above 16 bits: found
  for (int64_t i = 0; i < bytes / size; ++i) {
    const uint8_t* block = data + i * size;
    const uint32_t bits = block[size - 2] | static_cast<uint32_t>(block[size - 1]) << 8;
    if ((first & 0xffff) == bits && first != 0) continue;
    const float scale = f16_to_float(static_cast<uint16_t>(bits));
    if (std::isfinite(scale) && all_zero(block, layout)) continue;
    if (!std::isfinite(scale) || scale <= 0.0f) {
      fail("block {} has scale {}, which is not positive and finite", i, scale);
    }
    if (first == 0) {
      first = bits | 0x10000;
      continue;
    }
    fail("block {} has scale {}, blocks before it {}: one scale a tensor is supported", i, scale,
         f16_to_float(static_cast<uint16_t>(first)));
  }
  return first == 0 ? 1.0f : f16_to_float(static_cast<uint16_t>(first));
}

/// What the file itself says of its I2_S tensors; other writers' files say nothing.
std::optional<TernaryLayout> marked_layout(const Gguf& file) {
  if (!file.has(kI2sLayoutKey)) return std::nullopt;
  const std::string name = file.text(kI2sLayoutKey);
  for (const TernaryLayout layout : {TernaryLayout::kI2s, TernaryLayout::kI2sArm}) {
    if (name == i2s_layout_name(layout)) return layout;
  }
  fail("{}: {} '{}' is neither x86 nor arm", file.file().name, kI2sLayoutKey, name);
}

class GgufSource : public TensorSource {
 public:
  GgufSource(Gguf& file, const LoadOptions& options)
      : file_(file), given_(options.i2s), marked_(marked_layout(file)) {
    if (given_.has_value() && marked_.has_value() && *given_ != *marked_) {
      fail("{}: {} is {}, but --i2s-layout {} was given", file.file().name, kI2sLayoutKey,
           i2s_layout_name(*marked_), i2s_layout_name(*given_));
    }
  }

  FloatMatrix matrix(int64_t layer, const TensorName& name, int64_t n, int64_t k) override {
    return floats(gguf_name(layer, name) + ".weight", {k, n});
  }

  std::vector<float> vector(int64_t layer, const TensorName& name, int64_t n) override {
    return vector(gguf_name(layer, name) + ".weight", n);
  }

  TernaryMatrix projection(int64_t layer, const TensorName& tensor, int64_t n, int64_t k) override {
    const std::string base = gguf_name(layer, tensor);
    const std::string where = file_.file().name + ": " + base + ".weight";
    const GgufTensor t = file_.take(base + ".weight", {k, n});
    const bool scaled = file_.has_tensor(base + ".scale");
    const float factor = scaled ? vector(base + ".scale", 1)[0] : 1.0f;
    try {
      return ternary(hf_name(layer, tensor), n, k, t).scaled(factor);
    } catch (const Error& error) {
      fail("{}: {}", where, error.what());
    }
  }

  void check_all_taken() const override { file_.check_all_taken(); }

  /// Converters write factors of RoPE's frequencies also where they are all 1.
  void check_rope_factors(int64_t head_dim) {
    const char* name = "rope_freqs.weight";
    if (!file_.has_tensor(name)) return;
    const std::vector<float> factors = vector(name, head_dim / 2);
    for (size_t i = 0; i < factors.size(); ++i) {
      if (factors[i] == 1.0f) continue;
      fail("{}: {}: factor {} is {}; RoPE scaling is not supported", file_.file().name, name, i,
           factors[i]);
    }
  }

  /// A layout that nothing is in was chosen by mistake.
  void check_layout_used() const {
    if (!given_.has_value() || i2s_ > 0) return;
    fail("{}: has no I2_S tensors, whose layout was given", file_.file().name);
  }

  /// What had to be guessed, and what became of float projections.
  void add_notes(std::vector<std::string>& notes) const {
    const auto note = [&](int64_t count, const char* what) {
      if (count == 0) return;
      notes.push_back(
          fmt::format("{}: {} projections are floats {}", file_.file().name, count, what));
    };
    note(quantized_, "and were made ternary (absmean)");
    note(exact_, "that are ternary already; their magnitude is the scale");
    if (i2s_ == 0 || given_.has_value() || marked_.has_value()) return;
    notes.push_back(
        fmt::format("{}: the file does not say whether its I2_S weights were written on x86 or on "
                    "ARM; x86 is a guess (--i2s-layout arm reads the other order)",
                    file_.file().name));
  }

 private:
  /// dims: [n], or [in, out].
  FloatMatrix floats(const std::string& name, const std::vector<int64_t>& dims) {
    const std::string where = file_.file().name + ": " + name;
    const GgufTensor t = file_.take(name, dims);
    const int64_t rows = dims.size() == 1 ? 1 : dims[1];
    return FloatMatrix(where, rows, dims[0], float_type(t.type, where), t.data, file_.file().owner);
  }

  std::vector<float> vector(const std::string& name, int64_t n) {
    std::vector<float> values(static_cast<size_t>(n));
    floats(name, {n}).read_row(0, values.data());
    return values;
  }

  TernaryMatrix ternary(const std::string& name, int64_t n, int64_t k, const GgufTensor& t) {
    switch (static_cast<GgmlType>(t.type)) {
      case GgmlType::kI2s:
        return i2s(name, n, k, t);
      case GgmlType::kTq1:
        return tq(TernaryLayout::kTq1, name, n, k, t);
      case GgmlType::kTq2:
        return tq(TernaryLayout::kTq2, name, n, k, t);
      default:
        break;
    }
    const FloatMatrix floats(name, n, k, float_type(t.type, name), t.data, file_.file().owner);
    // Converters write trits times a scale. llama.cpp multiplies by what is there; absmean of it
    // would be the scale times the share of weights that are not 0.
    if (std::optional<TernaryMatrix> exact = exact_ternary(floats, name)) {
      ++exact_;
      return *exact;
    }
    ++quantized_;
    return quantize_weights(floats, name);
  }

  TernaryMatrix i2s(const std::string& name, int64_t n, int64_t k, const GgufTensor& t) {
    ++i2s_;
    const TernaryLayout layout = given_.value_or(marked_.value_or(TernaryLayout::kI2s));
    const int64_t codes = ternary_bytes(layout, n, k, name);
    float scale = 0.0f;
    std::memcpy(&scale, t.data + codes, sizeof(scale));
    // The largest magnitude of no weights but zeros is 0; any scale is right then.
    if (scale == 0.0f && count_zeros(layout, t.data, n, k) == n * k) scale = 1.0f;
    return TernaryMatrix(name, n, k, scale, t.data, file_.file().owner, layout);
  }

  TernaryMatrix tq(TernaryLayout layout, const std::string& name, int64_t n, int64_t k,
                   const GgufTensor& t) {
    const float scale = tq_scale(layout, t.data, t.bytes);
    return TernaryMatrix(name, n, k, scale, t.data, file_.file().owner, layout);
  }

  Gguf& file_;
  std::optional<TernaryLayout> given_;   // the layout of I2_S tensors, by the caller
  std::optional<TernaryLayout> marked_;  // and by the file
  int64_t i2s_ = 0;                      // projections
  int64_t quantized_ = 0;                // by absmean
  int64_t exact_ = 0;                    // floats that were ternary
};

}  // namespace

Model load_gguf(Gguf& file, const LoadOptions& options) {
  const char* parts = "split.count";  // of llama.cpp's gguf-split
  if (file.has(parts)) file.integer(parts, 0, 1);
  const ModelConfig config = gguf_config(file);
  GgufSource source(file, options);
  source.check_rope_factors(config.head_dim());
  Model model = assemble_model(config, source, options);
  source.check_layout_used();
  source.add_notes(model.notes);
  return model;
}

}  // namespace tercet
