// SPDX-License-Identifier: Apache-2.0
// The array's two weight tiles as a test sees them: filled by loads, compared when released.
#pragma once

#include <array>
#include <deque>
#include <vector>

#include "bench.h"
#include "ternary_data.h"

namespace tercet {

constexpr uint32_t kGroupCols = 8;  ///< columns that load together

using Tile = std::vector<Column>;

inline Tile random_tile(uint32_t columns, uint32_t rows, Rng& rng) {
  Tile tile(columns);
  for (Column& column : tile) column = random_column(rows, rng);
  return tile;
}

/// Sets the weights port to a group of columns, {neg, nz} each.
template <class Port>
void set_weights(Port& port, const Tile& columns) {
  uint32_t bit = 0;
  for (const Column& column : columns) {
    const auto rows = static_cast<uint32_t>(column.size());
    for (uint32_t r = 0; r < rows; ++r) {
      set_bits(port, bit + r, 1, column[r] != 0);
      set_bits(port, bit + rows + r, 1, column[r] < 0);
    }
    bit += 2 * rows;
  }
}

/// Listens to the load_o and tile_* ports of `Top`.
class TileRegisters {
 public:
  std::deque<Tile> expected;  ///< tiles not yet released, the next first

  TileRegisters(uint32_t rows, uint32_t columns)
      : rows_(rows), tiles_{Tile(columns), Tile(columns)} {}

  /// Call in each cycle when outputs are settled; releases a tile if there is one and `release`.
  template <class Top>
  void step(Unit<Top>& unit, bool release) {
    unit->tile_release_i = 0;
    unit.settle();
    if (unit->tile_valid_o && release) {
      REQUIRE(!expected.empty());
      REQUIRE((tiles_[unit->tile_buf_o] == expected.front()));
      expected.pop_front();
      unit->tile_release_i = 1;
      unit.settle();
    }
    if (unit->load_o) load(unit.top());
  }

 private:
  template <class Top>
  void load(const Top& top) {
    for (uint32_t c = 0; c < kGroupCols; ++c) {
      Column column(rows_);
      for (uint32_t r = 0; r < rows_; ++r) {
        const uint32_t bit = c * 2 * rows_ + r;
        const bool nz = get_bits(top.weights_o, bit, 1) != 0;
        column[r] = get_bits(top.weights_o, bit + rows_, 1) != 0 ? -1 : static_cast<int8_t>(nz);
      }
      tiles_[top.load_buf_o].at(top.load_group_o * kGroupCols + c) = column;
    }
  }

  uint32_t rows_;
  std::array<Tile, 2> tiles_;
};

}  // namespace tercet
