// SPDX-License-Identifier: Apache-2.0
// How a session keeps keys, values and the head, and how it treats activations.
#pragma once

#include <cstdint>
#include <memory>

#include "model/digits.h"

namespace tercet {

/// How keys and values are kept: as floats, rounded to half precision, or as D balanced trits with
/// a scale for each token and key/value head.
enum class CacheKind : uint8_t {
  kF32 = 0,
  kDigits1 = 1,
  kDigits2 = 2,
  kDigits3 = 3,
  kDigits4 = 4,
  kDigits5 = 5,
  kF16 = 6
};

/// How logits are formed: from the floats of the file, or from D balanced trits a weight with a
/// scale for each row.
enum class HeadKind : uint8_t {
  kFloat = 0,
  kDigits1 = 1,
  kDigits2 = 2,
  kDigits3 = 3,
  kDigits4 = 4,
  kDigits5 = 5
};

/// D; 0 for floats.
constexpr int digits_of(CacheKind kind) {
  return kind == CacheKind::kF16 ? 0 : static_cast<int>(kind);
}
constexpr int digits_of(HeadKind kind) { return static_cast<int>(kind); }

struct SessionOptions {
  bool quantize_activations = true;  ///< false: BitLinear multiplies floats, no engine is used
  CacheKind kv = CacheKind::kF32;
  HeadKind head = HeadKind::kFloat;
  /// The model's head as digits_of(head) digits, so that sessions can share it; nullptr: the
  /// session makes its own.
  std::shared_ptr<const DigitMatrix> digit_head;
};

/// What commands that drive a machine start from: keys, values and the head as five digits.
inline SessionOptions machine_session() {
  SessionOptions options;
  options.kv = CacheKind::kDigits5;
  options.head = HeadKind::kDigits5;
  return options;
}

}  // namespace tercet
