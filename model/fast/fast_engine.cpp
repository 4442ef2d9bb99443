// SPDX-License-Identifier: Apache-2.0
// Cuts products into pieces for the threads.
#include "model/fast/fast_engine.h"

#include <algorithm>
#include <cstring>

#include "model/fast/block_kernel.h"
#include "model/fast/row_kernel.h"

namespace tercet {
namespace {

/// Packed bytes of a piece of work: small enough to share evenly, large enough to stream.
constexpr int64_t kPieceBytes = 64 << 10;

int64_t round_up(int64_t size, int64_t unit) { return (size + unit - 1) / unit * unit; }

}  // namespace

struct FastEngine::Scratch : fast::BlockScratch {};

FastEngine::FastEngine(ThreadPool& pool)
    : pool_(pool), scratch_(static_cast<size_t>(pool.threads())) {}

FastEngine::~FastEngine() = default;

/// [m][stride] in copies_, zeros, from a multiple of kTokenAlign: a load that crosses cache lines
/// takes twice as long.
int8_t* FastEngine::make_copies(int64_t m, int64_t stride) {
  copies_.assign(static_cast<size_t>(m * stride + fast::kTokenAlign), 0);
  const auto address = reinterpret_cast<uintptr_t>(copies_.data());
  return copies_.data() + (fast::kTokenAlign - address % fast::kTokenAlign) % fast::kTokenAlign;
}

void FastEngine::matmul(const TernaryMatrix& w, const int8_t* q, int64_t m, int32_t* acc) {
  const int64_t k = w.k();
  sums_.resize(static_cast<size_t>(m));
  for (int64_t t = 0; t < m; ++t) sums_[static_cast<size_t>(t)] = fast::sum_token(q + t * k, k);
  fast::TokenRows tokens{q, round_up(k, fast::kTokenAlign), sums_.data(), m};
  const bool strided = w.layout() == TernaryLayout::kStrided;
  const auto copy_tokens = [&] {
    if (m > fast::few_tokens() && k == tokens.stride) return;  // read four bytes at a time
    int8_t* copies = make_copies(m, tokens.stride);
    for (int64_t t = 0; t < m; ++t) {
      std::memcpy(copies + t * tokens.stride, q + t * k, static_cast<size_t>(k));
    }
    tokens.q = copies;
  };

  if (m > fast::few_tokens()) {
    copy_tokens();
    pool_.run(fast::block_count(w), 1, [&](int64_t begin, int64_t end, int64_t worker) {
      for (int64_t block = begin; block < end; ++block) {
        fast::multiply_block(w, block, tokens, acc, &scratch_[static_cast<size_t>(worker)]);
      }
    });
  } else if (strided) {
    copy_tokens();
    const int64_t grain = std::max(int64_t{2}, kPieceBytes / k);
    pool_.run(w.packed_rows(), grain, [&](int64_t begin, int64_t end, int64_t) {
      fast::multiply_packed_rows(w, begin, end, tokens, acc);
    });
  } else {
    tokens.stride = fast::ordered_bytes(w);
    int8_t* copies = make_copies(m, tokens.stride);
    for (int64_t t = 0; t < m; ++t) fast::order_token(w, q + t * k, copies + t * tokens.stride);
    tokens.q = copies;
    const int64_t grain = round_up(std::max(int64_t{4}, kPieceBytes / w.row_bytes()), 4);
    pool_.run(w.n(), grain, [&](int64_t begin, int64_t end, int64_t worker) {
      fast::multiply_rows(w, begin, end, tokens, acc, &scratch_[static_cast<size_t>(worker)].codes);
    });
  }
}

}  // namespace tercet
