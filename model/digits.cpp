// SPDX-License-Identifier: Apache-2.0
// Quantising to digits, and taking codes apart.
#include "model/digits.h"

#include "model/math.h"

namespace tercet {

std::optional<float> magnitude(const float* x, int64_t n) {
  uint32_t largest = bit_cast<uint32_t>(kLeastMagnitude);
  for (int64_t i = 0; i < n; ++i) {  // bits of |x| order as the values do, with NaN above all
    const uint32_t bits = bit_cast<uint32_t>(x[i]) & 0x7fffffffu;
    largest = bits > largest ? bits : largest;
  }
  if (largest >= 0x7f800000u) return std::nullopt;
  return bit_cast<float>(largest);
}

void quantize_codes(const float* x, int64_t n, float m, int32_t limit, int8_t* code) {
  const auto most = static_cast<float>(limit);
  const float s = most * rcp(m);
  for (int64_t i = 0; i < n; ++i) {
    const float rounded = round_half_even(x[i] * s);
    const float raised = rounded < -most ? -most : rounded;
    code[i] = static_cast<int8_t>(raised > most ? most : raised);
  }
}

std::optional<float> quantize_digits(const float* x, int64_t n, int digits, int8_t* code) {
  const std::optional<float> m = magnitude(x, n);
  if (!m.has_value()) return std::nullopt;
  const int32_t limit = digit_limit(digits);
  quantize_codes(x, n, *m, limit, code);
  return *m * static_cast<float>(1.0 / limit);
}

void split_digits(int32_t code, int digits, int8_t* trits) {
  int32_t rest = code + digit_limit(digits);  // each trit + 1 is a plain base-3 digit of this
  for (int i = 0; i < digits; ++i) {
    trits[i] = static_cast<int8_t>(rest % 3 - 1);
    rest /= 3;
  }
}

int32_t join_digits(const int8_t* trits, int digits) {
  int32_t code = 0;
  for (int i = digits; i-- > 0;) code = 3 * code + trits[i];
  return code;
}

DigitMatrix quantize_rows(const FloatMatrix& rows, int digits) {
  DigitMatrix out;
  out.n = rows.n();
  out.k = rows.k();
  out.digits = digits;
  out.codes.resize(static_cast<size_t>(out.n * out.k));
  out.scales.resize(static_cast<size_t>(out.n));
  std::vector<float> row(static_cast<size_t>(out.k));
  for (int64_t i = 0; i < out.n; ++i) {
    rows.read_row(i, row.data());
    // A FloatMatrix holds finite values only.
    out.scales[static_cast<size_t>(i)] =
        quantize_digits(row.data(), out.k, digits, out.codes.data() + i * out.k).value();
  }
  return out;
}

}  // namespace tercet
