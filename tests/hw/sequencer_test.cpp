// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_sequencer.sv against the loop nest of docs/machine.md.
#include "sequencer_bench.h"

namespace tercet {
namespace {

Command random_command(Rng& rng) {
  Command c;
  c.m = static_cast<uint32_t>(1 + rng.below(20));
  c.m_tile = static_cast<uint32_t>(1 + rng.below(kTokens));
  c.n_tiles = static_cast<uint32_t>(1 + rng.below(4));
  c.k_tiles = static_cast<uint32_t>(1 + rng.below(kActBeats / c.m_tile));
  if (rng.below(2) != 0) c.k_tiles = 1;
  c.n_tail = static_cast<uint32_t>(1 + rng.below(kCols));
  c.k_mask = 0xffffu >> rng.below(kRows);
  c.out = rng.below(1 << 30) * 64;
  return c;
}

TEST_CASE("Sequencer walks the loop nest of every command") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Stall tile_stall(GENERATE(stall_modes()), seed + 1);
  Stall beat_stall(GENERATE(stall_modes()), seed + 2);
  Stall output_stall(GENERATE(stall_modes()), seed + 3);
  Sequencer sequencer;
  for (int i = 0; i < 20; ++i) sequencer.add(random_command(rng));
  while (!sequencer.done()) {
    sequencer.step(rng.below(4) != 0, !tile_stall(), !beat_stall(), !output_stall());
  }
  for (int i = 0; i < 5; ++i) sequencer.step(true, true, true, true);
  REQUIRE(sequencer->cmd_ready_o == 1);
}

TEST_CASE("Sequencer fires every cycle, also across commands, when all is ready") {
  Sequencer sequencer;
  uint64_t total = 0;
  for (const Command& c : {Command{8, 8, 5, 3}, Command{13, 4, 2, 3}, Command{2, 1, 3, 4}}) {
    sequencer.add(c);
    total += uint64_t{c.m} * c.n_tiles * c.k_tiles;
  }
  // The activations are there before the command is.
  for (uint32_t i = 0; i < kActBeats; ++i) sequencer.step(false, true, true, true);
  while (!sequencer.done()) sequencer.step(true, true, true, true);
  REQUIRE(sequencer.last_fire - sequencer.first_fire + 1 == total);
  REQUIRE(sequencer.stalls == std::array<uint64_t, 3>{});
}

TEST_CASE("Sequencer counts a wait under the one thing that is missing") {
  const int missing = GENERATE(0, 1, 2);
  Sequencer sequencer;
  sequencer.add({4, 4, 4, 2});
  for (int i = 0; i < 100; ++i) {
    sequencer.step(true, missing != 0, missing != 1, missing != 2);
  }
  for (int i = 0; i < 3; ++i) {
    REQUIRE((sequencer.stalls[static_cast<size_t>(i)] > 60) == (i == missing));
  }
  // Every cycle with a command is either a fire or one stall.
  const uint64_t waits = sequencer.stalls[0] + sequencer.stalls[1] + sequencer.stalls[2];
  REQUIRE(sequencer.idle - waits <= 1 + (missing == 1 ? 0u : 1u));
  while (!sequencer.done()) sequencer.step(true, true, true, true);
}

TEST_CASE("Sequencer forgets its command when flushed") {
  Rng rng(test_seed());
  for (int round = 0; round < 30; ++round) {
    Sequencer sequencer;
    sequencer.add(random_command(rng));
    for (auto i = rng.below(100); i > 0; --i) sequencer.step(true, true, true, true);
    sequencer->cmd_valid_i = 0;
    sequencer->flush_i = 1;
    sequencer.tick();
    sequencer.tick();
    sequencer->flush_i = 0;
    sequencer.settle();
    REQUIRE(sequencer->cmd_ready_o == 1);
    for (int i = 0; i < 10; ++i) {
      REQUIRE((sequencer->fire_o || sequencer->job_valid_o || sequencer->act_read_o) == 0);
      sequencer.tick();
    }
  }
}

}  // namespace
}  // namespace tercet
