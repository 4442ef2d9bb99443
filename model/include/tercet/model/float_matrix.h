// SPDX-License-Identifier: Apache-2.0
// A matrix of BF16, F16 or F32 values, used where it lies.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace tercet {

enum class DType { kBF16, kF16, kF32, kU8 };

/// Bytes of one element.
int64_t dtype_size(DType dtype);
/// "BF16", "F16", "F32", "U8".
const char* dtype_name(DType dtype);

/// Rows [n][k] of little-endian floats, kept alive by `owner`; any alignment.
class FloatMatrix {
 public:
  FloatMatrix() = default;
  /// Throws Error naming row and column at the first NaN or infinity.
  FloatMatrix(std::string name, int64_t n, int64_t k, DType dtype, const uint8_t* data,
              std::shared_ptr<const void> owner);

  const std::string& name() const { return name_; }
  int64_t n() const { return n_; }
  int64_t k() const { return k_; }
  DType dtype() const { return dtype_; }
  const uint8_t* data() const { return data_; }

  /// Row `row` widened to float (exact) into out[k].
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
