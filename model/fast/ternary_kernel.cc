// SPDX-License-Identifier: Apache-2.0
// Compiled once for each vector target; the best one is chosen at run time.
#include "model/fast/ternary_kernel.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/fast/ternary_kernel.cc"
#include <hwy/foreach_target.h>

#include "model/fast/byte_dot-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::fast::HWY_NAMESPACE {
namespace {

using namespace tercet::HWY_NAMESPACE;  // NOLINT: the same target's part of byte_dot-inl.h

constexpr int64_t kFields = 4;  // weights in a byte

/// Writes acc[t][n] of weight row n = field * packed rows + row, if there is such a row.
HWY_INLINE void put(const TernaryMatrix& w, int64_t field, int64_t row, int32_t sum,
                    const TokenRows& tokens, int64_t t, int32_t* acc) {
  const int64_t n = field * w.packed_rows() + row;
  if (n < w.n()) acc[t * w.n() + n] = (sum >> (2 * field)) - tokens.sums[t];
}

#if HWY_TARGET == HWY_SCALAR

void multiply_rows_scalar(const TernaryMatrix& w, int64_t begin, int64_t end,
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

void multiply_packed_rows(const TernaryMatrix& w, int64_t begin, int64_t end,
                          const TokenRows& tokens, int32_t* acc) {
  multiply_rows_scalar(w, begin, end, tokens, acc);
}

int64_t block_rows() { return 4; }

void multiply_block(const TernaryMatrix& w, int64_t begin, const TokenRows& tokens, int32_t* acc,
                    std::vector<uint8_t>*) {
  multiply_rows_scalar(w, begin, std::min(begin + block_rows(), w.packed_rows()), tokens, acc);
}

int32_t sum_token(const int8_t* q, int64_t k) {
  int32_t sum = 0;
  for (int64_t i = 0; i < k; ++i) sum += q[i];
  return sum;
}

#else

constexpr hn::ScalableTag<uint8_t> kD8;
constexpr hn::ScalableTag<int8_t> kDi8;
constexpr hn::ScalableTag<int32_t> kD32;
constexpr int64_t kBytes = hn::MaxLanes(kD8);     // in a vector
constexpr int64_t kColumns = hn::MaxLanes(kD32);  // int32 in a vector

// No plain loops over products of bytes or int16s below: the compiler may turn those into AVX-VNNI
// instructions, which Highway's flags for AVX3_DL allow and Zen 4 does not have.

/// Field i of each byte, where it lies.
HWY_INLINE DotBytes field_of(DotBytes packed, int64_t i) {
  return hn::And(packed, hn::Set(kD8, static_cast<uint8_t>(3 << (2 * i))));
}

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

/// to[f] = the sum of the lanes of v[f].
HWY_INLINE void sum_fields(const DotSums* v, int32_t* to) {
  constexpr hn::Full128<int32_t> kFour;
  constexpr hn::Full128<int64_t> kTwo;
  const auto a = fold_to_four(kD32, v[0]);
  const auto b = fold_to_four(kD32, v[1]);
  const auto c = fold_to_four(kD32, v[2]);
  const auto d = fold_to_four(kD32, v[3]);
  const auto ab = hn::Add(hn::InterleaveLower(kFour, a, b), hn::InterleaveUpper(kFour, a, b));
  const auto cd = hn::Add(hn::InterleaveLower(kFour, c, d), hn::InterleaveUpper(kFour, c, d));
  const auto low = hn::InterleaveLower(kTwo, hn::BitCast(kTwo, ab), hn::BitCast(kTwo, cd));
  const auto high = hn::InterleaveUpper(kTwo, hn::BitCast(kTwo, ab), hn::BitCast(kTwo, cd));
  hn::StoreU(hn::Add(hn::BitCast(kFour, low), hn::BitCast(kFour, high)), kFour, to);
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
    sum_fields(sums[t], fields);
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

int64_t block_rows() { return kColumns; }

/// The bytes of `count` packed rows, as [ceil16(k) / 4][kColumns][4]: four bytes of each row beside
/// each other. Absent rows and columns are zero.
void transpose(const uint8_t* rows, int64_t count, int64_t k, uint8_t* to) {
  constexpr hn::Full128<uint32_t> kQuads;
  constexpr hn::Full128<uint64_t> kPairs;
  constexpr hn::Full128<uint8_t> kBytes16;
  constexpr int64_t kStep = 16;
  for (int64_t r = 0; r < kColumns; r += 4) {
    for (int64_t c = 0; c < k; c += kStep) {
      hn::Vec<decltype(kQuads)> row[4];
      for (int64_t i = 0; i < 4; ++i) {
        if (r + i >= count) {
          row[i] = hn::Zero(kQuads);
        } else if (c + kStep <= k) {
          row[i] = hn::BitCast(kQuads, hn::LoadU(kBytes16, rows + (r + i) * k + c));
        } else {
          uint8_t tail[kStep] = {};
          std::memcpy(tail, rows + (r + i) * k + c, static_cast<size_t>(k - c));
          row[i] = hn::BitCast(kQuads, hn::LoadU(kBytes16, tail));
        }
      }
      const auto low01 = hn::BitCast(kPairs, hn::InterleaveLower(kQuads, row[0], row[1]));
      const auto low23 = hn::BitCast(kPairs, hn::InterleaveLower(kQuads, row[2], row[3]));
      const auto high01 = hn::BitCast(kPairs, hn::InterleaveUpper(kQuads, row[0], row[1]));
      const auto high23 = hn::BitCast(kPairs, hn::InterleaveUpper(kQuads, row[2], row[3]));
      const hn::Vec<decltype(kPairs)> quads[4] = {
          hn::InterleaveLower(kPairs, low01, low23), hn::InterleaveUpper(kPairs, low01, low23),
          hn::InterleaveLower(kPairs, high01, high23), hn::InterleaveUpper(kPairs, high01, high23)};
      for (int64_t i = 0; i < 4; ++i) {
        hn::StoreU(hn::BitCast(kBytes16, quads[i]), kBytes16,
                   to + ((c / 4 + i) * kColumns + r) * 4);
      }
    }
  }
}

/// kTokens tokens from token t against a transposed block.
template <int64_t kTokens>
HWY_INLINE void multiply_tokens(const TernaryMatrix& w, const uint8_t* block, int64_t begin,
                                const TokenRows& tokens, int64_t t, int32_t* acc) {
  DotSums sums[kFields][kTokens];
  for (auto& of_field : sums) {
    for (auto& sum : of_field) sum = hn::Zero(kD32);
  }
  const int8_t* q = tokens.q + t * tokens.stride;
  for (int64_t c = 0; c < w.k(); c += 4) {
    const auto packed = hn::LoadU(kD8, block + c * kColumns);
    DotBytes codes[kFields];
    for (int64_t f = 0; f < kFields; ++f) codes[f] = field_of(packed, f);
    for (int64_t i = 0; i < kTokens; ++i) {
      int32_t four;
      std::memcpy(&four, q + i * tokens.stride + c, 4);
      const auto values = hn::BitCast(kDi8, hn::Set(kD32, four));
      for (int64_t f = 0; f < kFields; ++f) {
        sums[f][i] = add_dots(sums[f][i], codes[f], values);
      }
    }
  }
  const int64_t rows = w.packed_rows();
  const int64_t count = std::min(kColumns, rows - begin);
  for (int64_t f = 0; f < kFields; ++f) {
    const int64_t n = f * rows + begin;
    for (int64_t i = 0; i < kTokens; ++i) {
      const auto scaled = hn::ShiftRightSame(sums[f][i], static_cast<int>(2 * f));
      const auto result = hn::Sub(scaled, hn::Set(kD32, tokens.sums[t + i]));
      int32_t* to = acc + (t + i) * w.n() + n;
      if (count == kColumns && n + kColumns <= w.n()) {
        hn::StoreU(result, kD32, to);
      } else if (n < w.n()) {
        int32_t outputs[kColumns];
        hn::StoreU(result, kD32, outputs);
        std::copy_n(outputs, std::min(count, w.n() - n), to);
      }
    }
  }
}

void multiply_block(const TernaryMatrix& w, int64_t begin, const TokenRows& tokens, int32_t* acc,
                    std::vector<uint8_t>* scratch) {
  // Accumulators and fields of so many tokens fit the registers.
  constexpr int64_t kTile = kBytes == 64 ? 4 : 2;
  const int64_t k = w.k();
  scratch->resize(static_cast<size_t>((k + 15) / 16 * 16 * kColumns + fast::kTokenAlign));
  auto* block = scratch->data();
  block += (fast::kTokenAlign - reinterpret_cast<uintptr_t>(block) % fast::kTokenAlign) %
           fast::kTokenAlign;
  transpose(w.packed() + begin * k, std::min(kColumns, w.packed_rows() - begin), k, block);
  int64_t t = 0;
  for (; t + kTile <= tokens.m; t += kTile) {
    multiply_tokens<kTile>(w, block, begin, tokens, t, acc);
  }
  for (; t < tokens.m; ++t) multiply_tokens<1>(w, block, begin, tokens, t, acc);
}

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
HWY_EXPORT(multiply_block);
HWY_EXPORT(block_rows);
HWY_EXPORT(sum_token);

int32_t sum_token(const int8_t* q, int64_t k) { return HWY_DYNAMIC_DISPATCH(sum_token)(q, k); }

void multiply_packed_rows(const TernaryMatrix& w, int64_t begin, int64_t end,
                          const TokenRows& tokens, int32_t* acc) {
  HWY_DYNAMIC_DISPATCH(multiply_packed_rows)(w, begin, end, tokens, acc);
}

int64_t block_rows() { return HWY_DYNAMIC_DISPATCH(block_rows)(); }

void multiply_block(const TernaryMatrix& w, int64_t begin, const TokenRows& tokens, int32_t* acc,
                    std::vector<uint8_t>* scratch) {
  HWY_DYNAMIC_DISPATCH(multiply_block)(w, begin, tokens, acc, scratch);
}

}  // namespace tercet::fast
#endif  // HWY_ONCE
