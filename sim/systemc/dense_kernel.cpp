// SPDX-License-Identifier: Apache-2.0
// The host's floats are IEEE binary32, rounded to nearest even, subnormals in full: sums are the
// hardware's, but for the pattern of a NaN.
#include <cmath>
#include <limits>
#include <vector>

#include "model/float_matrix.h"
#include "model/math.h"
#include "sim/systemc/kernel.h"

namespace tercet {
namespace {

static_assert(std::numeric_limits<float>::is_iec559);

constexpr uint32_t kNan = 0x7fc00000;  // the only one that comes out of the hardware

void read_halves(const uint8_t* bytes, uint32_t count, float* values) {
  static const std::vector<float> kValues = [] {
    std::vector<float> all(1 << 16);
    for (size_t half = 0; half < all.size(); ++half) {
      all[half] = f16_to_float(static_cast<uint16_t>(half));
    }
    return all;
  }();
  const float* known = kValues.data();
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
    const float sum = (first ? 0.0f : bit_cast<float>(sums[c])) + node[0];
    sums[c] = static_cast<int32_t>(std::isnan(sum) ? kNan : bit_cast<uint32_t>(sum));
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
