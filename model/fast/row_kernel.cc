// SPDX-License-Identifier: Apache-2.0
// Compiled once for each vector target; the best one is chosen at run time.
#include "model/fast/row_kernel.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/fast/row_kernel.cc"
#include <hwy/foreach_target.h>

#include "model/fast/codes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::fast::HWY_NAMESPACE {
namespace {

using namespace tercet::HWY_NAMESPACE;  // NOLINT: the same target's part of codes-inl.h

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

int64_t ordered_bytes(const TernaryMatrix& w) { return w.k(); }

void order_token(const TernaryMatrix& w, const int8_t* q, int8_t* to) { std::copy_n(q, w.k(), to); }

void multiply_rows(const TernaryMatrix& w, int64_t begin, int64_t end, const TokenRows& tokens,
                   int32_t* acc, std::vector<uint8_t>* scratch) {
  scratch->resize(static_cast<size_t>(w.k()));
  auto* trits = reinterpret_cast<int8_t*>(scratch->data());
  for (int64_t row = begin; row < end; ++row) {
    w.unpack_row(row, trits);
    for (int64_t t = 0; t < tokens.m; ++t) {
      const int8_t* q = tokens.q + t * tokens.stride;
      int32_t sum = 0;
      for (int64_t c = 0; c < w.k(); ++c) sum += trits[c] * q[c];
      acc[t * w.n() + row] = sum;
    }
  }
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
void multiply_strided(const TernaryMatrix& w, int64_t begin, int64_t end, const TokenRows& tokens,
                      int32_t* acc) {
  for (int64_t row = begin; row < end; ++row) multiply_row<kTokens>(w, row, tokens, acc);
}

void multiply_packed_rows(const TernaryMatrix& w, int64_t begin, int64_t end,
                          const TokenRows& tokens, int32_t* acc) {
  if (tokens.m == 1) return multiply_strided<1>(w, begin, end, tokens, acc);
  if (tokens.m == 2) return multiply_strided<2>(w, begin, end, tokens, acc);
  if (tokens.m == 3) return multiply_strided<3>(w, begin, end, tokens, acc);
  multiply_strided<4>(w, begin, end, tokens, acc);
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

constexpr int64_t kRows = 4;  // whose lanes are summed together

int64_t round_up(int64_t size, int64_t unit) { return (size + unit - 1) / unit * unit; }

int64_t ordered_bytes(const TernaryMatrix& w) {
  return round_up(w.k(), w.layout() == TernaryLayout::kTq1 ? kBytes : kFields * kBytes);
}

/// For each vector of a row's bytes: the columns of its field 0, then those of field 1, and so on.
template <class Layout>
void order_two_bit(const int8_t* q, int64_t k, int8_t* to) {
  constexpr int64_t kRun = Layout::kRun;
  constexpr int64_t kStep = std::min(kRun, kBytes);
  for (int64_t b = 0; b < k / kFields; b += kStep) {
    const int8_t* run = q + b / kRun * kRun * kFields + b % kRun;
    int8_t* vector = to + b / kBytes * kBytes * kFields + b % kBytes;
    for (int64_t field = 0; field < kFields; ++field) {
      const int64_t quarter = Layout::kTopFirst ? kFields - 1 - field : field;
      std::memcpy(vector + field * kBytes, run + quarter * kRun, static_cast<size_t>(kStep));
    }
  }
}

void order_token(const TernaryMatrix& w, const int8_t* q, int8_t* to) {
  switch (w.layout()) {
    case TernaryLayout::kI2s:
      return order_two_bit<I2s>(q, w.k(), to);
    case TernaryLayout::kI2sArm:
      return order_two_bit<I2sArm>(q, w.k(), to);
    case TernaryLayout::kTq2:
      return order_two_bit<Tq2>(q, w.k(), to);
    default:
      std::memcpy(to, q, static_cast<size_t>(w.k()));
  }
}

/// Lanes whose sum is one output of each token.
template <int64_t kTokens>
struct Lanes {
  DotSums sums[kTokens];
};

/// A row of two bits a weight, masked in place: field f counts 4^f fold until the end.
template <class Layout, int64_t kTokens>
HWY_INLINE Lanes<kTokens> two_bit_lanes(const uint8_t* row, int64_t k, const TokenRows& tokens) {
  DotSums sums[kTokens][kFields];
  for (auto& of_token : sums) {
    for (auto& sum : of_token) sum = hn::Zero(kD32);
  }
  const auto add = [&](const uint8_t* from, int64_t b) HWY_ATTR {
    const auto packed = hn::LoadU(kD8, from);
    for (int64_t f = 0; f < kFields; ++f) {
      const auto codes = field_of(packed, f);
      for (int64_t t = 0; t < kTokens; ++t) {
        const int8_t* q = tokens.q + t * tokens.stride + b * kFields + f * kBytes;
        sums[t][f] = add_dots(sums[t][f], codes, hn::LoadU(kDi8, q));
      }
    }
  };
  const int64_t bytes = k / kFields;
  int64_t b = 0;
  for (; b + kBytes <= bytes; b += kBytes) {
    // Of the very line: among four loads of tokens the hardware else misses that rows are one
    // stream. Measured on Zen 4; distances from 64 bytes to 8 KiB were no better.
    __builtin_prefetch(Layout::at(row, b));
    add(Layout::at(row, b), b);
  }
  if (b < bytes) {
    uint8_t tail[kBytes] = {};
    std::memcpy(tail, Layout::at(row, b), static_cast<size_t>(bytes - b));
    add(tail, b);
  }
  Lanes<kTokens> lanes;
  for (int64_t t = 0; t < kTokens; ++t) {
    const auto low = hn::Add(sums[t][0], hn::ShiftRight<2>(sums[t][1]));
    const auto high = hn::Add(hn::ShiftRight<4>(sums[t][2]), hn::ShiftRight<6>(sums[t][3]));
    lanes.sums[t] = hn::Add(low, high);
  }
  return lanes;
}

/// A row that has been unpacked to codes.
template <int64_t kTokens>
HWY_INLINE Lanes<kTokens> code_lanes(const uint8_t* codes, int64_t k, const TokenRows& tokens) {
  Lanes<kTokens> lanes;
  for (auto& sum : lanes.sums) sum = hn::Zero(kD32);
  for (int64_t c = 0; c < k; c += kBytes) {
    const auto vector = hn::LoadU(kD8, codes + c);
    for (int64_t t = 0; t < kTokens; ++t) {
      const auto q = hn::LoadU(kDi8, tokens.q + t * tokens.stride + c);
      lanes.sums[t] = add_dots(lanes.sums[t], vector, q);
    }
  }
  return lanes;
}

/// lanes_of(row) for rows [begin, end), summed and stored. One row at a time, as memory likes it.
template <int64_t kTokens, class LanesOf>
HWY_INLINE void sum_rows(const TernaryMatrix& w, int64_t begin, int64_t end,
                         const TokenRows& tokens, int32_t* acc, const LanesOf& lanes_of) {
  for (int64_t row = begin; row < end; row += kRows) {
    const int64_t count = std::min(kRows, end - row);
    DotSums lanes[kTokens][kRows];
    for (int64_t r = 0; r < kRows; ++r) {
      if (r < count) {
        const Lanes<kTokens> of_row = lanes_of(row + r);
        for (int64_t t = 0; t < kTokens; ++t) lanes[t][r] = of_row.sums[t];
      } else {
        for (int64_t t = 0; t < kTokens; ++t) lanes[t][r] = hn::Zero(kD32);
      }
    }
    for (int64_t t = 0; t < kTokens; ++t) {
      int32_t sums[kRows];
      sum_four(lanes[t], sums);
      for (int64_t r = 0; r < count; ++r) acc[t * w.n() + row + r] = sums[r] - tokens.sums[t];
    }
  }
}

template <int64_t kTokens>
void multiply_few(const TernaryMatrix& w, int64_t begin, int64_t end, const TokenRows& tokens,
                  int32_t* acc, std::vector<uint8_t>* scratch) {
  const int64_t k = w.k();
  const int64_t stride = w.row_bytes();
  const auto two_bit = [&](auto layout) HWY_ATTR {
    sum_rows<kTokens>(w, begin, end, tokens, acc, [&](int64_t row) HWY_ATTR {
      return two_bit_lanes<decltype(layout), kTokens>(w.packed() + row * stride, k, tokens);
    });
  };
  switch (w.layout()) {
    case TernaryLayout::kI2s:
      return two_bit(I2s());
    case TernaryLayout::kI2sArm:
      return two_bit(I2sArm());
    case TernaryLayout::kTq2:
      return two_bit(Tq2());
    default:
      break;
  }
  scratch->resize(static_cast<size_t>(k + kCodesSlack));
  uint8_t* codes = scratch->data();
  sum_rows<kTokens>(w, begin, end, tokens, acc, [&](int64_t row) HWY_ATTR {
    unpack_codes(w, w.packed() + row * stride, codes);
    return code_lanes<kTokens>(codes, k, tokens);
  });
}

void multiply_rows(const TernaryMatrix& w, int64_t begin, int64_t end, const TokenRows& tokens,
                   int32_t* acc, std::vector<uint8_t>* scratch) {
  if (tokens.m == 1) return multiply_few<1>(w, begin, end, tokens, acc, scratch);
  if (tokens.m == 2) return multiply_few<2>(w, begin, end, tokens, acc, scratch);
  if (tokens.m == 3) return multiply_few<3>(w, begin, end, tokens, acc, scratch);
  multiply_few<4>(w, begin, end, tokens, acc, scratch);
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
HWY_EXPORT(ordered_bytes);
HWY_EXPORT(order_token);
HWY_EXPORT(multiply_rows);

int64_t few_tokens() { return HWY_DYNAMIC_DISPATCH(few_tokens)(); }

int32_t sum_token(const int8_t* q, int64_t k) { return HWY_DYNAMIC_DISPATCH(sum_token)(q, k); }

void multiply_packed_rows(const TernaryMatrix& w, int64_t begin, int64_t end,
                          const TokenRows& tokens, int32_t* acc) {
  HWY_DYNAMIC_DISPATCH(multiply_packed_rows)(w, begin, end, tokens, acc);
}

int64_t ordered_bytes(const TernaryMatrix& w) { return HWY_DYNAMIC_DISPATCH(ordered_bytes)(w); }

void order_token(const TernaryMatrix& w, const int8_t* q, int8_t* to) {
  HWY_DYNAMIC_DISPATCH(order_token)(w, q, to);
}

void multiply_rows(const TernaryMatrix& w, int64_t begin, int64_t end, const TokenRows& tokens,
                   int32_t* acc, std::vector<uint8_t>* scratch) {
  HWY_DYNAMIC_DISPATCH(multiply_rows)(w, begin, end, tokens, acc, scratch);
}

}  // namespace tercet::fast
#endif  // HWY_ONCE
