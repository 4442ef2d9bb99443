// SPDX-License-Identifier: Apache-2.0
// rtl/memory/tercet_fetch.sv: commands in, weight tiles and activations out, from a hostile bus.
#include "Vfetch.h"
#include "axi_slave.h"
#include "tile_registers.h"

namespace tercet {
namespace {

constexpr uint32_t kRows = 16;
constexpr uint32_t kCols = 16;
constexpr uint32_t kActBeats = 64;

class Fetch : public Bench<Vfetch> {
 public:
  Bytes memory;
  ReadSlave slave;
  TileRegisters tiles{kRows, kCols};
  std::deque<Bytes> acts;  ///< beats not yet freed

  Fetch(StallMode mode, uint64_t seed) : slave(kRows, 10, mode, seed) {}

  /// Starts a command of `passes` passes over `count` tiles, and `beats` of activations.
  void start(uint32_t passes, uint32_t count, uint32_t beats, bool trit5, Rng& rng) {
    REQUIRE(top().idle_o == 1);
    Tile all;
    std::vector<Tile> pass;
    for (uint32_t t = 0; t < count; ++t) {
      pass.push_back(random_tile(kCols, kRows, rng));
      all.insert(all.end(), pass.back().begin(), pass.back().end());
    }
    for (uint32_t p = 0; p < passes; ++p) {
      tiles.expected.insert(tiles.expected.end(), pass.begin(), pass.end());
    }
    const Bytes weights = pack_columns(all, kRows, trit5, rng);
    top().wgt_i = memory.size();
    top().wgt_beats_i = static_cast<uint32_t>(weights.size() / kRows);
    memory.insert(memory.end(), weights.begin(), weights.end());
    top().act_i = memory.size();
    top().act_beats_i = beats;
    for (uint32_t i = 0; i < beats; ++i) {
      Bytes beat(kRows);
      for (uint8_t& x : beat) x = static_cast<uint8_t>(rng.next());
      acts.push_back(beat);
      memory.insert(memory.end(), beat.begin(), beat.end());
    }
    top().m_i = static_cast<uint16_t>(3 * passes - rng.below(3));
    top().m_tile_i = 3;
    top().trit5_i = trit5;
    top().start_i = 1;
    step(false, false);
    top().start_i = 0;
    top().trit5_i = !trit5;  // the unit keeps its own copy
    top().wgt_i = top().act_i = 0;
  }

  void step(bool release, bool free) {
    slave.drive();
    top().arready_i = slave.ar_ready;
    top().rvalid_i = slave.r_valid;
    top().rid_i = slave.r_id;
    top().rlast_i = slave.r_last;
    top().rresp_i = slave.r_response;
    if (slave.r_valid) {
      const auto at = static_cast<long>(slave.r_address);
      std::copy_n(memory.begin() + at, kRows, reinterpret_cast<uint8_t*>(&top().rdata_i));
    }
    const bool read = free && top().act_level_o > 0;
    top().act_read_i = top().act_free_i = read;
    top().act_addr_i = static_cast<uint8_t>(ring_);
    tiles.step(*this, release);
    slave.sample(top().arvalid_o, {top().araddr_o, top().arid_o, top().arlen_o, 4, 1});
    tick();
    if (read) check_act();
  }

 private:
  void check_act() {
    REQUIRE(!acts.empty());
    for (uint32_t r = 0; r < kRows; ++r) {
      unsigned value = 0;
      for (uint32_t b = 0; b < 8; ++b) {
        value |= static_cast<unsigned>(get_bits(top().planes_o, b * kRows + r, 1)) << b;
      }
      REQUIRE(value == acts.front()[r]);
    }
    acts.pop_front();
    ring_ = (ring_ + 1) % kActBeats;
  }
  uint32_t ring_ = 0;
};

TEST_CASE("Fetch delivers the tiles and activations of commands back to back") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Stall tile_stall(GENERATE(stall_modes()), seed + 1);
  Stall act_stall(GENERATE(stall_modes()), seed + 2);
  Fetch fetch(GENERATE(stall_modes()), seed);
  fetch->mask_i = 0xffff;
  const auto step = [&] { fetch.step(!tile_stall(), !act_stall()); };
  for (int command = 0; command < 12; ++command) {
    while (!fetch->idle_o) step();
    fetch.start(static_cast<uint32_t>(1 + rng.below(3)), static_cast<uint32_t>(1 + rng.below(8)),
                static_cast<uint32_t>(1 + rng.below(150)), rng.below(2) != 0, rng);
  }
  while (!fetch.tiles.expected.empty() || !fetch.acts.empty()) step();
  REQUIRE((fetch->idle_o && fetch->quiet_o && fetch.slave.quiet()));
}

TEST_CASE("Fetch asks for nothing more once it is halted") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  const StallMode mode = GENERATE(stall_modes());
  for (int round = 0; round < 30; ++round) {
    Fetch fetch(mode, seed + static_cast<uint64_t>(round));
    fetch->mask_i = 0xffff;
    fetch.start(2, 6, 100, true, rng);
    for (uint64_t i = rng.below(60); i > 0; --i) fetch.step(true, true);
    fetch->halt_i = 1;
    while (!fetch->quiet_o) fetch.step(true, true);
    REQUIRE(fetch.slave.quiet());
    for (int i = 0; i < 10; ++i) {
      fetch.step(true, true);
      REQUIRE(fetch->arvalid_o == 0);
    }
  }
}

}  // namespace
}  // namespace tercet
