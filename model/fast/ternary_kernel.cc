// SPDX-License-Identifier: Apache-2.0
// Compiled once for each vector target; the best one is chosen at run time.
#include "model/fast/ternary_kernel.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/fast/ternary_kernel.cc"
#include <hwy/foreach_target.h>

#include "model/fast/ternary-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::fast::HWY_NAMESPACE {
namespace {

using namespace tercet::HWY_NAMESPACE;  // NOLINT: the same target's part of ternary-inl.h

/// Writes acc[t][n] of weight row n = field * packed rows + row, if there is such a row.
HWY_INLINE void put(const TernaryMatrix& w, int64_t field, int64_t row, int32_t sum,
                    const TokenRows& tokens, int64_t t, int32_t* acc) {
  const int64_t n = field * w.packed_rows() + row;
  if (n < w.n()) acc[t * w.n() + n] = (sum >> (2 * field)) - tokens.sums[t];
}

#if HWY_TARGET == HWY_SCALAR

void multiply_packed_rows(const TernaryMatrix& w, int64_t begin, int64_t end,
                          const TokenRows& tokens, int32_t* acc) {
  for (int64_t row = begin; row < end; ++row) {
    const uint8_t* in = w.packed() + row * w.k();
    for (int64_t t = 0; t < tokens.m; ++t) {
      const int8_t* q = tokens.q + t * tokens.stride;
      for (int64_t field = 0; field < kFields; ++field) {
        const int mask = 3 << (2 * field);
        int32_t sum = 0;
        for (int64_t c = 0; c < w.k(); ++c) sum += (in[c] & mask) * q[c];
        put(w, field, row, sum, tokens, t, acc);
      }
    }
  }
}

int64_t few_tokens() { return INT64_MAX; }

int32_t sum_token(const int8_t* q, int64_t k) {
  int32_t sum = 0;
  for (int64_t i = 0; i < k; ++i) sum += q[i];
  return sum;
}

#else

template <int64_t kTokens>
using RowSums = DotSums[kTokens][kFields];

/// Adds the products of one vector of a packed row with the tokens' bytes at `q`.
template <int64_t kTokens>
HWY_INLINE void add_vector(const uint8_t* from, const int8_t* q, int64_t q_stride,
                           RowSums<kTokens>& sums) {
  const auto packed = hn::LoadU(kD8, from);
  for (int64_t f = 0; f < kFields; ++f) {
    const auto codes = field_of(packed, f);
    for (int64_t t = 0; t < kTokens; ++t) {
      sums[t][f] = add_dots(sums[t][f], codes, hn::LoadU(kDi8, q + t * q_stride));
    }
  }
}

/// One to four tokens against one packed row, along k. One row at a time, because memory then sees
/// a single linear stream: with two rows at once it delivers half as much.
template <int64_t kTokens>
HWY_INLINE void multiply_row(const TernaryMatrix& w, int64_t row, const TokenRows& tokens,
                             int32_t* acc) {
  RowSums<kTokens> sums;
  for (auto& of_token : sums) {
    for (auto& sum : of_token) sum = hn::Zero(kD32);
  }
  const int64_t k = w.k();
  const uint8_t* in = w.packed() + row * k;
  int64_t c = 0;
  for (; c + kBytes <= k; c += kBytes) {
    add_vector<kTokens>(in + c, tokens.q + c, tokens.stride, sums);
  }
  if (c < k) {
    uint8_t tail[kBytes] = {};
    std::memcpy(tail, in + c, static_cast<size_t>(k - c));
    add_vector<kTokens>(tail, tokens.q + c, tokens.stride, sums);
  }
  for (int64_t t = 0; t < kTokens; ++t) {
    int32_t fields[kFields];
    sum_four(sums[t], fields);
    for (int64_t f = 0; f < kFields; ++f) put(w, f, row, fields[f], tokens, t, acc);
  }
}

template <int64_t kTokens>
void multiply_rows(const TernaryMatrix& w, int64_t begin, int64_t end, const TokenRows& tokens,
                   int32_t* acc) {
  for (int64_t row = begin; row < end; ++row) multiply_row<kTokens>(w, row, tokens, acc);
}

void multiply_packed_rows(const TernaryMatrix& w, int64_t begin, int64_t end,
                          const TokenRows& tokens, int32_t* acc) {
  if (tokens.m == 1) return multiply_rows<1>(w, begin, end, tokens, acc);
  if (tokens.m == 2) return multiply_rows<2>(w, begin, end, tokens, acc);
  if (tokens.m == 3) return multiply_rows<3>(w, begin, end, tokens, acc);
  multiply_rows<4>(w, begin, end, tokens, acc);
}

int64_t few_tokens() { return 4; }

int32_t sum_token(const int8_t* q, int64_t k) {
  auto sums = hn::Zero(kD32);
  const auto ones = hn::Set(kD8, uint8_t{1});
  int64_t i = 0;
  for (; i + kBytes <= k; i += kBytes) sums = add_dots(sums, ones, hn::LoadU(kDi8, q + i));
  int32_t sum = hn::GetLane(hn::SumOfLanes(kD32, sums));
  for (; i < k; ++i) sum += q[i];
  return sum;
}

#endif  // HWY_TARGET == HWY_SCALAR

}  // namespace
}  // namespace tercet::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tercet::fast {

HWY_EXPORT(multiply_packed_rows);
HWY_EXPORT(few_tokens);
HWY_EXPORT(sum_token);

int64_t few_tokens() { return HWY_DYNAMIC_DISPATCH(few_tokens)(); }

int32_t sum_token(const int8_t* q, int64_t k) { return HWY_DYNAMIC_DISPATCH(sum_token)(q, k); }

void multiply_packed_rows(const TernaryMatrix& w, int64_t begin, int64_t end,
                          const TokenRows& tokens, int32_t* acc) {
  HWY_DYNAMIC_DISPATCH(multiply_packed_rows)(w, begin, end, tokens, acc);
}

}  // namespace tercet::fast
#endif  // HWY_ONCE
