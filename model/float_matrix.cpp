// SPDX-License-Identifier: Apache-2.0
// Widening of stored formats to float, and the check that all values are finite.
#include "model/float_matrix.h"

#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/math.h"

namespace tercet {
namespace {

float bf16_to_float(uint16_t bits) { return bit_cast<float>(static_cast<uint32_t>(bits) << 16); }

template <typename T, typename Widen>
void read(const uint8_t* data, int64_t n, float* out, Widen widen) {
  for (int64_t i = 0; i < n; ++i) {
    T element;
    std::memcpy(&element, data + i * static_cast<int64_t>(sizeof(T)), sizeof(T));
    out[i] = widen(element);
  }
}

uint16_t read_u16(const uint8_t* data) { return static_cast<uint16_t>(data[0] | data[1] << 8); }

/// d (half precision), then 32 int8: value = d * q, exact.
void read_q8_0(const uint8_t* block, float* out) {
  const float d = f16_to_float(read_u16(block));
  for (int64_t i = 0; i < 32; ++i)
    out[i] = d * static_cast<float>(static_cast<int8_t>(block[2 + i]));
}

/// low[128] (4 bits of each value), high[64] (2 bits), scales[16] (int8), d (half precision).
/// Values lie in two halves of 128; a half in four groups of 32: the low bits of groups 0 and 2
/// share bytes, and so do those of 1 and 3; the high bits of all four share a byte.
void read_q6_k(const uint8_t* block, float* out) {
  const uint8_t* low = block;
  const uint8_t* high = block + 128;
  const auto* scales = reinterpret_cast<const int8_t*>(block + 192);
  const float d = f16_to_float(read_u16(block + 208));
  for (int64_t half = 0; half < 2; ++half) {
    for (int64_t group = 0; group < 4; ++group) {
      for (int64_t i = 0; i < 32; ++i) {
        const int low_bits = low[half * 64 + group % 2 * 32 + i] >> (group / 2 * 4) & 15;
        const int high_bits = high[half * 32 + i] >> (2 * group) & 3;
        const int64_t sixteen = half * 8 + group * 2 + i / 16;
        const float scale = d * static_cast<float>(scales[sixteen]);
        *out++ = scale * static_cast<float>((low_bits | high_bits << 4) - 32);
      }
    }
  }
}

struct Format {
  const char* name;
  int64_t block;
  int64_t bytes;
};

/// In the order of DType.
constexpr Format kFormats[] = {{"BF16", 1, 2}, {"F16", 1, 2},    {"F32", 1, 4},
                               {"U8", 1, 1},   {"Q8_0", 32, 34}, {"Q6_K", 256, 210}};

const Format& format_of(DType dtype) { return kFormats[static_cast<size_t>(dtype)]; }

}  // namespace

int64_t dtype_block(DType dtype) { return format_of(dtype).block; }
int64_t dtype_size(DType dtype) { return format_of(dtype).bytes; }
const char* dtype_name(DType dtype) { return format_of(dtype).name; }

float f16_to_float(uint16_t bits) {
  // Moved to the float's fields the value is too small by 2^(127 - 15): multiplying is exact.
  const uint32_t magnitude = static_cast<uint32_t>(bits & 0x7fffu) << 13;
  float value = bit_cast<float>(magnitude) * 0x1p112f;
  if (magnitude >= 0x0f800000u) value = bit_cast<float>(magnitude | 0x7f800000u);  // inf, NaN
  return (bits & 0x8000u) != 0 ? -value : value;
}

uint16_t float_to_f16(float value) {
  const uint32_t bits = bit_cast<uint32_t>(value);
  const uint32_t sign = bits >> 16 & 0x8000u;
  const uint32_t magnitude = bits & 0x7fffffffu;
  uint32_t half = 0;
  if (magnitude > 0x7f800000u) {
    half = 0x7e00;  // NaN
  } else if (magnitude >= 0x477ff000u) {
    half = 0x7c00;  // 65520 and above round to infinity
  } else if (magnitude < 0x38800000u) {
    // Below 2^-14 the halves are multiples of 2^-24, which are the last bits of floats near 0.5.
    half = bit_cast<uint32_t>(bit_cast<float>(magnitude) + 0.5f) - bit_cast<uint32_t>(0.5f);
  } else {
    const uint32_t odd = magnitude >> 13 & 1;
    half = (magnitude - 0x38000000u + 0xfff + odd) >> 13;  // nearest, ties to even
  }
  return static_cast<uint16_t>(sign | half);
}

uint16_t float_to_bf16(float value) {
  const uint32_t bits = bit_cast<uint32_t>(value);
  return static_cast<uint16_t>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

FloatMatrix::FloatMatrix(std::string name, int64_t n, int64_t k, DType dtype, const uint8_t* data,
                         std::shared_ptr<const void> owner)
    : name_(std::move(name)), n_(n), k_(k), dtype_(dtype), data_(data), owner_(std::move(owner)) {
  if (dtype == DType::kU8) fail("{}: U8 where floats are expected", name_);
  if (k % dtype_block(dtype) != 0) {
    fail("{}: rows of {} are no multiple of {}, a block of {}", name_, k, dtype_block(dtype),
         dtype_name(dtype));
  }
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
  const int64_t block = dtype_block(dtype_);
  const int64_t size = dtype_size(dtype_);
  const uint8_t* data = data_ + row * (k_ / block) * size;
  switch (dtype_) {
    case DType::kBF16:
      return read<uint16_t>(data, k_, out, bf16_to_float);
    case DType::kF16:
      return read<uint16_t>(data, k_, out, f16_to_float);
    case DType::kQ80:
      for (int64_t i = 0; i < k_; i += block, data += size) read_q8_0(data, out + i);
      return;
    case DType::kQ6K:
      for (int64_t i = 0; i < k_; i += block, data += size) read_q6_k(data, out + i);
      return;
    default:
      std::memcpy(out, data, static_cast<size_t>(k_) * sizeof(float));
  }
}

}  // namespace tercet
