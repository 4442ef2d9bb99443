// SPDX-License-Identifier: Apache-2.0
// rtl/memory/tercet_trit_decode.sv against the rule of docs/machine.md.
#include <set>

#include "Vtrit_decode.h"
#include "bench.h"
#include "ternary_data.h"

namespace tercet {
namespace {

constexpr uint32_t kRows = 16;

/// The weight that the unit shows for a row of a column.
int decoded(Unit<Vtrit_decode>& unit, uint32_t column, uint32_t row) {
  const uint32_t bit = column * 2 * kRows + row;
  const bool nz = get_bits(unit->columns_o, bit, 1) != 0;
  const bool neg = get_bits(unit->columns_o, bit + kRows, 1) != 0;
  REQUIRE((nz || !neg));
  return neg ? -1 : nz;
}

void set_code(Unit<Vtrit_decode>& unit, uint32_t row, unsigned code) {
  for (uint32_t p = 0; p < TERCET_BEAT_PLANES; ++p) {
    set_bits(unit->beat_i, p * kRows + row, 1, code >> p & 1);
  }
}

TEST_CASE("Trit decode gives every trit5 code its meaning in every row") {
  Unit<Vtrit_decode> unit;
  unit->trit5_i = 1;
  std::set<Trits> seen;
  for (unsigned code = 0; code < 256; ++code) {
    seen.insert(trit5_meaning(code));
    // Each row has another code, so that rows cannot be swapped unseen.
    for (uint32_t r = 0; r < kRows; ++r) set_code(unit, r, (code + 37 * r) % 256);
    unit.settle();
    for (uint32_t r = 0; r < kRows; ++r) {
      const Trits expected = trit5_meaning((code + 37 * r) % 256);
      INFO("code " << (code + 37 * r) % 256);
      for (uint32_t i = 0; i < expected.size(); ++i) REQUIRE(decoded(unit, i, r) == expected[i]);
    }
  }
  REQUIRE(seen.size() == 243);  // every five trits have a code
}

TEST_CASE("Trit decode passes two_bit planes through as four columns") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Unit<Vtrit_decode> unit;
  unit->trit5_i = 0;
  for (int i = 0; i < 100; ++i) {
    std::vector<Column> columns(TERCET_TWO_BIT_BEAT_COLS);
    for (Column& column : columns) column = random_column(kRows, rng);
    const Bytes beat = pack_columns(columns, kRows, false, rng);
    std::copy(beat.begin(), beat.end(), reinterpret_cast<uint8_t*>(&unit->beat_i));
    unit.settle();
    for (uint32_t r = 0; r < kRows; ++r) {
      for (uint32_t c = 0; c < columns.size(); ++c) REQUIRE(decoded(unit, c, r) == columns[c][r]);
      REQUIRE(decoded(unit, TERCET_TWO_BIT_BEAT_COLS, r) == 0);
    }
  }
}

}  // namespace
}  // namespace tercet
