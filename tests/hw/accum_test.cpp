// SPDX-License-Identifier: Apache-2.0
// rtl/array/tercet_accum.sv against two banks of plain integers.
#include "Vaccum.h"
#include "bench.h"
#include "tercet_hw.h"

namespace tercet {
namespace {

constexpr uint32_t kCols = 4;
constexpr uint32_t kTokens = 8;
constexpr uint32_t kSumWidth = 15;
constexpr uint32_t kAccWidth = 24;
constexpr int32_t kRows = 64;  // of the array that would make such sums
using Row = std::array<int32_t, kCols>;

class Accum : public Bench<Vaccum> {
 public:
  Accum() : Bench(1000000) {}

  /// One cycle in which a token enters; its sums follow in the next cycle.
  void add(bool bank, uint32_t token, bool first, const Row& sums) {
    top().valid_i = 1;
    top().bank_i = bank;
    top().token_i = static_cast<uint8_t>(token);
    top().first_i = first;
    step();
    top().valid_i = 0;
    for (uint32_t c = 0; c < kCols; ++c) {
      set_bits(top().sums_i, c * kSumWidth, kSumWidth, static_cast<uint64_t>(sums[c]));
    }
  }
  void step() {
    tick();
    top().drain_i = 0;
  }
  void drain(bool bank, uint32_t token) {
    top().drain_i = 1;
    top().drain_bank_i = bank;
    top().drain_token_i = static_cast<uint8_t>(token);
  }
  Row drained() {
    Row row{};
    for (uint32_t c = 0; c < kCols; ++c) {
      row[c] = static_cast<int32_t>(get_signed(top().drain_row_o, c * kAccWidth, kAccWidth));
    }
    return row;
  }
};

TEST_CASE("Accum keeps every bit at K max") {
  // 65,535 products of the largest size, as sums of 64 rows and a rest, into one token after
  // another or always the same one.
  const int32_t product = GENERATE(-128 * -1, -128 * 1, 127 * -1);
  const uint32_t tokens = GENERATE(1u, 2u, 3u, 8u);
  Accum accum;
  int32_t rows_left = TERCET_K_MAX;
  for (bool first = true; rows_left > 0; first = false) {
    const int32_t rows = std::min(rows_left, kRows);
    rows_left -= rows;
    for (uint32_t t = 0; t < tokens; ++t) {
      accum.add(true, t, first, {product * rows, -product * rows / 2, rows, 0});
    }
  }
  accum.step();
  accum.step();
  for (uint32_t t = 0; t < tokens; ++t) {
    accum.drain(true, t);
    accum.step();
    int32_t half = 0;
    for (int32_t k = TERCET_K_MAX; k > 0; k -= kRows) half += -product * std::min(k, kRows) / 2;
    REQUIRE(accum.drained() == Row{product * TERCET_K_MAX, half, TERCET_K_MAX, 0});
  }
}

TEST_CASE("Accum adds any order of tokens and drains the other bank meanwhile") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Stall fill_stall(GENERATE(stall_modes()), seed);
  Stall drain_stall(GENERATE(stall_modes()), ~seed);
  Accum accum;
  std::array<std::array<Row, kTokens>, 2> banks{};
  bool fill = false;
  for (int round = 0; round < 12; ++round) {
    uint32_t token = 0;
    uint32_t started = 0;  // tokens 0 to started - 1 have a sum
    const Row* expected = nullptr;
    for (int i = 0; i < 60; ++i) {
      if (round > 0 && !drain_stall()) {  // the other bank is complete
        const auto t = static_cast<uint32_t>(rng.below(kTokens));
        accum.drain(!fill, t);
        expected = &banks[!fill][t];
      }
      if (fill_stall()) {
        accum.step();
      } else {
        // The same token again half of the time.
        if (rng.below(2) != 0) token = static_cast<uint32_t>(rng.below(kTokens));
        if (i >= 40 || token > started) token = std::min<uint32_t>(started, kTokens - 1);
        const bool first = token == started;
        if (first) ++started;
        Row sums{};
        Row& row = banks[fill][token];
        for (uint32_t c = 0; c < kCols; ++c) {
          sums[c] = static_cast<int32_t>(rng.below(1 << kSumWidth)) - (1 << (kSumWidth - 1));
          row[c] = sums[c] + (first ? 0 : row[c]);
        }
        accum.add(fill, token, first, sums);
      }
      if (expected != nullptr) REQUIRE(accum.drained() == *expected);  // it holds, too
    }
    for (; started < kTokens; ++started) {
      banks[fill][started] = {1, 2, 3, 4};
      accum.add(fill, started, true, {1, 2, 3, 4});
    }
    accum.step();
    accum.step();
    fill = !fill;
  }
}

TEST_CASE("Accum drops the token in flight when it is flushed") {
  Accum accum;
  accum.add(false, 3, true, {5, 6, 7, 8});
  accum.add(false, 4, true, {1, 1, 1, 1});
  accum.step();
  accum->flush_i = 1;
  accum.add(false, 3, false, {100, 100, 100, 100});
  accum->flush_i = 0;
  accum.step();
  accum.step();
  accum.drain(false, 3);
  accum.step();
  REQUIRE(accum.drained() == Row{5, 6, 7, 8});
}

}  // namespace
}  // namespace tercet
