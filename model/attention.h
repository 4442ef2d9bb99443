// SPDX-License-Identifier: Apache-2.0
// One query head over its keys and values, as floats or as digits (docs/arithmetic.md gives the
// bits).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tercet {

/// Softmax runs in base 2, so scores are multiplied by float(log2(e) / (divisor * sqrt(head_dim))).
float score_factor(int64_t head_dim, double divisor = 1.0);

/// x[n] -> 2^(x - max x) in place; returns their sum, which is NaN if the largest x is infinite or
/// NaN, else in [1, n].
float softmax_terms(float* x, int64_t n);

/// Keys and values as floats: out[head_dim] = softmax(q . k_j / sqrt(head_dim)) v over `positions`
/// that lie `stride` floats apart. scores is scratch [positions].
void attend(const float* query, const float* keys, const float* values, int64_t positions,
            int64_t stride, int64_t head_dim, float* scores, float* out);

/// The keys and values of one key/value head as digits. Codes of a position are `stride` bytes from
/// those of the next, its scales `scale_stride` floats.
struct DigitCacheView {
  const int8_t* keys = nullptr;  ///< head_dim codes a position
  const float* key_scales = nullptr;
  const int8_t* values = nullptr;  ///< head_dim codes a position
  const float* value_scales = nullptr;
  int64_t positions = 0;
  int64_t stride = 0;
  int64_t scale_stride = 0;
};

/// A query head in int8: codes in [-127, 127].
struct QueryCodes {
  std::vector<int8_t> codes;  ///< [head_dim]
  float scale = 0.0f;         ///< of the scores
};

/// Throws Error naming `where` if a query is NaN or infinite.
void quantize_query(const float* query, int64_t head_dim, const std::string& where,
                    QueryCodes* out);

/// x[j] = (float(acc) * scale) * key_scale of the exact sums of one query: its scores in base 2.
float digit_score(int64_t acc, float query_scale, float key_scale);

/// Probabilities times value scales in 15 bits, 0 .. 32639, as two rows of int8:
/// code = 256 * high + low, high in 0 .. 127, low in -128 .. 127.
struct MixCodes {
  std::vector<int8_t> high, low;  ///< [positions]
  float scale = 0.0f;             ///< of the mixed values
};

/// The codes of scores x[positions], which become scratch; value scales lie `scale_stride` apart.
/// Throws Error naming `where` if the largest score is NaN or infinite.
void quantize_mix(float* x, const float* value_scales, int64_t scale_stride, int64_t positions,
                  const std::string& where, MixCodes* out);

/// (float(high) * 256 + float(low)) * scale of the exact sums of codes times values.
float digit_mix(int64_t high, int64_t low, float scale);

/// What attend_digits() needs, to be used again.
struct DigitScratch {
  QueryCodes query;
  MixCodes mix;
  std::vector<float> scores;
};

/// Attention of query[head_dim] over a cache of digits. Throws Error naming `where` if the query or
/// a score is not finite.
void attend_digits(const float* query, const DigitCacheView& cache, int64_t head_dim,
                   const std::string& where, DigitScratch* scratch, float* out);

}  // namespace tercet
