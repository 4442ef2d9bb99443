// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_sequencer.sv against the loop nest of docs/machine.md.
#include <deque>

#include "Vsequencer.h"
#include "bench.h"

namespace tercet {
namespace {

constexpr uint32_t kRows = 16;
constexpr uint32_t kCols = 16;
constexpr uint32_t kTokens = 8;
constexpr uint32_t kActBeats = 64;

struct Command {
  uint32_t m = 1, m_tile = 1, n_tiles = 1, k_tiles = 1, n_tail = kCols, k_mask = 0xffff;
  uint64_t out = 0;
};
struct Fire {
  uint32_t address, token, mask;
  bool buffer, bank, first, release, free;
};
struct Job {
  uint64_t address;
  uint32_t rows, cols;
  bool bank, last;
  bool operator==(const Job& o) const {
    return address == o.address && rows == o.rows && cols == o.cols && bank == o.bank &&
           last == o.last;
  }
};

/// The sequencer with its neighbours: a ring of activations, tiles, banks and an output stage.
class Sequencer : public Bench<Vsequencer> {
 public:
  std::deque<Command> commands;
  std::deque<Fire> fires;
  std::deque<Job> jobs;
  uint64_t beats_to_load = 0;
  uint64_t first_fire = 0, last_fire = 0;
  std::array<uint64_t, 3> stalls{};  // weights, activations, output
  uint64_t idle = 0;                 // cycles without a fire

  /// The loop nest.
  void add(const Command& c) {
    commands.push_back(c);
    for (uint32_t m0 = 0; m0 < c.m; m0 += c.m_tile) {
      const uint32_t rows = std::min(c.m_tile, c.m - m0);
      for (uint32_t n = 0; n < c.n_tiles; ++n) {
        const bool last_n = n + 1 == c.n_tiles;
        for (uint32_t k = 0; k < c.k_tiles; ++k) {
          const uint32_t mask = k + 1 == c.k_tiles ? c.k_mask : 0xffff;
          for (uint32_t t = 0; t < rows; ++t) {
            const uint32_t address = (ring_ + k * rows + t) % kActBeats;
            fires.push_back(
                {address, t, mask, buffer_, bank_, k == 0, t + 1 == rows, last_n});
          }
          buffer_ = !buffer_;
        }
        const uint64_t to = c.out + 4ull * kCols * (uint64_t{m0} * c.n_tiles + n * rows);
        jobs.push_back({to, rows, last_n ? c.n_tail : kCols, bank_,
                        last_n && m0 + rows == c.m});
        bank_ = !bank_;
      }
      ring_ = (ring_ + rows * c.k_tiles) % kActBeats;
    }
    beats_to_load += uint64_t{c.m} * c.k_tiles;
  }

  /// One cycle; each argument says whether that neighbour works in it.
  void step(bool command, bool tile, bool beat, bool output) {
    Vsequencer& top = this->top();
    set_command(command && !commands.empty());
    tile_ready_ = tile_ready_ || tile;
    top.tile_valid_i = tile_ready_;
    top.tile_buf_i = tile_buffer_;
    top.act_level_i = static_cast<uint8_t>(level_);
    top.bank_free_i = output && busy_ > 0;
    settle();
    if (top.cmd_valid_i && top.cmd_ready_o) commands.pop_front();
    check_stage_1();
    if (top.act_read_o) check_fire();
    else ++idle;
    stalls[0] += top.stall_weights_o;
    stalls[1] += top.stall_acts_o;
    stalls[2] += top.stall_output_o;
    level_ -= top.act_free_o;
    if (beat && beats_to_load > 0 && level_ < kActBeats) {
      ++level_;
      --beats_to_load;
    }
    if (top.tile_release_o) {
      tile_ready_ = false;
      tile_buffer_ = !tile_buffer_;
    }
    busy_ -= top.bank_free_i;
    check_job();
    tick();
  }
  bool done() const { return fires.empty() && jobs.empty(); }

 private:
  void set_command(bool valid) {
    top().cmd_valid_i = valid;
    if (!valid) return;
    const Command& c = commands.front();
    top().cmd_m_i = static_cast<uint16_t>(c.m);
    top().cmd_m_tile_i = static_cast<uint8_t>(c.m_tile);
    top().cmd_n_tiles_i = c.n_tiles;
    top().cmd_k_tiles_i = static_cast<uint16_t>(c.k_tiles);
    top().cmd_n_tail_i = static_cast<uint8_t>(c.n_tail);
    top().cmd_k_mask_i = static_cast<uint16_t>(c.k_mask);
    top().cmd_out_i = c.out;
  }
  void check_fire() {
    REQUIRE(!fires.empty());
    const Fire& fire = fires.front();
    REQUIRE(top().act_addr_o == fire.address);
    REQUIRE(top().tile_release_o == fire.release);
    REQUIRE(top().act_free_o == fire.free);
    REQUIRE((level_ > 0 && tile_ready_));
    if (first_fire == 0) first_fire = cycle();
    last_fire = cycle();
    stage_1_.push_back(fire);
    fires.pop_front();
  }
  /// What the array and the accumulators see a cycle after the read.
  void check_stage_1() {
    REQUIRE(top().fire_o == !stage_1_.empty());
    if (stage_1_.empty()) return;
    const Fire& fire = stage_1_.front();
    REQUIRE(top().use_buf_o == fire.buffer);
    REQUIRE(top().bank_o == fire.bank);
    REQUIRE(top().token_o == fire.token);
    REQUIRE(top().first_o == fire.first);
    REQUIRE(top().mask_o == fire.mask);
    stage_1_.pop_front();
  }
  void check_job() {
    if (!top().job_valid_o) return;
    REQUIRE(!jobs.empty());
    const Job job = {top().job_addr_o, top().job_rows_o, top().job_cols_o, top().job_bank_o != 0,
                     top().job_last_o != 0};
    REQUIRE(job == jobs.front());
    jobs.pop_front();
    REQUIRE(++busy_ <= 2);  // the accumulators have two banks
  }

  uint32_t ring_ = 0, level_ = 0, busy_ = 0;
  bool buffer_ = false, bank_ = false, tile_buffer_ = false, tile_ready_ = false;
  std::deque<Fire> stage_1_;
};

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
