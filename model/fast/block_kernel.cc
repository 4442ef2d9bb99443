// SPDX-License-Identifier: Apache-2.0
// Compiled once for each vector target; the best one is chosen at run time.
#include "model/fast/block_kernel.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/fast/block_kernel.cc"
#include <hwy/foreach_target.h>

#include "model/fast/codes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::fast::HWY_NAMESPACE {
namespace {

using namespace tercet::HWY_NAMESPACE;  // NOLINT: the same target's part of codes-inl.h

#if HWY_TARGET == HWY_SCALAR

int64_t block_count(const TernaryMatrix&) { return 0; }

void multiply_block(const TernaryMatrix&, int64_t, const TokenRows&, int32_t*, BlockScratch*) {}

#else

/// Field f of lane p of a block is output first + f * apart + p; so far there are `lanes`.
struct BlockRows {
  int64_t first = 0;
  int64_t apart = 0;
  int64_t lanes = 0;
};

int64_t block_count(const TernaryMatrix& w) {
  const bool strided = w.layout() == TernaryLayout::kStrided;
  const int64_t rows = strided ? w.packed_rows() : (w.n() + kFields - 1) / kFields;
  return (rows + kColumns - 1) / kColumns;
}

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

/// Output rows first + f * kColumns + p, f < 4, of a row-major layout, as packed rows p[k] of the
/// strided one. Absent rows are zero.
void pack_strided(const TernaryMatrix& w, int64_t first, BlockScratch* scratch) {
  const int64_t k = w.k();
  const int64_t row_bytes = w.row_bytes();
  const int64_t stride = k + kBytes;  // room for a vector's end
  scratch->packed.resize(static_cast<size_t>(kColumns * k + kBytes));
  scratch->codes.resize(static_cast<size_t>(kFields * stride));
  constexpr hn::RepartitionToWide<decltype(kD8)> kWide;  // codes reach into no neighbour
  for (int64_t p = 0; p < kColumns; ++p) {
    uint8_t* codes = scratch->codes.data();
    for (int64_t f = 0; f < kFields; ++f) {
      const int64_t row = first + f * kColumns + p;
      if (row < w.n()) {
        unpack_codes(w, w.packed() + row * row_bytes, codes + f * stride);
      } else {
        std::memset(codes + f * stride, 0, static_cast<size_t>(k));
      }
    }
    uint8_t* to = scratch->packed.data() + p * k;
    for (int64_t c = 0; c < k; c += kBytes) {
      const auto load = [&](int64_t f) HWY_ATTR {
        return hn::BitCast(kWide, hn::LoadU(kD8, codes + f * stride + c));
      };
      const auto low = hn::Or(load(0), hn::ShiftLeft<2>(load(1)));
      const auto high = hn::Or(hn::ShiftLeft<4>(load(2)), hn::ShiftLeft<6>(load(3)));
      hn::StoreU(hn::BitCast(kD8, hn::Or(low, high)), kD8, to + c);  // the next row cuts the end
    }
  }
}

/// Arranges a block's weights, and says which outputs they are.
BlockRows arrange(const TernaryMatrix& w, int64_t block, BlockScratch* scratch, uint8_t* to) {
  if (w.layout() == TernaryLayout::kStrided) {
    const int64_t first = block * kColumns;
    const int64_t lanes = std::min(kColumns, w.packed_rows() - first);
    transpose(w.packed() + first * w.k(), lanes, w.k(), to);
    return {first, w.packed_rows(), lanes};
  }
  const int64_t first = block * kColumns * kFields;
  pack_strided(w, first, scratch);
  transpose(scratch->packed.data(), kColumns, w.k(), to);
  return {first, kColumns, kColumns};
}

/// kTokens tokens from token t against a transposed block.
template <int64_t kTokens>
HWY_INLINE void multiply_tokens(const TernaryMatrix& w, const uint8_t* block, const BlockRows& rows,
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
  for (int64_t f = 0; f < kFields; ++f) {
    const int64_t n = rows.first + f * rows.apart;
    for (int64_t i = 0; i < kTokens; ++i) {
      const auto scaled = hn::ShiftRightSame(sums[f][i], static_cast<int>(2 * f));
      const auto result = hn::Sub(scaled, hn::Set(kD32, tokens.sums[t + i]));
      int32_t* to = acc + (t + i) * w.n() + n;
      if (rows.lanes == kColumns && n + kColumns <= w.n()) {
        hn::StoreU(result, kD32, to);
      } else if (n < w.n()) {
        int32_t outputs[kColumns];
        hn::StoreU(result, kD32, outputs);
        std::copy_n(outputs, std::min(rows.lanes, w.n() - n), to);
      }
    }
  }
}

void multiply_block(const TernaryMatrix& w, int64_t block, const TokenRows& tokens, int32_t* acc,
                    BlockScratch* scratch) {
  // Accumulators and fields of so many tokens fit the registers.
  constexpr int64_t kTile = kBytes == 64 ? 4 : 2;
  const int64_t padded = (w.k() + 15) / 16 * 16;
  scratch->block.resize(static_cast<size_t>(padded * kColumns + fast::kTokenAlign));
  uint8_t* weights = scratch->block.data();
  weights += (fast::kTokenAlign - reinterpret_cast<uintptr_t>(weights) % fast::kTokenAlign) %
             fast::kTokenAlign;
  const BlockRows rows = arrange(w, block, scratch, weights);
  int64_t t = 0;
  for (; t + kTile <= tokens.m; t += kTile) {
    multiply_tokens<kTile>(w, weights, rows, tokens, t, acc);
  }
  for (; t < tokens.m; ++t) multiply_tokens<1>(w, weights, rows, tokens, t, acc);
}

#endif  // HWY_TARGET == HWY_SCALAR

}  // namespace
}  // namespace tercet::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tercet::fast {

HWY_EXPORT(block_count);
HWY_EXPORT(multiply_block);

int64_t block_count(const TernaryMatrix& w) { return HWY_DYNAMIC_DISPATCH(block_count)(w); }

void multiply_block(const TernaryMatrix& w, int64_t block, const TokenRows& tokens, int32_t* acc,
                    BlockScratch* scratch) {
  HWY_DYNAMIC_DISPATCH(multiply_block)(w, block, tokens, acc, scratch);
}

}  // namespace tercet::fast
#endif  // HWY_ONCE
