// SPDX-License-Identifier: Apache-2.0
// The whole machine: mover and engine on one memory port, driven by the host alone.
#include "Vtercet_edge.h"
#include "Vtercet_tiny.h"
#include "engine_bench.h"

namespace tercet {
namespace {

constexpr uint64_t kPatience = 200000;

template <class Top>
class MovingEngine : public Engine<Top> {
 public:
  using Engine<Top>::Engine;
  using Engine<Top>::kBeat;

  tercet_mover_status mover() {
    return tercet_mover_status_unpack(this->read(TERCET_CSR_MOVER_STATUS));
  }
  /// Copies, and does the same to the expected memory.
  void start_copy(uint64_t from, uint64_t to, uint32_t beats) {
    this->write(TERCET_CSR_MOVER_SRC_LO, from);
    this->write(TERCET_CSR_MOVER_SRC_HI, from >> 32);
    this->write(TERCET_CSR_MOVER_DST_LO, to);
    this->write(TERCET_CSR_MOVER_DST_HI, to >> 32);
    this->write(TERCET_CSR_MOVER_BEATS, beats);
    REQUIRE(this->write(TERCET_CSR_MOVER_GO, tercet_mover_go_pack({0, 0, 1})) ==
            BusResponse::kOkay);
    auto& expected = this->memory.expected;
    std::memmove(&expected[to - kMemoryBase], &expected[from - kMemoryBase], beats * kBeat);
  }
  void wait_mover() {
    for (const uint64_t end = this->cycle() + kPatience; mover().busy != 0;) {
      REQUIRE(this->cycle() < end);
    }
  }
  /// Memory filled with noise in both images.
  uint64_t noise(uint32_t beats, Rng& rng) {
    Bytes bytes(beats * kBeat);
    for (uint8_t& byte : bytes) byte = static_cast<uint8_t>(rng.next());
    return put(&this->memory, bytes, kBeat, rng);
  }
};

TEMPLATE_TEST_CASE("Mover copies while the engine computes, and neither loses a byte", "",
                   Vtercet_tiny, Vtercet_edge) {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  const StallMode mode = GENERATE(stall_modes());
  Rng rng(seed + static_cast<uint64_t>(mode));
  MovingEngine<TestType> engine(mode, seed);
  const tercet_config& c = engine.config;
  constexpr uint32_t kRoom = 300;
  const uint64_t from = engine.noise(kRoom, rng), to = engine.noise(kRoom, rng);
  const auto copy = [&] {
    const auto beats = static_cast<uint32_t>(1 + rng.below(rng.below(2) != 0 ? 8 : 100));
    const uint64_t skip = rng.below(kRoom - beats) * c.axi_bytes;
    engine.start_copy(from + skip, to + rng.below(kRoom - beats) * c.axi_bytes, beats);
  };
  engine.write(TERCET_CSR_CTRL, tercet_ctrl_pack({0, 0, 1}));
  uint64_t weight_beats = 0, output_beats = 0, copies = 0;
  constexpr uint32_t kCommands = 12;
  for (uint32_t i = 0; i < kCommands; ++i) {
    Gemm gemm = random_gemm(c, 3, rng);
    place_random(&gemm, c, &engine.memory, rng);
    weight_beats += gemm.wbeats * gemm.m_tiles();
    output_beats += gemm.out_bytes / c.axi_bytes;
    REQUIRE(engine.start(gemm) == BusResponse::kOkay);
    if (engine.mover().busy == 0) copy(), ++copies;
  }
  while (engine.read(TERCET_CSR_COMPLETED) != kCommands) {
    REQUIRE(engine.status().error == 0);
    if (engine.mover().busy == 0) copy(), ++copies;
  }
  engine.wait_mover();
  REQUIRE(engine.mover().error == TERCET_ERR_NONE);
  REQUIRE(copies > 3);
  REQUIRE((engine.memory.actual == engine.memory.expected));
  REQUIRE(engine.counter(TERCET_COUNTER_WEIGHT_BEATS) == weight_beats);
  REQUIRE(engine.counter(TERCET_COUNTER_OUTPUT_BEATS) == output_beats);
  REQUIRE((engine.reads.quiet() && engine.writes.quiet()));
}

TEMPLATE_TEST_CASE("Errors and resets of the engine leave a copy alone", "", Vtercet_tiny,
                   Vtercet_edge) {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  const StallMode mode = GENERATE(stall_modes());
  Rng rng(seed + static_cast<uint64_t>(mode));
  MovingEngine<TestType> engine(mode, seed);
  const tercet_config& c = engine.config;
  constexpr uint32_t kRoom = 200;
  for (int round = 0; round < 20; ++round) {
    engine.memory.used = 0;
    engine.memory.actual.assign(engine.memory.actual.size(), Memory::kGuard);
    engine.memory.expected = engine.memory.actual;
    const uint64_t from = engine.noise(kRoom, rng), to = engine.noise(kRoom, rng);
    Gemm gemm = random_gemm(c, 3, rng);
    place_random(&gemm, c, &engine.memory, rng);
    const bool bad = rng.below(2) != 0;
    if (bad) gemm.wgt += 1;
    engine.start_copy(from, to, kRoom);
    REQUIRE(engine.start(gemm) == BusResponse::kOkay);
    for (uint64_t i = rng.below(300); i > 0; --i) engine.tick();
    engine.write(TERCET_CSR_CTRL, tercet_ctrl_pack({0, 1, 0}));
    REQUIRE(engine.wait_idle(kPatience));
    engine.wait_mover();
    REQUIRE(engine.mover().error == TERCET_ERR_NONE);
    const uint64_t at = to - kMemoryBase;
    REQUIRE(std::memcmp(&engine.memory.actual[at], &engine.memory.expected[at],
                        kRoom * c.axi_bytes) == 0);
    engine.run_good(random_gemm(c, 2, rng), rng);
  }
}

TEMPLATE_TEST_CASE("A bus error of the mover leaves the engine alone", "", Vtercet_tiny,
                   Vtercet_edge) {
  Rng rng(test_seed());
  const bool on_write = GENERATE(false, true);
  MovingEngine<TestType> engine(GENERATE(stall_modes()), 1);
  const uint64_t from = engine.noise(60, rng), to = engine.noise(60, rng);
  if (on_write) {
    engine.writes.fault = {1, BusResponse::kSlverr};
  } else {
    engine.reads.fault = {30, BusResponse::kDecerr};
  }
  engine.start_copy(from, to, 50);
  engine.wait_mover();
  REQUIRE(engine.mover().error == (on_write ? TERCET_ERR_WRITE_SLVERR : TERCET_ERR_READ_DECERR));
  REQUIRE(tercet_core_irq_unpack(engine.read(TERCET_CSR_CORE_IRQ)).mover == 1);
  const tercet_status status = engine.status();
  REQUIRE((status.error == 0 && status.idle == 1));
  REQUIRE(engine.read(TERCET_CSR_IRQ) == 0);
  engine.run_good(random_gemm(engine.config, 2, rng), rng);
}

}  // namespace
}  // namespace tercet
