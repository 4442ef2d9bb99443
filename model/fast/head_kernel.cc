// SPDX-License-Identifier: Apache-2.0
// Compiled once for each vector target; the best one is chosen at run time.
#include "model/fast/head_kernel.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/fast/head_kernel.cc"
#include <hwy/foreach_target.h>

#include "model/fast/head_rows-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::fast::HWY_NAMESPACE {
namespace {

using namespace tercet::HWY_NAMESPACE;  // NOLINT: the same target's part of head_rows-inl.h

#if HWY_TARGET == HWY_SCALAR

void head_rows(const FloatMatrix& head, int64_t begin, int64_t end, const HeadInput& x,
               float* logits) {
  std::vector<float> row(static_cast<size_t>(head.k()));
  for (int64_t v = begin; v < end; ++v) {
    head.read_row(v, row.data());
    for (int64_t t = 0; t < x.m(); ++t) {
      logits[t * head.n() + v] = dot(x.plain(t), row.data(), head.k());
    }
  }
}

#else

constexpr int64_t kRows = 4;  // rows whose pairwise ends are done together

template <class Block>
constexpr int64_t row_bytes(int64_t k) {
  return k * Block::kBytes / Block::kSize;
}

/// One row times kTokens hidden states from token t.
template <class Block, int64_t kTokens>
HWY_INLINE void multiply_row(const uint8_t* row, int64_t k, const HeadInput& x, int64_t t,
                             LaneSums* sums) {
  const auto add = [&](const Block& block, int64_t i) HWY_ATTR {
    for (int64_t c = 0; c < Block::kSize / kLanes; ++c) {
      for (int64_t p = 0; p < kParts; ++p) {
        const Floats y = block.part(c, p);
        for (int64_t j = 0; j < kTokens; ++j) {
          const float* from = x.row(t + j) + i + c * kLanes + p * kFloats;
          const Floats product = hn::Mul(hn::LoadU(FloatTag(), from), y);
          sums[j].part[p] = hn::Add(sums[j].part[p], product);
        }
      }
    }
  };
  int64_t i = 0;
  for (; i + Block::kSize <= k; i += Block::kSize, row += Block::kBytes) add(Block{row}, i);
  if (i == k) return;
  uint8_t tail[Block::kBytes] = {};
  std::memcpy(tail, row, static_cast<size_t>(row_bytes<Block>(k - i)));
  add(Block{tail}, i);
}

/// kRows rows, which lie one after the other, times kTokens hidden states from token t. A row at a
/// time, because memory delivers one linear stream twice as fast as several.
template <class Block, int64_t kTokens>
void multiply_rows(const uint8_t* rows, int64_t k, const HeadInput& x, int64_t t, int64_t stride,
                   float* to) {
  Four four[kTokens][kRows];
  for (int64_t r = 0; r < kRows; ++r) {
    LaneSums sums[kTokens];
    for (LaneSums& lanes : sums) lanes = zero_lanes();
    multiply_row<Block, kTokens>(rows + r * row_bytes<Block>(k), k, x, t, sums);
    for (int64_t j = 0; j < kTokens; ++j) four[j][r] = Block::four(sums[j]);
  }
  for (int64_t j = 0; j < kTokens; ++j) store_sums(four[j], to + j * stride);
}

/// to[t * stride + r] for kRows rows and every token.
template <class Block>
void multiply_tokens(const uint8_t* rows, int64_t k, const HeadInput& x, int64_t stride,
                     float* to) {
  constexpr int64_t kTokens = 2;  // whose sums run side by side
  int64_t t = 0;
  for (; t + kTokens <= x.m(); t += kTokens) {
    multiply_rows<Block, kTokens>(rows, k, x, t, stride, to + t * stride);
  }
  for (; t < x.m(); ++t) multiply_rows<Block, 1>(rows, k, x, t, stride, to + t * stride);
}

template <class Block>
void multiply_head(const FloatMatrix& head, int64_t begin, int64_t end, const HeadInput& x,
                   float* logits) {
  const int64_t bytes = row_bytes<Block>(head.k());
  int64_t v = begin;
  for (; v + kRows <= end; v += kRows) {
    multiply_tokens<Block>(head.data() + v * bytes, head.k(), x, head.n(), logits + v);
  }
  if (v == end) return;
  std::vector<uint8_t> last(static_cast<size_t>(kRows * bytes));  // the rest, and zeros
  std::memcpy(last.data(), head.data() + v * bytes, static_cast<size_t>((end - v) * bytes));
  std::vector<float> results(static_cast<size_t>(x.m() * kRows));
  multiply_tokens<Block>(last.data(), head.k(), x, kRows, results.data());
  for (int64_t t = 0; t < x.m(); ++t) {
    std::copy_n(results.data() + t * kRows, end - v, logits + t * head.n() + v);
  }
}

void head_rows(const FloatMatrix& head, int64_t begin, int64_t end, const HeadInput& x,
               float* logits) {
  switch (head.dtype()) {
    case DType::kBF16:
      return multiply_head<Bf16Block>(head, begin, end, x, logits);
    case DType::kF16:
      return multiply_head<F16Block>(head, begin, end, x, logits);
    case DType::kQ80:
      return multiply_head<Q80Block>(head, begin, end, x, logits);
    case DType::kQ6K:
      return multiply_head<Q6KBlock>(head, begin, end, x, logits);
    default:
      return multiply_head<F32Block>(head, begin, end, x, logits);
  }
}

#endif  // HWY_TARGET == HWY_SCALAR

}  // namespace
}  // namespace tercet::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tercet::fast {

HWY_EXPORT(head_rows);

void HeadInput::assign(const float* x, int64_t m, int64_t k, DType dtype) {
  m_ = m;
  k_ = k;
  plain_ = x;
  stride_ = (k + kLanes - 1) / kLanes * kLanes;
  values_.assign(static_cast<size_t>(m * stride_), 0.0f);
  for (int64_t t = 0; t < m; ++t) {
    float* to = values_.data() + t * stride_;
    for (int64_t i = 0; i < k; ++i) {
      const int64_t lane = i % kLanes;
      const int64_t place = dtype == DType::kBF16 ? lane / 2 + lane % 2 * (kLanes / 2) : lane;
      to[i - lane + place] = x[t * k + i];
    }
  }
}

void head_rows(const FloatMatrix& head, int64_t begin, int64_t end, const HeadInput& x,
               float* logits) {
  HWY_DYNAMIC_DISPATCH(head_rows)(head, begin, end, x, logits);
}

}  // namespace tercet::fast
#endif  // HWY_ONCE
