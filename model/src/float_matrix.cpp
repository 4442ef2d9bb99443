// SPDX-License-Identifier: Apache-2.0
// Exact widening of BF16 and F16 to float, and the check that all values are finite.
#include "tercet/model/float_matrix.h"

#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "tercet/model/error.h"
#include "tercet/model/math.h"

namespace tercet {
namespace {

float bf16_to_float(uint16_t bits) { return bit_cast<float>(static_cast<uint32_t>(bits) << 16); }

float f16_to_float(uint16_t bits) {
  // Moved to the float's fields the value is too small by 2^(127 - 15): multiplying is exact.
  const uint32_t magnitude = static_cast<uint32_t>(bits & 0x7fffu) << 13;
  float value = bit_cast<float>(magnitude) * 0x1p112f;
  if (magnitude >= 0x0f800000u) value = bit_cast<float>(magnitude | 0x7f800000u);  // inf, NaN
  return (bits & 0x8000u) != 0 ? -value : value;
}

template <typename T, typename Widen>
void read(const uint8_t* data, int64_t n, float* out, Widen widen) {
  for (int64_t i = 0; i < n; ++i) {
    T element;
    std::memcpy(&element, data + i * static_cast<int64_t>(sizeof(T)), sizeof(T));
    out[i] = widen(element);
  }
}

}  // namespace

int64_t dtype_size(DType dtype) {
  switch (dtype) {
    case DType::kU8:
      return 1;
    case DType::kF32:
      return 4;
    default:
      return 2;
  }
}

const char* dtype_name(DType dtype) {
  switch (dtype) {
    case DType::kBF16:
      return "BF16";
    case DType::kF16:
      return "F16";
    case DType::kF32:
      return "F32";
    default:
      return "U8";
  }
}

FloatMatrix::FloatMatrix(std::string name, int64_t n, int64_t k, DType dtype, const uint8_t* data,
                         std::shared_ptr<const void> owner)
    : name_(std::move(name)), n_(n), k_(k), dtype_(dtype), data_(data), owner_(std::move(owner)) {
  if (dtype == DType::kU8) fail("{}: U8 where floats are expected", name_);
  std::vector<float> values(static_cast<size_t>(k));
  for (int64_t row = 0; row < n; ++row) {
    read_row(row, values.data());
    uint32_t largest = 0;  // as bits: NaN > infinity > every finite magnitude
    for (const float v : values) {
      const uint32_t magnitude = bit_cast<uint32_t>(v) & 0x7fffffffu;
      largest = magnitude > largest ? magnitude : largest;
    }
    if (largest < 0x7f800000u) continue;
    for (int64_t c = 0; c < k; ++c) {
      const float v = values[static_cast<size_t>(c)];
      if (!std::isfinite(v)) fail("{}: {} at row {}, column {}", name_, v, row, c);
    }
  }
}

void FloatMatrix::read_row(int64_t row, float* out) const {
  const uint8_t* data = data_ + row * k_ * dtype_size(dtype_);
  if (dtype_ == DType::kBF16) {
    read<uint16_t>(data, k_, out, bf16_to_float);
  } else if (dtype_ == DType::kF16) {
    read<uint16_t>(data, k_, out, f16_to_float);
  } else {
    std::memcpy(out, data, static_cast<size_t>(k_) * sizeof(float));
  }
}

}  // namespace tercet
