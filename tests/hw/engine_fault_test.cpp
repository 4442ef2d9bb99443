// SPDX-License-Identifier: Apache-2.0
// The whole engine when things go wrong: bus errors, bad commands, resets at any moment.
#include "Vtercet_edge.h"
#include "Vtercet_tiny.h"
#include "engine_bench.h"

namespace tercet {
namespace {

/// Every byte is as it was or as it must become.
template <class Top>
void check_untouched_or_right(const Engine<Top>& engine, const Bytes& before) {
  const Memory& memory = engine.memory;
  uint64_t wrong = 0;
  for (size_t i = 0; i < before.size(); ++i) {
    wrong += memory.actual[i] != before[i] && memory.actual[i] != memory.expected[i];
  }
  REQUIRE(wrong == 0);
}

unsigned code_of(bool write, BusResponse response) {
  if (write)
    return response == BusResponse::kSlverr ? TERCET_ERR_WRITE_SLVERR : TERCET_ERR_WRITE_DECERR;
  return response == BusResponse::kSlverr ? TERCET_ERR_READ_SLVERR : TERCET_ERR_READ_DECERR;
}

TEMPLATE_TEST_CASE("Engine stops at a bus error, says which, and works again after a reset", "",
                   Vtercet_tiny, Vtercet_edge) {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  const StallMode mode = GENERATE(stall_modes());
  const bool on_write = GENERATE(false, true);
  const auto response = GENERATE(BusResponse::kSlverr, BusResponse::kDecerr);
  Rng rng(seed + static_cast<uint64_t>(mode) * 2 + on_write);
  Engine<TestType> engine(mode, seed);
  const tercet_config& c = engine.config;
  engine.write(TERCET_CSR_CTRL, tercet_ctrl_pack({1, 0, 0}));
  for (int round = 0; round < (c.rows == 16 ? 30 : 10); ++round) {
    // The first command has one burst to write, so its last response is the error.
    std::vector<Gemm> gemms(round == 0 ? 1 : 1 + rng.below(3));
    engine.memory.used = 0;
    uint64_t reads = 0, bursts = 0, patience = 0;  // bursts: at least
    for (Gemm& gemm : gemms) {
      if (round != 0) gemm = random_gemm(c, 3, rng);
      place_random(&gemm, c, &engine.memory, rng);
      reads += gemm.wbeats * gemm.m_tiles() + uint64_t{gemm.m} * gemm.k_tiles(c);
      bursts += (gemm.out_bytes / c.axi_bytes + c.max_burst_beats - 1) / c.max_burst_beats;
      patience += gemm.patience(c);
    }
    const Bytes before = engine.memory.actual;
    if (on_write) {
      engine.writes.fault = {engine.writes.answers + rng.below(bursts), response};
    } else {
      engine.reads.fault = {engine.reads.beats + rng.below(reads), response};
    }
    for (const Gemm& gemm : gemms) {
      if (engine.start(gemm) != BusResponse::kOkay) break;  // the error was quicker
    }
    REQUIRE(engine.wait_idle(patience));
    const tercet_status status = engine.status();
    REQUIRE((status.error == 1 && status.irq == 1));
    REQUIRE(engine.read(TERCET_CSR_ERROR) == code_of(on_write, response));
    REQUIRE(tercet_irq_unpack(engine.read(TERCET_CSR_IRQ)).error == 1);
    const uint32_t completed = engine.read(TERCET_CSR_COMPLETED);
    REQUIRE(completed < gemms.size());
    REQUIRE(tercet_irq_unpack(engine.read(TERCET_CSR_IRQ)).done == (completed > 0));
    for (uint32_t i = 0; i < completed; ++i) REQUIRE(engine.output_is_right(gemms[i]));
    REQUIRE((engine.reads.quiet() && engine.writes.quiet()));
    REQUIRE(engine.write(TERCET_CSR_START, 1) == BusResponse::kSlverr);
    check_untouched_or_right(engine, before);
    engine.soft_reset();
    engine.run_good(random_gemm(c, 2, rng), rng);
    engine.soft_reset();
  }
}

TEMPLATE_TEST_CASE("Engine refuses a bad command and completes the ones before it", "",
                   Vtercet_tiny, Vtercet_edge) {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  const StallMode mode = GENERATE(stall_modes());
  const int good = GENERATE(0, 1, 3);
  Rng rng(seed);
  Engine<TestType> engine(mode, seed);
  const tercet_config& c = engine.config;
  for (const unsigned code : {TERCET_ERR_BAD_SHAPE, TERCET_ERR_BAD_TILE, TERCET_ERR_BAD_ALIGNMENT,
                              TERCET_ERR_BAD_WEIGHT_BEATS, TERCET_ERR_BAD_ADDRESS}) {
    INFO("code " << code);
    engine.memory.used = 0;
    engine.memory.actual.assign(engine.memory.actual.size(), Memory::kGuard);
    engine.memory.expected = engine.memory.actual;
    for (int i = 0; i < good; ++i) {
      Gemm gemm = random_gemm(c, 2, rng);
      place_random(&gemm, c, &engine.memory, rng);
      engine.start(gemm);
    }
    Bytes expected = engine.memory.expected;
    Gemm bad = random_gemm(c, 2, rng);
    place_random(&bad, c, &engine.memory, rng);
    std::copy(engine.memory.actual.begin() + static_cast<long>(bad.act - kMemoryBase),
              engine.memory.actual.begin() + static_cast<long>(bad.out - kMemoryBase),
              expected.begin() + static_cast<long>(bad.act - kMemoryBase));
    if (code == TERCET_ERR_BAD_SHAPE) bad.k = 0;
    if (code == TERCET_ERR_BAD_TILE) bad.m_tile = c.tokens + 1;
    if (code == TERCET_ERR_BAD_ALIGNMENT) bad.out += 4;
    if (code == TERCET_ERR_BAD_WEIGHT_BEATS) ++bad.wbeats;
    if (code == TERCET_ERR_BAD_ADDRESS) bad.out = (uint64_t{1} << c.addr_bits) - c.axi_bytes;
    if (code == TERCET_ERR_BAD_ADDRESS) bad.m = std::max(bad.m, 2u);
    engine.start(bad);
    REQUIRE(engine.wait_idle(1000000));
    REQUIRE(engine.read(TERCET_CSR_ERROR) == code);
    REQUIRE(engine.read(TERCET_CSR_COMPLETED) == static_cast<uint32_t>(good));
    REQUIRE((engine.memory.actual == expected));
    engine.soft_reset();
    engine.run_good(random_gemm(c, 2, rng), rng);
    engine.soft_reset();
  }
}

TEMPLATE_TEST_CASE("Engine can be reset in any cycle and works at once", "", Vtercet_tiny,
                   Vtercet_edge) {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  const StallMode mode = GENERATE(stall_modes());
  Rng rng(seed);
  Engine<TestType> engine(mode, seed);
  const tercet_config& c = engine.config;
  for (int round = 0; round < (c.rows == 16 ? 150 : 40); ++round) {
    engine.memory.used = 0;
    const auto commands = 1 + rng.below(3);
    std::vector<Gemm> gemms(commands, random_gemm(c, 2, rng));
    for (Gemm& gemm : gemms) place_random(&gemm, c, &engine.memory, rng);
    const Bytes before = engine.memory.actual;
    for (const Gemm& gemm : gemms) engine.start(gemm);
    for (uint64_t i = rng.below(1000); i > 0; --i) engine.tick();
    engine.soft_reset();
    check_untouched_or_right(engine, before);
    if (round % 4 == 0) engine.run_good(random_gemm(c, 2, rng), rng);
  }
}

}  // namespace
}  // namespace tercet
