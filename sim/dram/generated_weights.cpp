// SPDX-License-Identifier: Apache-2.0
// Random bit planes, 64 rows at a time.
#include "sim/dram/generated_weights.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "tercet/model/error.h"
#include "tercet/trit5.h"

namespace tercet {
namespace {

constexpr uint32_t kZeroBits = 6;                    // zeros_in_64 is a six-bit fraction
constexpr uint64_t kGolden = 0x9e3779b97f4a7c15u;    // 2^64 / golden ratio, odd
constexpr uint64_t kBatchColumns = 160;              // whole beats of either packing
constexpr uint64_t kBatchWords = 2 * kBatchColumns;  // at most 128 rows

/// SplitMix64's output function: 64 bits that look random, from a counter.
uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

/// Marsaglia's xorshift: a linear bijection, so its first few outputs are independent bit by bit.
uint64_t xorshift(uint64_t x) {
  x ^= x << 13;
  x ^= x >> 7;
  return x ^ (x << 17);
}

}  // namespace

GeneratedWeights::GeneratedWeights(const tercet_config& machine, Packing packing,
                                   const GeneratedMatrix& matrix)
    : matrix_(matrix),
      packing_(packing),
      beat_bytes_(machine.axi_bytes),
      plane_bytes_(machine.rows / 8),
      words_((machine.rows + 63) / 64),
      cols_(machine.cols),
      k_tiles_(0),
      columns_(0),
      last_columns_(0),
      last_rows_(words_),
      beats_(0) {
  if (matrix.n < 1 || matrix.n > TERCET_MAX_CMD_N || matrix.k < 1 || matrix.k > TERCET_MAX_CMD_K) {
    fail("generated weights: N = {}, K = {}: must be 1 to {} and 1 to {}", matrix.n, matrix.k,
         static_cast<int>(TERCET_MAX_CMD_N), static_cast<int>(TERCET_MAX_CMD_K));
  }
  if (matrix.zeros_in_64 > 63) {
    fail("generated weights: zeros_in_64 = {} is over 63", matrix.zeros_in_64);
  }
  if (machine.rows > 128) fail("generated weights: {} rows are over 128", machine.rows);
  k_tiles_ = static_cast<uint64_t>(k_tiles(machine, matrix.k));
  columns_ = static_cast<uint64_t>(n_tiles(machine, matrix.n)) * k_tiles_ * cols_;
  last_columns_ = (static_cast<uint64_t>(matrix.n) - 1) % cols_ + 1;
  beats_ = static_cast<uint64_t>(weight_beats(machine, packing, matrix.n, matrix.k));
  const uint64_t rows = (static_cast<uint64_t>(matrix.k) - 1) % machine.rows + 1;
  for (uint64_t w = 0; w < words_; ++w) {
    const uint64_t inside = std::clamp(rows, 64 * w, 64 * w + 64) - 64 * w;
    last_rows_[w] = inside == 64 ? ~uint64_t{0} : (uint64_t{1} << inside) - 1;
  }
}

void GeneratedWeights::read(uint64_t first, uint64_t count, uint8_t* out) const {
  const auto a_beat = static_cast<uint64_t>(columns_per_beat(packing_));
  std::array<uint64_t, kBatchWords> nz;
  std::array<uint64_t, kBatchWords> neg;
  while (count > 0) {
    const uint64_t beats = std::min(count, kBatchColumns / a_beat);
    make_columns(first * a_beat, beats * a_beat, nz.data(), neg.data());
    for (uint64_t b = 0; b < beats; ++b, out += beat_bytes_) {
      const uint64_t at = b * a_beat * words_;
      if (packing_ == Packing::kTwoBit) {
        for (uint64_t c = 0; c < a_beat; ++c) {
          std::memcpy(out + 2 * c * plane_bytes_, &nz[at + c * words_], plane_bytes_);
          std::memcpy(out + (2 * c + 1) * plane_bytes_, &neg[at + c * words_], plane_bytes_);
        }
        continue;
      }
      for (uint64_t w = 0; w < words_; ++w) {
        std::array<TritPlanes, 5> columns;
        for (uint64_t c = 0; c < a_beat; ++c) {
          columns[c] = {nz[at + c * words_ + w], neg[at + c * words_ + w]};
        }
        const std::array<uint64_t, 8> code = encode_trit5(columns);
        const uint64_t bytes = std::min<uint64_t>(plane_bytes_, 8);
        for (uint64_t p = 0; p < 8; ++p)
          std::memcpy(out + p * plane_bytes_ + 8 * w, &code[p], bytes);
      }
    }
    first += beats;
    count -= beats;
  }
}

/// Columns [first, first + count) of the stream, [count][words_].
void GeneratedWeights::make_columns(uint64_t first, uint64_t count, uint64_t* nz,
                                    uint64_t* neg) const {
  std::array<uint64_t, kZeroBits> digit;
  for (uint32_t i = 0; i < kZeroBits; ++i) {
    digit[i] = (matrix_.zeros_in_64 >> i & 1) != 0 ? ~uint64_t{0} : 0;
  }
  const uint64_t base = mix(matrix_.seed + kGolden) + first * words_ * kGolden;
  const uint64_t words = count * words_;
  for (uint64_t i = 0; i < words; ++i) {
    uint64_t random = mix(base + i * kGolden);
    uint64_t zero = 0;  // each bit set with a probability that gains a binary digit a step
    for (uint32_t d = 0; d < kZeroBits; ++d) {
      zero = (zero & random) | (digit[d] & (zero | random));
      random = xorshift(random);
    }
    nz[i] = ~zero;
    neg[i] = ~zero & random;
  }
  mask_columns(first, count, nz);
  for (uint64_t i = 0; i < words; ++i) neg[i] &= nz[i];
}

/// Clears what is not inside the matrix.
void GeneratedWeights::mask_columns(uint64_t first, uint64_t count, uint64_t* nz) const {
  const uint64_t last_n = columns_ - k_tiles_ * cols_;  // where the last n_tile begins
  for (uint64_t c = 0; c < count;) {
    const uint64_t column = first + c;
    const uint64_t in_tile = column % cols_;
    const uint64_t tile_left = std::min(cols_ - in_tile, count - c);
    const bool last_k = column / cols_ % k_tiles_ == k_tiles_ - 1;
    for (uint64_t i = 0; i < tile_left; ++i, ++c) {
      uint64_t* words = nz + c * words_;
      const bool outside =
          first + c >= columns_ || (first + c >= last_n && in_tile + i >= last_columns_);
      if (outside) {
        std::fill_n(words, words_, 0);
      } else if (last_k) {
        for (uint64_t w = 0; w < words_; ++w) words[w] &= last_rows_[w];
      }
    }
  }
}

}  // namespace tercet
