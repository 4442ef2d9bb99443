// SPDX-License-Identifier: Apache-2.0
// rtl/array/tercet_array.sv: groups load by index, all columns work on the same token.
#include "Varray.h"
#include "bench.h"
#include "tile_registers.h"

namespace tercet {
namespace {

constexpr uint32_t kRows = 16;
constexpr uint32_t kCols = 32;
constexpr uint32_t kGroups = kCols / kGroupCols;
constexpr uint32_t kSumWidth = 13;

TEST_CASE("Array loads any group of either tile and sums all columns of a token") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Bench<Varray> array;
  std::array<Tile, 2> tiles = {Tile(kCols), Tile(kCols)};

  for (uint32_t i = 0; i < 500; ++i) {
    const bool work = rng.below(2) != 0;
    // Every group of both tiles first, then any.
    const bool fill = i < 2 * kGroups ? i >= kGroups : rng.below(2) != 0;
    const uint32_t group = i < 2 * kGroups ? i % kGroups : rng.below(kGroups);
    const Tile columns = random_tile(kGroupCols, kRows, rng);
    set_weights(array->weights_i, columns);
    Column token(kRows);
    for (uint32_t r = 0; r < kRows; ++r) {
      token[r] = random_activation(rng);
      for (uint32_t b = 0; b < 8; ++b) {
        set_bits(array->planes_i, b * kRows + r, 1, token[r] >> b & 1);
      }
    }
    array->load_i = 1;
    array->load_buf_i = fill;
    array->load_group_i = static_cast<uint8_t>(group);
    array->valid_i = i >= 2 * kGroups;
    array->use_buf_i = work;
    array.tick();
    for (uint32_t c = 0; c < kCols && array->valid_i; ++c) {
      int32_t expected = 0;
      for (uint32_t r = 0; r < kRows; ++r) expected += tiles[work][c][r] * token[r];
      REQUIRE(get_signed(array->sums_o, c * kSumWidth, kSumWidth) == expected);
    }
    std::copy(columns.begin(), columns.end(), tiles[fill].begin() + group * kGroupCols);
  }
}

}  // namespace
}  // namespace tercet
