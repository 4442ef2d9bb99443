// SPDX-License-Identifier: Apache-2.0
// rtl/memory/tercet_read_stream.sv: the bursts of a buffer, pass by pass, within the credits.
#include "Vread_stream.h"
#include "bench.h"
#include "bursts.h"

namespace tercet {
namespace {

constexpr uint32_t kBeat = 16;
constexpr uint32_t kMaxBurst = 16;
constexpr uint32_t kCapacity = 64;

class ReadStream : public Bench<Vread_stream> {
 public:
  ReadStream() : Bench(2000000) {}

  void start(uint64_t base, uint32_t beats, uint32_t m, uint32_t m_tile) {
    REQUIRE(top().idle_o == 1);
    top().base_i = base;
    top().beats_i = beats;
    top().m_i = static_cast<uint16_t>(m);
    top().m_tile_i = static_cast<uint8_t>(m_tile);
    top().start_i = 1;
    tick();
    top().start_i = 0;
    top().base_i = 0;  // the stream keeps its own copy
    top().beats_i = 0;
  }
};

TEST_CASE("Read stream cuts every pass into the longest legal bursts within its credits") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Stall take_stall(GENERATE(stall_modes()), seed);
  Stall free_stall(GENERATE(stall_modes()), ~seed);
  ReadStream stream;
  uint32_t held = 0;  // beats taken and not freed
  for (int command = 0; command < 30; ++command) {
    const uint64_t base = (rng.below(1u << 30) + (command % 3 == 0 ? 0xffu << 8 : 0)) * kBeat;
    const auto beats = static_cast<uint32_t>(1 + rng.below(command % 4 == 0 ? 3 : 400));
    const auto m = static_cast<uint32_t>(1 + rng.below(20));
    const auto m_tile = static_cast<uint32_t>(1 + rng.below(8));
    stream.start(base, beats, m, m_tile);
    for (uint32_t pass = 0; pass < (m + m_tile - 1) / m_tile; ++pass) {
      const auto bursts = cut_bursts(base, beats, kBeat, kMaxBurst);
      for (size_t i = 0; i < bursts.size();) {
        stream->req_ready_i = !take_stall();
        stream->free_i = held > 0 && !free_stall();
        stream.settle();
        const bool taken = stream->req_valid_o && stream->req_ready_i;
        if (stream->req_valid_o) {  // also while it waits
          REQUIRE(stream->req_addr_o == bursts[i].address);
          REQUIRE(stream->req_len_o + 1u == bursts[i].beats);
          REQUIRE(stream->req_last_o == (i + 1 == bursts.size()));
          REQUIRE(held + bursts[i].beats <= kCapacity);
        }
        held -= stream->free_i;
        if (taken) held += bursts[i++].beats;
        stream.tick();
      }
    }
    stream->free_i = 0;
    stream.tick();
    REQUIRE(stream->idle_o == 1);
    REQUIRE(stream->req_valid_o == 0);
  }
}

TEST_CASE("Read stream fills the consumer to its last beat") {
  ReadStream stream;
  stream->req_ready_i = 1;
  stream.start(0, 1000, 1, 1);
  for (int i = 0; i < 50; ++i) stream.tick();
  REQUIRE(stream->req_valid_o == 0);
  stream->free_i = 1;  // one credit is not enough for a burst of 16
  for (uint32_t i = 0; i < kMaxBurst; ++i) {
    REQUIRE(stream->req_valid_o == 0);
    stream.tick();
  }
  stream->free_i = 0;
  stream.tick();
  REQUIRE(stream->req_valid_o == 1);
}

TEST_CASE("Read stream asks for a burst every second cycle when nothing stalls") {
  ReadStream stream;
  stream->req_ready_i = 1;
  stream.start(0, kCapacity, 1, 1);
  int cycles = 0;
  for (; stream->idle_o == 0; ++cycles) stream.tick();
  REQUIRE(cycles <= 2 * static_cast<int>(kCapacity / kMaxBurst));
}

TEST_CASE("Read stream issues nothing while halted and forgets its command when flushed") {
  ReadStream stream;
  stream->halt_i = 1;
  stream.start(4096, 40, 2, 1);
  for (int i = 0; i < 20; ++i) {
    REQUIRE(stream->req_valid_o == 0);
    stream.tick();
  }
  stream->halt_i = 0;
  stream.tick();
  REQUIRE(stream->req_valid_o == 1);
  stream->flush_i = 1;
  stream.tick();
  stream->flush_i = 0;
  stream.settle();
  REQUIRE(stream->req_valid_o == 0);
  REQUIRE(stream->idle_o == 1);
  // All credits are back.
  stream->req_ready_i = 1;
  stream.start(0, kCapacity, 1, 1);
  for (int i = 0; i < 20; ++i) stream.tick();
  REQUIRE(stream->idle_o == 1);
}

}  // namespace
}  // namespace tercet
