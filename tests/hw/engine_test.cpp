// SPDX-License-Identifier: Apache-2.0
// The whole engine: any shape on any bus, overlapping commands, counters, repeatability.
#include "Vtercet_edge.h"
#include "Vtercet_tiny.h"
#include "engine_bench.h"

namespace tercet {
namespace {

std::string shape(const Gemm& g) {
  return fmt::format("M {} N {} K {} m_tile {} trit5 {}", g.m, g.n, g.k, g.m_tile, g.trit5);
}

TEMPLATE_TEST_CASE("Engine computes any shape and writes nothing else", "", Vtercet_tiny,
                   Vtercet_edge) {
  const uint64_t seed = test_seed();
  const StallMode mode = GENERATE(stall_modes());
  Rng rng(seed + static_cast<uint64_t>(mode));
  Engine<TestType> engine(mode, seed);
  const tercet_config& c = engine.config;
  std::vector<Gemm> gemms = {{1, 1, 1, 1, false},
                             {1, c.cols, c.rows, c.tokens, true},
                             {c.tokens, c.cols + 1, c.rows + 1, c.tokens, false},
                             {c.tokens + 1, c.cols - 1, c.rows - 1, c.tokens, true}};
  for (int i = 0; i < (c.rows == 16 ? 100 : 40); ++i) gemms.push_back(random_gemm(c, 4, rng));
  for (const Gemm& gemm : gemms) {
    INFO("seed " << seed << ", " << shape(gemm));
    engine.run_good(gemm, rng);
  }
}

TEMPLATE_TEST_CASE("Engine is exact at the largest K and the largest sums", "", Vtercet_tiny,
                   Vtercet_edge) {
  Rng rng(test_seed());
  Engine<TestType> engine(StallMode::kNone, 1);
  const tercet_config& c = engine.config;
  Gemm gemm{1, 3, c.k_max, 1, true};
  const std::vector<Column> x(1, Column(c.k_max, -128));
  std::vector<Column> w;
  for (const int weight : {-1, 0, 1}) w.emplace_back(c.k_max, static_cast<int8_t>(weight));
  place(&gemm, c, x, w, &engine.memory, rng);
  int32_t first = 0;
  std::memcpy(&first, &engine.memory.expected[gemm.out - kMemoryBase], 4);
  REQUIRE(first == 128 * static_cast<int32_t>(c.k_max));
  engine.start(gemm);
  REQUIRE(engine.wait_idle(gemm.patience(c)));
  REQUIRE((engine.memory.actual == engine.memory.expected));
}

TEMPLATE_TEST_CASE("Engine overlaps commands and completes them in order", "", Vtercet_tiny,
                   Vtercet_edge) {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  const StallMode mode = GENERATE(stall_modes());
  Rng rng(seed);
  Engine<TestType> engine(mode, seed);
  const tercet_config& c = engine.config;
  Memory& memory = engine.memory;
  std::vector<Gemm> gemms;
  const bool small = GENERATE(false, true);  // small ones: the write responses hold them up
  for (int i = 0; i < 12; ++i) {
    Gemm gemm = random_gemm(c, small ? 1 : 3, rng);
    if (small) gemm.m = 1;
    place_random(&gemm, c, &memory, rng);
    gemms.push_back(gemm);
  }
  uint32_t checked = 0, most = 0;
  const auto check_completed = [&] {
    const uint32_t started = engine.read(TERCET_CSR_STARTED);
    const uint32_t completed = engine.read(TERCET_CSR_COMPLETED);
    if (started > completed) most = std::max(most, started - completed);
    for (; checked < completed; ++checked) {
      const Gemm& gemm = gemms[checked];
      INFO(shape(gemm));
      REQUIRE(engine.output_is_right(gemm));
    }
  };
  for (const Gemm& gemm : gemms) {
    engine.start(gemm);
    check_completed();
  }
  for (int i = 0; checked < gemms.size(); ++i) {
    REQUIRE(i < 200000);
    check_completed();
  }
  REQUIRE(engine.status().idle == 1);
  REQUIRE((memory.actual == memory.expected));
  REQUIRE(most >= 2);
  REQUIRE(most <= 4);
}

/// Runs commands and returns every counter, with the cycle at the end.
template <class Top>
std::vector<uint64_t> counters(const std::vector<Gemm>& gemms, StallMode mode, uint64_t seed) {
  Rng rng(seed);
  Engine<Top> engine(mode, seed);
  engine.write(TERCET_CSR_CTRL, tercet_ctrl_pack({1, 0, 1}));
  std::vector<uint64_t> expected(TERCET_COUNTER_COUNT, 0);
  const tercet_config& c = engine.config;
  for (Gemm gemm : gemms) {
    place_random(&gemm, c, &engine.memory, rng);
    engine.start(gemm);
    expected[TERCET_COUNTER_ARRAY_ACTIVE] += gemm.fires(c);
    expected[TERCET_COUNTER_TILES] += uint64_t{gemm.m_tiles()} * gemm.n_tiles(c) * gemm.k_tiles(c);
    expected[TERCET_COUNTER_WEIGHT_BEATS] += gemm.wbeats * gemm.m_tiles();
    expected[TERCET_COUNTER_ACT_BEATS] += uint64_t{gemm.m} * gemm.k_tiles(c);
    expected[TERCET_COUNTER_OUTPUT_BEATS] += gemm.out_bytes / c.axi_bytes;
  }
  REQUIRE(engine.wait_idle(1000000));
  REQUIRE((engine.memory.actual == engine.memory.expected));
  std::vector<uint64_t> values;
  for (uint32_t i = 0; i < TERCET_COUNTER_COUNT; ++i) {
    values.push_back(engine.counter(i));
    INFO("counter " << i);
    if (expected[i] != 0) REQUIRE(values[i] == expected[i]);
  }
  const uint64_t busy = values[TERCET_COUNTER_CYCLES_BUSY];
  REQUIRE(values[TERCET_COUNTER_ARRAY_ACTIVE] + values[TERCET_COUNTER_STALL_WEIGHTS] +
              values[TERCET_COUNTER_STALL_ACTS] + values[TERCET_COUNTER_STALL_OUTPUT] <=
          busy);
  if (gemms.size() == 1) REQUIRE(values[TERCET_COUNTER_LAST_CYCLES] == busy + 1);
  engine.write(TERCET_CSR_CTRL, tercet_ctrl_pack({1, 0, 1}));
  for (uint32_t i = 0; i < TERCET_COUNTER_COUNT; ++i) REQUIRE(engine.counter(i) == 0);
  values.push_back(engine.cycle());
  return values;
}

TEMPLATE_TEST_CASE("Engine counts what the streams hold, and the same cycles each time", "",
                   Vtercet_tiny, Vtercet_edge) {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  const StallMode mode = GENERATE(stall_modes());
  const bool several = GENERATE(false, true);
  Rng rng(seed);
  const tercet_config& c =
      *tercet_config_find(std::is_same_v<TestType, Vtercet_tiny> ? "tiny" : "edge");
  std::vector<Gemm> gemms(several ? 4 : 1);
  for (Gemm& gemm : gemms) gemm = random_gemm(c, 3, rng);
  const auto first = counters<TestType>(gemms, mode, seed);
  REQUIRE(first == counters<TestType>(gemms, mode, seed));
}

TEMPLATE_TEST_CASE("Engine keeps the array busy when the memory keeps up", "", Vtercet_tiny,
                   Vtercet_edge) {
  Rng rng(test_seed());
  Engine<TestType> engine(StallMode::kNone, 1);
  const tercet_config& c = engine.config;
  const bool decode = GENERATE(false, true);  // one token: bound by the weight stream
  Gemm gemm{decode ? 1 : c.tokens, 16 * c.cols, 16 * c.rows, decode ? 1 : c.tokens, true};
  engine.run_good(gemm, rng);
  const uint64_t last = engine.counter(TERCET_COUNTER_LAST_CYCLES);
  const uint64_t work = decode ? engine.counter(TERCET_COUNTER_WEIGHT_BEATS)
                               : engine.counter(TERCET_COUNTER_ARRAY_ACTIVE);
  INFO("work " << work << " cycles " << last);
  REQUIRE(10 * work >= (decode ? 7 : 8) * last);
}

}  // namespace
}  // namespace tercet
