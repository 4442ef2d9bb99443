// SPDX-License-Identifier: Apache-2.0
// Compiled once for each vector target; the best one is chosen at run time.
#include "model/fast/digit_kernel.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "model/attention.h"
#include "model/math.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/fast/digit_kernel.cc"
#include <hwy/foreach_target.h>

#include "model/fast/codes-inl.h"
#include "model/fast/exp2-inl.h"
#include "model/fast/lanes-inl.h"
#include "model/fast/quantize-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::fast::HWY_NAMESPACE {
namespace {

using namespace tercet::HWY_NAMESPACE;  // NOLINT: the same target's part of the files above

/// Codes of x[n] from -limit to limit, and their scale; false if an x is not finite.
HWY_INLINE bool quantize_vector(const float* x, int64_t n, int32_t limit, int8_t* codes,
                                float* scale) {
  Largest largest;
  for_floats(n, [&](auto d, int64_t i) HWY_ATTR { largest.add(d, hn::LoadU(d, x + i)); });
  float magnitude;
  if (!largest.get(&magnitude)) return false;
  *scale = code_scale(magnitude, limit);
  const auto most = static_cast<float>(limit);
  round_codes(n, rcp(*scale), -most, most, codes,
              [&](auto d, int64_t i) HWY_ATTR { return hn::LoadU(d, x + i); });
  return true;
}

bool quantize_digits(const float* x, int64_t n, int digits, int8_t* codes, float* scale) {
  return quantize_vector(x, n, digit_limit(digits), codes, scale);
}

#if HWY_TARGET == HWY_SCALAR

void multiply_keys(const DigitCache& cache, const int8_t* query, int64_t block, int32_t* sums) {
  const int8_t* keys = cache.keys() + block * cache.quads() * DigitCache::kKeyBlock * 4;
  for (int64_t j = 0; j < DigitCache::kKeyBlock; ++j) {
    sums[j] = 0;
    for (int64_t c = 0; c < cache.quads() * 4; ++c) {
      sums[j] += query[c] * keys[(c / 4 * DigitCache::kKeyBlock + j) * 4 + c % 4];
    }
  }
}

void mix_values(const DigitCache& cache, int64_t positions, const DigitScratch& scratch,
                float scale, float* out) {
  const int64_t hd = cache.head_dim();
  for (int64_t c = 0; c < hd; ++c) {
    int32_t high = 0;
    int32_t low = 0;
    for (int64_t j = 0; j < positions; ++j) {
      const int32_t value = cache.values()[(j / 4 * hd + c) * 4 + j % 4];
      high += scratch.high[static_cast<size_t>(j)] * value;
      low += scratch.low[static_cast<size_t>(j)] * value;
    }
    out[c] = digit_mix(high, low, scale);
  }
}

void digit_head_rows(const DigitMatrix& head, int64_t begin, int64_t end, const TokenRows& tokens,
                     const float* scales, float* logits) {
  for (int64_t v = begin; v < end; ++v) {
    const int8_t* row = head.row(v);
    for (int64_t t = 0; t < tokens.m; ++t) {
      const int8_t* q = tokens.q + t * tokens.stride;
      int32_t acc = 0;
      for (int64_t i = 0; i < head.k; ++i) acc += q[i] * row[i];
      logits[t * head.n + v] =
          (static_cast<float>(acc) * scales[t]) * head.scales[static_cast<size_t>(v)];
    }
  }
}

#else

HWY_INLINE DotInts load_ints(const int8_t* from) { return hn::LoadU(kDi8, from); }

/// The same four bytes in each int32 lane.
HWY_INLINE DotInts repeat_four(const int8_t* from) {
  int32_t four;
  std::memcpy(&four, from, sizeof(four));
  return hn::BitCast(kDi8, hn::Set(kD32, four));
}

/// sums[16] of the query's codes times the keys of a block, plus kDigitOffset times the codes' sum.
HWY_INLINE void multiply_keys(const DigitCache& cache, const int8_t* query, int64_t block,
                              int32_t* sums) {
  constexpr int64_t kVectors = DigitCache::kKeyBlock / kColumns;
  constexpr int64_t kChains = 4 / kVectors;  // sums that run side by side hide their latency
  const int64_t quads = cache.quads();
  const int8_t* keys = cache.keys() + block * quads * DigitCache::kKeyBlock * 4;
  DotSums parts[kVectors][kChains];
  for (auto& of_vector : parts) {
    for (auto& part : of_vector) part = hn::Zero(kD32);
  }
  for (int64_t quad = 0; quad < quads; quad += kChains) {
    for (int64_t chain = 0; chain < kChains; ++chain) {
      const DotInts factors = repeat_four(query + (quad + chain) * 4);
      for (int64_t v = 0; v < kVectors; ++v) {
        const int8_t* from = keys + (quad + chain) * DigitCache::kKeyBlock * 4 + v * kBytes;
        parts[v][chain] = add_digit_dots(parts[v][chain], load_ints(from), factors);
      }
    }
  }
  for (int64_t v = 0; v < kVectors; ++v) {
    DotSums sum = parts[v][0];
    for (int64_t chain = 1; chain < kChains; ++chain) sum = hn::Add(sum, parts[v][chain]);
    hn::StoreU(sum, kD32, sums + v * kColumns);
  }
}

/// What add_digit_dots() added to each sum beside the products, modulo 2^32: sums and offset may
/// wrap, their difference fits.
int32_t offset_of(const int8_t* codes, int64_t n) {
  if (kDigitOffset == 0) return 0;
  const auto sum = static_cast<uint32_t>(tercet::fast::sum_token(codes, n));
  return static_cast<int32_t>(sum * uint32_t{kDigitOffset});
}

/// Channels c and up of the mixed values, as many as kVectors vectors hold; `to` has room for them.
template <int64_t kVectors>
HWY_INLINE void mix_channels(const DigitCache& cache, int64_t c, int64_t positions,
                             const DigitScratch& scratch, int32_t high_offset, int32_t low_offset,
                             float scale, float* to) {
  constexpr hn::RebindToFloat<decltype(kD32)> kFloat;
  DotSums high[kVectors];
  DotSums low[kVectors];
  for (auto& sum : high) sum = hn::Zero(kD32);
  for (auto& sum : low) sum = hn::Zero(kD32);
  for (int64_t j = 0; j < positions; j += DigitCache::kValueBlock) {
    const DotInts high_factors = repeat_four(scratch.high.data() + j);
    const DotInts low_factors = repeat_four(scratch.low.data() + j);
    const int8_t* from = cache.values() + j * cache.head_dim() + c * DigitCache::kValueBlock;
    for (int64_t v = 0; v < kVectors; ++v) {
      const DotInts values = load_ints(from + v * kBytes);
      high[v] = add_digit_dots(high[v], values, high_factors);
      low[v] = add_digit_dots(low[v], values, low_factors);
    }
  }
  for (int64_t v = 0; v < kVectors; ++v) {
    const auto h = hn::ConvertTo(kFloat, hn::Sub(high[v], hn::Set(kD32, high_offset)));
    const auto l = hn::ConvertTo(kFloat, hn::Sub(low[v], hn::Set(kD32, low_offset)));
    const auto y = hn::Add(hn::Mul(h, hn::Set(kFloat, 256.0f)), l);
    hn::StoreU(hn::Mul(y, hn::Set(kFloat, scale)), kFloat, to + v * kColumns);
  }
}

void mix_values(const DigitCache& cache, int64_t positions, const DigitScratch& scratch,
                float scale, float* out) {
  constexpr int64_t kVectors = kColumns == 16 ? 8 : 4;  // two sums each fit the registers
  const int32_t high = offset_of(scratch.high.data(), positions);
  const int32_t low = offset_of(scratch.low.data(), positions);
  const int64_t hd = cache.head_dim();
  int64_t c = 0;
  for (; c + kVectors * kColumns <= hd; c += kVectors * kColumns) {
    mix_channels<kVectors>(cache, c, positions, scratch, high, low, scale, out + c);
  }
  for (; c + kColumns <= hd; c += kColumns) {
    mix_channels<1>(cache, c, positions, scratch, high, low, scale, out + c);
  }
  if (c == hd) return;
  float last[kColumns];
  mix_channels<1>(cache, c, positions, scratch, high, low, scale, last);
  std::copy_n(last, hd - c, out + c);
}

/// One row times kTokens tokens from token t: lanes whose sum is the product.
template <int64_t kTokens>
HWY_INLINE void multiply_head_row(const int8_t* row, int64_t k, const int8_t* q, int64_t stride,
                                  DotSums* sums) {
  constexpr int64_t kChains = kTokens == 1 ? 4 : 1;  // sums that run side by side
  DotSums parts[kTokens][kChains];
  for (auto& of_token : parts) {
    for (auto& part : of_token) part = hn::Zero(kD32);
  }
  const auto add = [&](const int8_t* from, int64_t i, int64_t chain) HWY_ATTR {
    const DotInts digits = load_ints(from);
    for (int64_t t = 0; t < kTokens; ++t) {
      parts[t][chain] = add_digit_dots(parts[t][chain], digits, load_ints(q + t * stride + i));
    }
  };
  int64_t i = 0;
  for (; i + kChains * kBytes <= k; i += kChains * kBytes) {
    for (int64_t chain = 0; chain < kChains; ++chain) {
      add(row + i + chain * kBytes, i + chain * kBytes, chain);
    }
  }
  for (; i + kBytes <= k; i += kBytes) add(row + i, i, 0);
  if (i < k) {
    int8_t tail[kBytes] = {};
    std::memcpy(tail, row + i, static_cast<size_t>(k - i));
    add(tail, i, 0);
  }
  for (int64_t t = 0; t < kTokens; ++t) {
    sums[t] = parts[t][0];
    for (int64_t chain = 1; chain < kChains; ++chain) sums[t] = hn::Add(sums[t], parts[t][chain]);
  }
}

constexpr int64_t kHeadRows = 4;  // rows whose lanes are summed together

/// logits of rows v .. v + count - 1, at most kHeadRows, for kTokens tokens from token t. A row at
/// a time, because memory delivers one linear stream fastest.
template <int64_t kTokens>
HWY_INLINE void multiply_head_rows(const DigitMatrix& head, int64_t v, int64_t count,
                                   const TokenRows& tokens, int64_t t, const float* scales,
                                   float* logits) {
  const int8_t* q = tokens.q + t * tokens.stride;
  DotSums lanes[kTokens][kHeadRows];
  for (int64_t r = 0; r < kHeadRows; ++r) {
    DotSums of_row[kTokens];
    const int64_t row = v + std::min(r, count - 1);  // the last one again, unused
    multiply_head_row<kTokens>(head.row(row), head.k, q, tokens.stride, of_row);
    for (int64_t j = 0; j < kTokens; ++j) lanes[j][r] = of_row[j];
  }
  for (int64_t j = 0; j < kTokens; ++j) {
    int32_t sums[kHeadRows];
    sum_four(lanes[j], sums);
    const int32_t offset = kDigitOffset * tokens.sums[t + j];
    for (int64_t r = 0; r < count; ++r) {
      const auto acc = static_cast<float>(sums[r] - offset);
      logits[(t + j) * head.n + v + r] =
          (acc * scales[t + j]) * head.scales[static_cast<size_t>(v + r)];
    }
  }
}

void digit_head_rows(const DigitMatrix& head, int64_t begin, int64_t end, const TokenRows& tokens,
                     const float* scales, float* logits) {
  constexpr int64_t kTokens = 4;  // that share a vector of digits
  for (int64_t v = begin; v < end; v += kHeadRows) {
    const int64_t count = std::min(kHeadRows, end - v);
    int64_t t = 0;
    for (; t + kTokens <= tokens.m; t += kTokens) {
      multiply_head_rows<kTokens>(head, v, count, tokens, t, scales, logits);
    }
    for (; t < tokens.m; ++t) multiply_head_rows<1>(head, v, count, tokens, t, scales, logits);
  }
}

#endif  // HWY_TARGET == HWY_SCALAR

/// Scores in base 2 to scratch->scores, -infinity from `positions` to the end of the last block;
/// returns the largest.
float score_keys(const DigitCache& cache, const int8_t* query, float query_scale, int64_t positions,
                 float* scores) {
  constexpr FloatTag kFloat;
  constexpr hn::RebindToSigned<FloatTag> kInt;
#if HWY_TARGET == HWY_SCALAR
  const int32_t offset = 0;
#else
  const int32_t offset = offset_of(query, cache.quads() * 4);
#endif
  const auto none = hn::Set(kFloat, -std::numeric_limits<float>::infinity());
  auto largest = none;
  for (int64_t at = 0; at < positions; at += DigitCache::kKeyBlock) {
    int32_t sums[DigitCache::kKeyBlock];
    multiply_keys(cache, query, at / DigitCache::kKeyBlock, sums);
    for (int64_t j = 0; j < DigitCache::kKeyBlock; j += kFloats) {
      const auto acc = hn::Sub(hn::LoadU(kInt, sums + j), hn::Set(kInt, offset));
      const auto scaled = hn::Mul(hn::ConvertTo(kFloat, acc), hn::Set(kFloat, query_scale));
      auto x = hn::Mul(scaled, hn::LoadU(kFloat, cache.key_scales() + at + j));
      if (at + j + kFloats > positions) {
        const auto count = static_cast<size_t>(std::max(int64_t{0}, positions - at - j));
        x = hn::IfThenElse(hn::FirstN(kFloat, count), x, none);
      }
      largest = hn::Max(largest, x);
      hn::StoreU(x, kFloat, scores + at + j);
    }
  }
  return hn::GetLane(hn::MaxOfLanes(kFloat, largest));
}

/// The two rows of int8 of the probabilities of scores[0 .. padded), times value scales; returns
/// whether the scores were finite, and the scale of what is mixed.
bool quantize_probabilities(const DigitCache& cache, float largest, int64_t padded,
                            DigitScratch* scratch, float* scale) {
  constexpr FloatTag kFloat;
  constexpr hn::RebindToSigned<FloatTag> kInt;
  constexpr int32_t kMost = 32639;  // 256 * 127 + 127
  float* u = scratch->scores.data();
  auto most = hn::Zero(kFloat);
  const LaneSums lanes = add_to_lanes(padded, [&](auto d, int64_t i) HWY_ATTR {
    const auto e = exp2_floats(d, hn::Sub(hn::LoadU(d, u + i), hn::Set(d, largest)));
    if constexpr (hn::MaxLanes(d) == hn::MaxLanes(FloatTag())) {
      const auto product = hn::Mul(e, hn::LoadU(d, cache.value_scales() + i));
      most = hn::Max(most, product);
      hn::StoreU(product, d, u + i);
    }
    return e;
  });
  const float sum = sum_of(lanes);
  if (!(sum > 0.0f)) return false;
  const float magnitude = hn::GetLane(hn::MaxOfLanes(kFloat, most));
  const float of_codes = code_scale(magnitude, kMost);
  const float s = rcp(of_codes);
  const hn::Rebind<int8_t, FloatTag> d8;
  for (int64_t i = 0; i < padded; i += kFloats) {
    const auto magic = hn::Set(kFloat, kRoundMagic);
    const auto scaled = hn::Mul(hn::LoadU(kFloat, u + i), hn::Set(kFloat, s));
    const auto rounded = hn::Sub(hn::Add(scaled, magic), magic);
    const auto clamped =
        hn::Min(hn::Max(rounded, hn::Zero(kFloat)), hn::Set(kFloat, static_cast<float>(kMost)));
    const auto code = hn::ConvertTo(kInt, clamped);
    const auto high = hn::ShiftRight<8>(hn::Add(code, hn::Set(kInt, 128)));
    hn::StoreU(hn::DemoteTo(d8, high), d8, scratch->high.data() + i);
    const auto low = hn::Sub(code, hn::ShiftLeft<8>(high));
    hn::StoreU(hn::DemoteTo(d8, low), d8, scratch->low.data() + i);
  }
  *scale = of_codes * rcp(sum);
  return true;
}

AttendResult attend_digits(const float* query, const DigitCache& cache, int64_t positions,
                           DigitScratch* scratch, float* out) {
  const int64_t hd = cache.head_dim();
  constexpr int32_t kQueryLimit = 127;
  scratch->query.assign(static_cast<size_t>(cache.quads() * 4), 0);
  int8_t* codes = scratch->query.data();
  float scale;
  if (!quantize_vector(query, hd, kQueryLimit, codes, &scale)) {
    return AttendResult::kQueryNotFinite;
  }
  const int64_t padded =
      (positions + DigitCache::kKeyBlock - 1) / DigitCache::kKeyBlock * DigitCache::kKeyBlock;
  const float largest =
      score_keys(cache, codes, scale * score_factor(hd), positions, scratch->scores.data());
  if (!quantize_probabilities(cache, largest, padded, scratch, &scale)) {
    return AttendResult::kScoreNotFinite;
  }
  mix_values(cache, positions, *scratch, scale, out);
  return AttendResult::kFine;
}

}  // namespace
}  // namespace tercet::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tercet::fast {
namespace {

constexpr int64_t kSlack = 64;  // bytes that a vector may read after the last value

/// Grows geometrically; never shrinks.
template <class T>
void fit(std::vector<T>* values, int64_t size) {
  if (static_cast<int64_t>(values->size()) < size) values->resize(static_cast<size_t>(size));
}

int64_t round_up(int64_t size, int64_t unit) { return (size + unit - 1) / unit * unit; }

}  // namespace

