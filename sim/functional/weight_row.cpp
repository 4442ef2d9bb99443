// SPDX-License-Identifier: Apache-2.0
// docs/machine.md's weight layout, one weight at a time.
#include "sim/functional/weight_row.h"

#include <algorithm>
#include <vector>

#include "host_driver/trit5.h"

namespace tercet {

void read_weight_row(const tercet_config& machine, Packing packing, int64_t k, int64_t row,
                     const StreamReader& stream, int8_t* trits) {
  const int64_t rows = machine.rows;
  const int64_t cols = machine.cols;
  const int64_t tiles = k_tiles(machine, k);
  const int64_t per_beat = columns_per_beat(packing);
  std::vector<uint8_t> beat(machine.axi_bytes);
  for (int64_t tile = 0; tile < tiles; ++tile) {
    const int64_t column = (row / cols * tiles + tile) * cols + row % cols;
    const auto c = static_cast<size_t>(column % per_beat);
    stream(static_cast<uint64_t>(column / per_beat) * beat.size(), beat.data(), beat.size());
    const int64_t inside = std::min(rows, k - tile * rows);
    for (int64_t r = 0; r < inside; ++r) {
      const auto bit = [&](size_t plane) {
        return beat[plane * static_cast<size_t>(rows) / 8 + static_cast<size_t>(r) / 8] >> (r % 8) &
               1;
      };
      if (packing == Packing::kTrit5) {
        unsigned code = 0;
        for (size_t b = 0; b < 8; ++b) code |= static_cast<unsigned>(bit(b)) << b;
        trits[tile * rows + r] = decode_trit5(static_cast<uint8_t>(code))[c];
      } else {
        trits[tile * rows + r] =
            static_cast<int8_t>(bit(2 * c) - 2 * (bit(2 * c) & bit(2 * c + 1)));
      }
    }
  }
}

}  // namespace tercet
