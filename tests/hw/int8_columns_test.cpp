// SPDX-License-Identifier: Apache-2.0
// rtl/baseline/tercet_int8_columns.sv against multiply and add: both tiles, and the bound.
#include <deque>

#include "Vint8_columns.h"
#include "bench.h"

namespace tercet {
namespace {

constexpr uint32_t kRows = 16;
constexpr uint32_t kColumns = 8;
constexpr uint32_t kSumW = 20;
using Bytes = std::vector<int8_t>;  // a token [row], or weights [column][row]

Bytes random_bytes(size_t size, Rng& rng) {
  Bytes values(size);
  for (int8_t& value : values) value = static_cast<int8_t>(rng.below(256));
  return values;
}

std::vector<int32_t> multiply(const Bytes& weights, const Bytes& token) {
  std::vector<int32_t> sums(kColumns);
  for (uint32_t i = 0; i < weights.size(); ++i) sums[i / kRows] += weights[i] * token[i % kRows];
  return sums;
}

class Int8Columns : public Bench<Vint8_columns> {
 public:
  void load(bool buffer, const Bytes& weights) {
    set(top().weights_i, weights);
    top().load_i = 1;
    top().load_buf_i = buffer;
    tick();
    top().load_i = 0;
  }
  void start(bool buffer, const Bytes& token) {
    set(top().acts_i, token);
    top().valid_i = 1;
    top().use_buf_i = buffer;
    tick();
    top().valid_i = 0;
  }
  void check(const std::vector<int32_t>& sums) {
    for (uint32_t c = 0; c < kColumns; ++c) {
      INFO("column " << c);
      REQUIRE(get_signed(top().sums_o, c * kSumW, kSumW) == sums[c]);
    }
  }

 private:
  template <class Port>
  static void set(Port& port, const Bytes& values) {
    std::copy(values.begin(), values.end(), reinterpret_cast<int8_t*>(&port));
  }
};

TEST_CASE("INT8 columns equal multiply and add, a token a cycle, on both tiles") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Int8Columns columns;
  const std::array<Bytes, 2> tiles = {random_bytes(kRows * kColumns, rng),
                                      random_bytes(kRows * kColumns, rng)};
  columns.load(false, tiles[0]);
  columns.load(true, tiles[1]);
  std::vector<int32_t> last;
  for (int i = 0; i < 5000; ++i) {
    const Bytes token = random_bytes(kRows, rng);
    const bool buffer = rng.below(2) != 0;
    columns.start(buffer, token);
    if (!last.empty()) columns.check(last);
    last = multiply(tiles[buffer], token);
    if (rng.below(4) == 0) {
      columns.tick();
      columns.check(last);
      columns.tick();  // and they hold
      columns.check(last);
    }
  }
}

TEST_CASE("INT8 columns hold the sums at their bound") {
  Int8Columns columns;
  for (const int8_t weight : {int8_t{-128}, int8_t{127}}) {
    const Bytes weights(kRows * kColumns, weight);
    const Bytes token(kRows, -128);
    columns.load(false, weights);
    columns.start(false, token);
    columns.tick();
    columns.check(multiply(weights, token));
  }
}

}  // namespace
}  // namespace tercet
