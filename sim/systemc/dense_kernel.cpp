// SPDX-License-Identifier: Apache-2.0
// The host's floats are IEEE binary32, rounded to nearest even, subnormals in full: sums are the
// hardware's, but for the pattern of a NaN.
#include "sim/systemc/dense_kernel.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "sim/baseline/float_bits.h"

namespace tercet {
namespace {

static_assert(std::numeric_limits<float>::is_iec559);

float float_of(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof(value));
  return value;
}

uint32_t bits_of(float value) {
  if (std::isnan(value)) return kBinary32Nan;
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof(bits));
  return bits;
}

/// All binary16 as floats.
const std::vector<float>& half_values() {
  static const std::vector<float> kValues = [] {
    constexpr uint32_t kHalves = 1 << 16;
    constexpr uint16_t kOne = 0x3c00;
    std::vector<float> values(kHalves);
    for (uint32_t half = 0; half < kHalves; ++half) {
      values[half] = float_of(fp16_multiply(static_cast<uint16_t>(half), kOne));
    }
    return values;
  }();
  return kValues;
}

void read_halves(const uint8_t* bytes, uint32_t count, float* values) {
  const float* known = half_values().data();
  for (uint32_t i = 0; i < count; ++i) values[i] = known[bytes[2 * i] | bytes[2 * i + 1] << 8];
}

void multiply_fp16(const TileShape& shape, const uint8_t* columns, const uint8_t* acts, bool first,
                   int32_t* sums) {
  const uint32_t rows = shape.rows;
  std::vector<float> x(rows);
  std::vector<float> node(rows);
  read_halves(acts, rows, x.data());
  for (uint32_t c = 0; c < shape.cols; ++c) {
    read_halves(columns + size_t{2} * c * rows, rows, node.data());
    for (uint32_t r = 0; r < rows; ++r) node[r] *= x[r];
    for (uint32_t width = rows / 2; width > 0; width /= 2) {
      for (uint32_t i = 0; i < width; ++i) node[i] = node[2 * i] + node[2 * i + 1];
    }
    const float stored = first ? 0.0f : float_of(static_cast<uint32_t>(sums[c]));
    sums[c] = static_cast<int32_t>(bits_of(stored + node[0]));
  }
}

void multiply_int8(const TileShape& shape, const uint8_t* columns, const uint8_t* acts, bool first,
                   int32_t* sums) {
  for (uint32_t c = 0; c < shape.cols; ++c) {
    const uint8_t* weights = columns + size_t{c} * shape.rows;
    int32_t sum = first ? 0 : sums[c];
    for (uint32_t r = 0; r < shape.rows; ++r) {
      sum += static_cast<int8_t>(weights[r]) * static_cast<int8_t>(acts[r]);
    }
    sums[c] = sum;
  }
}

}  // namespace

void multiply_dense(const ElementFormat& format, const TileShape& shape, const uint8_t* columns,
                    const uint8_t* acts, bool first, int32_t* sums) {
  if (format.weight_bits == kFp16.weight_bits) {
    multiply_fp16(shape, columns, acts, first, sums);
  } else {
    multiply_int8(shape, columns, acts, first, sums);
  }
}

}  // namespace tercet
