// SPDX-License-Identifier: Apache-2.0
// rtl/array/tercet_columns.sv against multiply and add, at 16 and 64 rows.
#include "Vcolumns16.h"
#include "Vcolumns64.h"
#include "bench.h"
#include "tile_registers.h"

namespace tercet {
namespace {

template <class Top>
class Columns : public Bench<Top> {
 public:
  uint32_t rows() { return sizeof(this->top().planes_i); }
  uint32_t sum_width() { return rows() == 16 ? 13 : 15; }

  void load(bool buffer, const Tile& tile) {
    set_weights(this->top().weights_i, tile);
    this->top().load_i = 1;
    this->top().load_buf_i = buffer;
    this->tick();
    this->top().load_i = 0;
  }

  /// Runs one token and compares every column.
  void check(bool buffer, const Tile& tile, const Column& token) {
    set_token(token);
    this->top().use_buf_i = buffer;
    this->top().valid_i = 1;
    this->tick();
    this->top().valid_i = 0;
    check_sums(tile, token);
  }

  void set_token(const Column& token) {
    for (uint32_t r = 0; r < rows(); ++r) {
      for (uint32_t b = 0; b < 8; ++b) {
        set_bits(this->top().planes_i, b * rows() + r, 1, token[r] >> b & 1);
      }
    }
  }

  void check_sums(const Tile& tile, const Column& token) {
    for (uint32_t c = 0; c < kGroupCols; ++c) {
      int32_t expected = 0;
      for (uint32_t r = 0; r < rows(); ++r) expected += tile[c][r] * token[r];
      INFO("column " << c);
      REQUIRE(get_signed(this->top().sums_o, c * sum_width(), sum_width()) == expected);
    }
  }
};

TEMPLATE_TEST_CASE("Columns equal multiply and add at every edge", "", Vcolumns16, Vcolumns64) {
  Columns<TestType> columns;
  Rng rng(test_seed());
  INFO("seed " << test_seed());
  const int kind = GENERATE(-1, 0, 1, 2);  // 2: random
  Tile tile = random_tile(kGroupCols, columns.rows(), rng);
  if (kind != 2) tile = Tile(kGroupCols, Column(columns.rows(), static_cast<int8_t>(kind)));
  columns.load(false, tile);
  for (const int edge : {-128, -127, -1, 0, 1, 127}) {
    columns.check(false, tile, Column(columns.rows(), static_cast<int8_t>(edge)));
  }
  // One row at a time, every value.
  for (int value = -128; value < 128; ++value) {
    Column token(columns.rows(), 0);
    token[rng.below(columns.rows())] = static_cast<int8_t>(value);
    columns.check(false, tile, token);
  }
}

TEMPLATE_TEST_CASE("Columns load one tile while the other works", "", Vcolumns16, Vcolumns64) {
  Columns<TestType> columns;
  Rng rng(test_seed());
  INFO("seed " << test_seed());
  std::array<Tile, 2> tiles = {random_tile(kGroupCols, columns.rows(), rng),
                               random_tile(kGroupCols, columns.rows(), rng)};
  columns.load(false, tiles[0]);
  columns.load(true, tiles[1]);
  for (int i = 0; i < 200; ++i) {
    const bool work = rng.below(2) != 0;
    const Tile next = random_tile(kGroupCols, columns.rows(), rng);
    const bool loads = rng.below(3) == 0;
    set_weights(columns->weights_i, next);
    columns->load_i = loads;
    columns->load_buf_i = !work;
    Column token(columns.rows());
    for (int8_t& x : token) x = random_activation(rng);
    columns.check(work, tiles[work], token);
    columns->load_i = 0;
    if (loads) tiles[!work] = next;
  }
}

TEMPLATE_TEST_CASE("Columns hold their sums while no token is valid", "", Vcolumns16, Vcolumns64) {
  Columns<TestType> columns;
  Rng rng(test_seed());
  const Tile tile = random_tile(kGroupCols, columns.rows(), rng);
  const Column token(columns.rows(), 77);
  columns.load(true, tile);
  columns.check(true, tile, token);
  for (int i = 0; i < 20; ++i) {
    columns.set_token(Column(columns.rows(), static_cast<int8_t>(rng.next())));
    columns->use_buf_i = i & 1;
    columns.load(i & 1, random_tile(kGroupCols, columns.rows(), rng));
    columns.check_sums(tile, token);
  }
}

}  // namespace
}  // namespace tercet
