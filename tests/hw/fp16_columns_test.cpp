// SPDX-License-Identifier: Apache-2.0
// rtl/baseline/tercet_fp16_columns.sv against the reference's tree of rounded sums, at 4 and 16
// rows.
#include <deque>

#include "Vfp16_columns16.h"
#include "Vfp16_columns4.h"
#include "bench.h"
#include "float_data.h"
#include "tests/unit/sim/float_bits.h"

namespace tercet {
namespace {

constexpr uint32_t kColumns = 2;
using Weights = std::vector<std::vector<uint16_t>>;  // [column][row]

template <class Top>
class Fp16Columns : public Bench<Top> {
 public:
  static constexpr uint32_t kRows = sizeof(Top::acts_i) / 2;
  static constexpr size_t kLatency = kRows == 4 ? 3 : 5;

  std::vector<uint16_t> vector(Rng& rng) {
    std::vector<uint16_t> values(kRows);
    // Mostly of one size, so that sums round and cancel; now and then anything.
    const bool any = rng.below(8) == 0;
    for (uint16_t& value : values) {
      const uint64_t field = any ? rng.below(64) : 13 + rng.below(4) + 32 * rng.below(2);
      value = static_cast<uint16_t>(field << 10 | random_fraction(10, rng));
    }
    return values;
  }

  void load(bool buffer, const Weights& weights) {
    for (uint32_t c = 0; c < kColumns; ++c) {
      for (uint32_t r = 0; r < kRows; ++r) {
        set_bits(this->top().weights_i, 16 * (c * kRows + r), 16, weights[c][r]);
      }
    }
    this->top().load_i = 1;
    this->top().load_buf_i = buffer;
    tiles_[buffer] = weights;
  }

  /// One cycle with a token or without; checks the token that comes out.
  void cycle(const std::vector<uint16_t>* token, bool buffer) {
    std::vector<uint32_t> sums = due_.empty() ? std::vector<uint32_t>{} : due_.back();
    this->top().valid_i = token != nullptr;
    this->top().use_buf_i = buffer;
    if (token != nullptr) {
      for (uint32_t r = 0; r < kRows; ++r) set_bits(this->top().acts_i, 16 * r, 16, (*token)[r]);
      sums.clear();
      for (const auto& weights : used_[buffer]) sums.push_back(fp16_column(weights, *token));
    }
    this->tick();
    this->top().load_i = 0;
    used_ = tiles_;
    due_.push_back(sums);
    if (due_.size() < kLatency) return;
    for (uint32_t c = 0; c < due_.front().size(); ++c) {
      INFO("column " << c);
      REQUIRE(get_bits(this->top().sums_o, 32 * c, 32) == due_.front()[c]);
    }
    if (!due_.front().empty()) ++checked;
    due_.pop_front();
  }

  int checked = 0;

 private:
  std::array<Weights, 2> tiles_;  // as the registers will be after the cycle
  std::array<Weights, 2> used_;   // as they are in it
  std::deque<std::vector<uint32_t>> due_;
};

TEMPLATE_TEST_CASE("FP16 columns equal the tree of rounded sums, tiles changing under way", "",
                   Vfp16_columns4, Vfp16_columns16) {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Fp16Columns<TestType> columns;
  const auto tile = [&] { return Weights{columns.vector(rng), columns.vector(rng)}; };
  for (const bool buffer : {false, true}) {
    columns.load(buffer, tile());
    columns.cycle(nullptr, false);
  }
  for (int i = 0; i < 20000; ++i) {
    if (rng.below(8) == 0) columns.load(rng.below(2) != 0, tile());
    const std::vector<uint16_t> token = columns.vector(rng);
    columns.cycle(rng.below(4) == 0 ? nullptr : &token, rng.below(2) != 0);
  }
  REQUIRE(columns.checked > 10000);
}

}  // namespace
}  // namespace tercet
