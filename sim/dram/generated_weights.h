// SPDX-License-Identifier: Apache-2.0
// A random ternary matrix as its packed weight stream, made when it is read and never stored.
#pragma once

#include <cstdint>
#include <vector>

#include "host_driver/layout.h"
#include "tercet_hw.h"

namespace tercet {

/// A matrix [n][k] that is a function of its seed. The trits do not depend on the packing.
struct GeneratedMatrix {
  int64_t n = 0;
  int64_t k = 0;
  uint64_t seed = 0;
  uint32_t zeros_in_64 = 27;  ///< weights that are 0, 0 to 63; BitNet b1.58 2B-4T has 27.0
};

/// The beats of docs/machine.md, "Weights", each on its own: any range costs what it holds.
class GeneratedWeights {
 public:
  /// Throws Error naming the field if n, k or zeros_in_64 is out of range.
  GeneratedWeights(const tercet_config& machine, Packing packing, const GeneratedMatrix& matrix);

  /// Of the whole stream.
  uint64_t bytes() const { return beats_ * beat_bytes_; }

  /// Writes beats [first, first + count), inside the stream, to `out`.
  void read(uint64_t first, uint64_t count, uint8_t* out) const;

 private:
  void make_columns(uint64_t first, uint64_t count, uint64_t* nz, uint64_t* neg) const;
  void mask_columns(uint64_t first, uint64_t count, uint64_t* nz) const;

  GeneratedMatrix matrix_;
  Packing packing_;
  uint64_t beat_bytes_;
  uint64_t plane_bytes_;  // one plane of a column
  uint64_t words_;        // the same in 64-bit words, rounded up
  uint64_t cols_;         // a tile
  uint64_t k_tiles_;
  uint64_t columns_;                 // of all tiles
  uint64_t last_columns_;            // of the last n_tile that are inside the matrix
  std::vector<uint64_t> last_rows_;  // [words_] the rows of the last k_tile that are inside
  uint64_t beats_;
};

/// Words [first, first + count) of an endless random sequence that `seed` chooses: bit planes nz
/// and neg of 64 weights each. A weight is 0 with probability zeros_in_64 / 64 (0 to 63), else +1
/// or -1 with equal probability.
void random_planes(uint64_t seed, uint64_t first, uint64_t count, uint32_t zeros_in_64,
                   uint64_t* nz, uint64_t* neg);

}  // namespace tercet
