// SPDX-License-Identifier: Apache-2.0
// A matrix of floats in one of the formats of files, used where it lies.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace tercet {

enum class DType {
  kBF16,
  kF16,
  kF32,
  kU8,
  kQ80,  ///< llama.cpp: a half-precision scale and 32 int8
  kQ6K,  ///< llama.cpp Q6_K: 256 values of 6 bits, an int8 scale for each 16, one half for all
};

/// Elements that are stored together: 1, or those of a block along k.
int64_t dtype_block(DType dtype);
/// Bytes of dtype_block() elements.
int64_t dtype_size(DType dtype);
/// "BF16", "F16", "F32", "U8", "Q8_0", "Q6_K".
const char* dtype_name(DType dtype);

/// Half precision, exactly widened; and the nearest, ties to even, infinity above 65504.
float f16_to_float(uint16_t bits);
uint16_t float_to_f16(float value);
/// The nearest BF16, ties to even; value is finite.
uint16_t float_to_bf16(float value);

/// Rows [n][k] of little-endian floats, kept alive by `owner`; any alignment.
class FloatMatrix {
 public:
  FloatMatrix() = default;
  /// Throws Error naming row and column at the first NaN or infinity (in block formats: of a
  /// scale), or if k is no multiple of the format's block.
  FloatMatrix(std::string name, int64_t n, int64_t k, DType dtype, const uint8_t* data,
              std::shared_ptr<const void> owner);

  const std::string& name() const { return name_; }
  int64_t n() const { return n_; }
  int64_t k() const { return k_; }
  DType dtype() const { return dtype_; }
  const uint8_t* data() const { return data_; }

  /// Bytes of all rows.
  int64_t bytes() const { return n_ * k_ / dtype_block(dtype_) * dtype_size(dtype_); }

  /// Row `row` widened to float into out[k]: exact, but for Q6_K, whose (scale * int8 scale) is
  /// exact and its product with the value rounded.
  void read_row(int64_t row, float* out) const;

 private:
  std::string name_;
  int64_t n_ = 0;
  int64_t k_ = 0;
  DType dtype_ = DType::kF32;
  const uint8_t* data_ = nullptr;
  std::shared_ptr<const void> owner_;
};

}  // namespace tercet
