// SPDX-License-Identifier: Apache-2.0
// See float_bits.h. Numbers are taken apart into integers, computed with exactly, and rounded in
// one place.
#include "tests/unit/sim/float_bits.h"

#include <utility>

#include "base/error.h"

namespace tercet {
namespace {

/// A binary format of 1 + exponent_bits + fraction_bits bits.
struct Format {
  int exponent_bits;
  int fraction_bits;
  int max_exponent() const {
    return (1 << exponent_bits) - 1;
  }  ///< the field of infinities and NaNs
  int bias() const { return (1 << (exponent_bits - 1)) - 1; }
};
constexpr Format kBinary16 = {5, 10};
constexpr Format kBinary32 = {8, 23};
constexpr uint16_t kBinary16Nan = 0x7e00;

enum class Kind { kFinite, kInfinite, kNan };

/// A finite number is ±magnitude · 2^exponent.
struct Parts {
  Kind kind;
  bool negative;
  uint64_t magnitude;
  int exponent;
};

Parts take_apart(uint32_t bits, Format format) {
  const uint32_t fraction = bits & ((1u << format.fraction_bits) - 1);
  const int field = static_cast<int>(bits >> format.fraction_bits) & format.max_exponent();
  const bool negative = (bits >> (format.exponent_bits + format.fraction_bits) & 1) != 0;
  if (field == format.max_exponent()) {
    return {fraction == 0 ? Kind::kInfinite : Kind::kNan, negative, 0, 0};
  }
  const int least =
      1 - format.bias() - format.fraction_bits;  // exponent of the last bit of a subnormal
  if (field == 0) return {Kind::kFinite, negative, fraction, least};
  return {Kind::kFinite, negative, fraction | 1u << format.fraction_bits, least + field - 1};
}

/// value != 0.
int bit_length(uint64_t value) { return 64 - __builtin_clzll(value); }

uint32_t infinity(bool negative, Format format) {
  return (static_cast<uint32_t>(negative) << format.exponent_bits |
          static_cast<uint32_t>(format.max_exponent()))
         << format.fraction_bits;
}

uint32_t put_together(bool negative, uint64_t magnitude, int exponent, Format format) {
  const uint32_t sign = static_cast<uint32_t>(negative)
                        << (format.exponent_bits + format.fraction_bits);
  if (magnitude == 0) return sign;
  // The last bit that the result can keep: by precision, or by the least exponent there is.
  const int least = 1 - format.bias() - format.fraction_bits;
  int last = exponent + bit_length(magnitude) - (format.fraction_bits + 1);
  if (last < least) last = least;
  const int drop = last - exponent;
  if (drop > 64) return sign;  // below half of the smallest
  uint64_t kept = magnitude;
  if (drop <= 0) {
    kept <<= -drop;
  } else {
    const uint64_t rest = drop == 64 ? magnitude : magnitude & ((uint64_t{1} << drop) - 1);
    const uint64_t half = uint64_t{1} << (drop - 1);
    kept = drop == 64 ? 0 : magnitude >> drop;
    if (rest > half || (rest == half && (kept & 1) != 0)) ++kept;
  }
  // kept < 2^fraction_bits is a subnormal; a carry out of the fraction steps the exponent by
  // itself.
  const auto field = static_cast<uint64_t>(last - least);
  const uint64_t bits = (field << format.fraction_bits) + kept;
  const uint32_t infinite = infinity(false, format);
  return sign | (bits >= infinite ? infinite : static_cast<uint32_t>(bits));
}

}  // namespace

uint32_t round_to_binary32(bool negative, uint64_t magnitude, int exponent) {
  return put_together(negative, magnitude, exponent, kBinary32);
}

uint16_t round_to_binary16(uint32_t value) {
  const Parts parts = take_apart(value, kBinary32);
  if (parts.kind == Kind::kNan) return kBinary16Nan;
  if (parts.kind == Kind::kInfinite)
    return static_cast<uint16_t>(infinity(parts.negative, kBinary16));
  return static_cast<uint16_t>(
      put_together(parts.negative, parts.magnitude, parts.exponent, kBinary16));
}

uint32_t fp16_multiply(uint16_t a, uint16_t b) {
  const Parts x = take_apart(a, kBinary16);
  const Parts y = take_apart(b, kBinary16);
  if (x.kind == Kind::kNan || y.kind == Kind::kNan) return kBinary32Nan;
  const bool negative = x.negative != y.negative;
  if (x.kind == Kind::kInfinite || y.kind == Kind::kInfinite) {
    const bool zero = (x.kind == Kind::kFinite && x.magnitude == 0) ||
                      (y.kind == Kind::kFinite && y.magnitude == 0);
    return zero ? kBinary32Nan : infinity(negative, kBinary32);
  }
  return round_to_binary32(negative, x.magnitude * y.magnitude, x.exponent + y.exponent);
}

uint32_t fp32_add(uint32_t a, uint32_t b) {
  Parts x = take_apart(a, kBinary32);
  Parts y = take_apart(b, kBinary32);
  if (x.kind == Kind::kNan || y.kind == Kind::kNan) return kBinary32Nan;
  if (x.kind == Kind::kInfinite || y.kind == Kind::kInfinite) {
    if (x.kind == y.kind && x.negative != y.negative) return kBinary32Nan;
    return infinity(x.kind == Kind::kInfinite ? x.negative : y.negative, kBinary32);
  }
  if (x.exponent < y.exponent) std::swap(x, y);
  // Exact to a distance of 38 (24 + 38 < 63 bits). Beyond, y is less than a quarter of x's last
  // bit: any magnitude that is not 0, as small, rounds the same.
  constexpr int kFar = 38;
  if (x.exponent - y.exponent > kFar) {
    y.magnitude = y.magnitude == 0 ? 0 : 1;
    y.exponent = x.exponent - kFar;
  }
  const auto big = static_cast<int64_t>(x.magnitude << (x.exponent - y.exponent));
  const auto small = static_cast<int64_t>(y.magnitude);
  const int64_t sum = (x.negative ? -big : big) + (y.negative ? -small : small);
  if (sum == 0) return round_to_binary32(x.negative && y.negative, 0, 0);
  return round_to_binary32(sum < 0, static_cast<uint64_t>(sum < 0 ? -sum : sum), y.exponent);
}

uint32_t fp16_column(const std::vector<uint16_t>& weights, const std::vector<uint16_t>& acts) {
  const size_t rows = weights.size();
  if (rows != acts.size() || rows < 2 || (rows & (rows - 1)) != 0) {
    fail("fp16_column: {} weights, {} activations; both must be one power of two >= 2", rows,
         acts.size());
  }
  std::vector<uint32_t> sums(rows);
  for (size_t r = 0; r < rows; ++r) sums[r] = fp16_multiply(acts[r], weights[r]);
  for (size_t n = rows / 2; n >= 1; n /= 2) {
    for (size_t i = 0; i < n; ++i) sums[i] = fp32_add(sums[2 * i], sums[2 * i + 1]);
  }
  return sums[0];
}

}  // namespace tercet