HWY_EXPORT(quantize_digits);
HWY_EXPORT(attend_digits);
HWY_EXPORT(digit_head_rows);

bool quantize_digits(const float* x, int64_t n, int digits, int8_t* codes, float* scale) {
  return HWY_DYNAMIC_DISPATCH(quantize_digits)(x, n, digits, codes, scale);
}

void DigitCache::reserve(int64_t positions) {
  const int64_t padded = round_up(positions, kKeyBlock);
  fit(&keys_, padded * quads() * 4);
  fit(&values_, padded * head_dim_ + kSlack);
  fit(&key_scales_, padded);
  fit(&value_scales_, padded);
}

bool DigitCache::put_key(const float* x, int digits, int64_t position) {
  constexpr int64_t kBytes = 4;
  std::vector<int8_t> codes(static_cast<size_t>(quads() * kBytes));
  float* scale = key_scales_.data() + position;
  if (!quantize_digits(x, head_dim_, digits, codes.data(), scale)) return false;
  int8_t* to =
      keys_.data() + (position / kKeyBlock * quads() * kKeyBlock + position % kKeyBlock) * kBytes;
  for (int64_t quad = 0; quad < quads(); ++quad) {
    std::memcpy(to + quad * kKeyBlock * kBytes, codes.data() + quad * kBytes, kBytes);
  }
  return true;
}

