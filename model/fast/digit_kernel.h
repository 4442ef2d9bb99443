// SPDX-License-Identifier: Apache-2.0
// Vectors as balanced trit digits: quantising them, attention over a cache of them, and products
// with rows of them. Each equals its part of the reference bit for bit.
#pragma once

#include <cstdint>
#include <vector>

#include "model/digits.h"
#include "model/fast/row_kernel.h"

namespace tercet::fast {

/// quantize_digits() of the reference: codes[n] of x[n], whose magnitudes are at most
/// digit_limit(digits), and their scale; false, with both undefined, if an x is NaN or infinite.
bool quantize_digits(const float* x, int64_t n, int digits, int8_t* codes, float* scale);

/// Keys and values of one key/value head, in the order in which vectors take them. A vector's int32
/// lane holds four channels of a key, or four positions of a channel of the values, so that dot
/// products of bytes end in lanes that need no further sum.
class DigitCache {
 public:
  explicit DigitCache(int64_t head_dim) : head_dim_(head_dim) {}

  /// Room for so many positions; those stored stay.
  void reserve(int64_t positions);
  /// Quantises and stores x[head_dim] at a position for which there is room; false, with nothing
  /// stored, if an x is NaN or infinite. Positions may be stored by several threads.
  bool put_key(const float* x, int digits, int64_t position);
  bool put_value(const float* x, int digits, int64_t position);

  static constexpr int64_t kKeyBlock = 16;   ///< positions whose keys share vectors
  static constexpr int64_t kValueBlock = 4;  ///< positions whose values share int32 lanes
  int64_t head_dim() const { return head_dim_; }
  /// int32 lanes of a key: a multiple of four, the last ones filled with zeros.
  int64_t quads() const { return (head_dim_ + 15) / 16 * 4; }
  const int8_t* keys() const { return keys_.data(); }      ///< [position / 16][quads][16][4]
  const int8_t* values() const { return values_.data(); }  ///< [position / 4][head_dim][4]
  const float* key_scales() const { return key_scales_.data(); }
  const float* value_scales() const { return value_scales_.data(); }

 private:
  int64_t head_dim_;
  std::vector<int8_t> keys_, values_;
  std::vector<float> key_scales_, value_scales_;
};

/// What one thread needs for attend_digits(), to be used again.
struct DigitScratch {
  std::vector<int8_t> query;      // [quads][4]
  std::vector<float> scores;      // [positions], as the following, and some more
  std::vector<int8_t> high, low;  // of probabilities
};

enum class AttendResult : uint8_t { kFine, kQueryNotFinite, kScoreNotFinite };

/// attend_digits() of the reference: one query head over the first `positions` keys and values, at
/// most kMaxDigitPositions. `out` is undefined unless the result is kFine.
AttendResult attend_digits(const float* query, const DigitCache& cache, int64_t positions,
                           DigitScratch* scratch, float* out);

/// digit_logits() of the reference for rows [begin, end): logits[t * head.n + v] of each token,
/// whose scale is scales[t].
void digit_head_rows(const DigitMatrix& head, int64_t begin, int64_t end, const TokenRows& tokens,
                     const float* scales, float* logits);

}  // namespace tercet::fast
