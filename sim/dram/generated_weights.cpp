// SPDX-License-Identifier: Apache-2.0
// From random bit planes to beats, some dozen at a time.
#include "sim/dram/generated_weights.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/error.h"
#include "host_driver/trit5.h"

namespace tercet {
namespace {

constexpr uint64_t kBatchColumns = 160;              // whole beats of either packing
constexpr uint64_t kBatchWords = 2 * kBatchColumns;  // at most 128 rows

/// Packs columns of kPlane bytes a plane, [columns][words] each in nz and neg, to `beats` beats.
template <size_t kPlane>
void pack_beats(Packing packing, const uint64_t* nz, const uint64_t* neg, uint64_t beats,
                uint8_t* out) {
  constexpr size_t kPart = kPlane < 8 ? kPlane : 8;  // bytes used of a word
  constexpr size_t kWords = kPlane / kPart;
  const auto columns = static_cast<size_t>(columns_per_beat(packing));
  for (uint64_t b = 0; b < beats; ++b, out += 8 * kPlane) {
    for (size_t w = 0; w < kWords; ++w) {
      uint8_t* to = out + w * kPart;
      if (packing == Packing::kTwoBit) {
        for (size_t c = 0; c < 4; ++c) {
          std::memcpy(to + 2 * c * kPlane, &nz[c * kWords + w], kPart);
          std::memcpy(to + (2 * c + 1) * kPlane, &neg[c * kWords + w], kPart);
        }
      } else {
        std::array<TritPlanes, 5> trits;
        for (size_t c = 0; c < 5; ++c) trits[c] = {nz[c * kWords + w], neg[c * kWords + w]};
        const std::array<uint64_t, 8> code = encode_trit5(trits);
        for (size_t p = 0; p < 8; ++p) std::memcpy(to + p * kPlane, &code[p], kPart);
      }
    }
    nz += columns * kWords;
    neg += columns * kWords;
  }
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
  if (plane_bytes_ != 2 && plane_bytes_ != 8 && plane_bytes_ != 16) {
    fail("generated weights: no packing for {} rows (known: 16, 64, 128)", machine.rows);
  }
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
    switch (plane_bytes_) {
      case 2:
        pack_beats<2>(packing_, nz.data(), neg.data(), beats, out);
        break;
      case 8:
        pack_beats<8>(packing_, nz.data(), neg.data(), beats, out);
        break;
      default:
        pack_beats<16>(packing_, nz.data(), neg.data(), beats, out);
    }
    out += beats * beat_bytes_;
    first += beats;
    count -= beats;
  }
}

/// Columns [first, first + count) of the stream, [count][words_].
void GeneratedWeights::make_columns(uint64_t first, uint64_t count, uint64_t* nz,
                                    uint64_t* neg) const {
  const uint64_t words = count * words_;
  random_planes(matrix_.seed, first * words_, words, matrix_.zeros_in_64, nz, neg);
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
    if (!last_k && column < last_n) {
      c += tile_left;
      continue;
    }
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