bool DigitCache::put_value(const float* x, int digits, int64_t position) {
  std::vector<int8_t> codes(static_cast<size_t>(head_dim_));
  float* scale = value_scales_.data() + position;
  if (!quantize_digits(x, head_dim_, digits, codes.data(), scale)) return false;
  int8_t* to =
      values_.data() + position / kValueBlock * kValueBlock * head_dim_ + position % kValueBlock;
  for (int64_t c = 0; c < head_dim_; ++c) to[c * kValueBlock] = codes[static_cast<size_t>(c)];
  return true;
}

AttendResult attend_digits(const float* query, const DigitCache& cache, int64_t positions,
                           DigitScratch* scratch, float* out) {
  const int64_t padded = round_up(positions, DigitCache::kKeyBlock);
  fit(&scratch->scores, padded);
  fit(&scratch->high, padded);
  fit(&scratch->low, padded);
  return HWY_DYNAMIC_DISPATCH(attend_digits)(query, cache, positions, scratch, out);
}

void digit_head_rows(const DigitMatrix& head, int64_t begin, int64_t end, const TokenRows& tokens,
                     const float* scales, float* logits) {
  HWY_DYNAMIC_DISPATCH(digit_head_rows)(head, begin, end, tokens, scales, logits);
}

}  // namespace tercet::fast
#endif  // HWY_ONCE
