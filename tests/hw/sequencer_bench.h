// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_sequencer.sv among its neighbours, with the loop nest of docs/machine.md to
// compare it with.
#pragma once

#include <deque>

#include "Vsequencer.h"
#include "bench.h"

namespace tercet {

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
            fires.push_back({address, t, mask, buffer_, bank_, k == 0, t + 1 == rows, last_n});
          }
          buffer_ = !buffer_;
        }
        const uint64_t to = c.out + 4ull * kCols * (uint64_t{m0} * c.n_tiles + n * rows);
        jobs.push_back({to, rows, last_n ? c.n_tail : kCols, bank_, last_n && m0 + rows == c.m});
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
    if (top.act_read_o)
      check_fire();
    else
      ++idle;
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

}  // namespace tercet
