// SPDX-License-Identifier: Apache-2.0
// Cuts products into pieces for the threads.
#include "tercet/fast/fast_engine.h"

#include <algorithm>
#include <cstring>

#include "model/fast/ternary_kernel.h"

namespace tercet {
namespace {

/// Packed bytes of a piece of work: small enough to share evenly, large enough to stream.
constexpr int64_t kPieceBytes = 64 << 10;

}  // namespace

void FastEngine::matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) {
  const int64_t k = w.k();
  fast::TokenRows tokens{q, k, nullptr, m};
  if (k % fast::kTokenAlign != 0) {
    tokens.stride = (k + fast::kTokenAlign - 1) / fast::kTokenAlign * fast::kTokenAlign;
    padded_.assign(static_cast<size_t>(m * tokens.stride), 0);
    for (int64_t t = 0; t < m; ++t) {
      std::memcpy(padded_.data() + t * tokens.stride, q + t * k, static_cast<size_t>(k));
    }
    tokens.q = padded_.data();
  }
  sums_.resize(static_cast<size_t>(m));
  for (int64_t t = 0; t < m; ++t) sums_[static_cast<size_t>(t)] = fast::sum_token(q + t * k, k);
  tokens.sums = sums_.data();

  const int64_t rows = w.packed_rows();
  if (m <= fast::kFewTokens) {
    const int64_t grain = std::max(int64_t{2}, kPieceBytes / k);
    pool_.run(rows, grain, [&](int64_t begin, int64_t end, int64_t) {
      fast::multiply_packed_rows(w, begin, end, tokens, acc);
    });
    return;
  }
  const int64_t size = fast::block_rows();
  pool_.run((rows + size - 1) / size, 1, [&](int64_t begin, int64_t end, int64_t worker) {
    for (int64_t block = begin; block < end; ++block) {
      fast::multiply_block(w, block * size, tokens, acc, &scratch_[static_cast<size_t>(worker)]);
    }
  });
}

}  // namespace tercet
