// SPDX-License-Identifier: Apache-2.0
// rtl/memory/tercet_act_buffer.sv: a ring of beats that reads as masked bit planes.
#include <deque>

#include "Vact_buffer.h"
#include "bench.h"

namespace tercet {
namespace {

constexpr uint32_t kRows = 16;
constexpr uint32_t kBeats = 16;
using Beat = std::array<uint8_t, kRows>;

class ActBuffer : public Bench<Vact_buffer> {
 public:
  void put(const Beat& beat) {
    top().beat_valid_i = 1;
    std::copy(beat.begin(), beat.end(), reinterpret_cast<uint8_t*>(&top().beat_i));
  }
  /// Compares the planes with a beat whose masked rows are 0.
  void check_planes(const Beat& beat, uint32_t mask) {
    top().mask_i = static_cast<uint16_t>(mask);
    settle();
    for (uint32_t r = 0; r < kRows; ++r) {
      unsigned value = 0;
      for (uint32_t b = 0; b < 8; ++b) {
        value |= static_cast<unsigned>(get_bits(top().planes_o, b * kRows + r, 1)) << b;
      }
      REQUIRE(value == ((mask >> r & 1) != 0 ? beat[r] : 0u));
    }
  }
};

TEST_CASE("Activation buffer is a ring that reads back any beat it holds") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Stall write_stall(GENERATE(stall_modes()), seed);
  Stall free_stall(GENERATE(stall_modes()), ~seed);
  ActBuffer buffer;
  std::deque<Beat> held;
  uint32_t oldest = 0;  // address of held.front()
  uint32_t most = 0;
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(buffer->level_o == held.size());
    buffer->beat_valid_i = 0;
    Beat beat{};
    const bool write = !write_stall() && held.size() < kBeats;
    if (write) {
      for (uint8_t& x : beat) x = static_cast<uint8_t>(rng.next());
      buffer.put(beat);
    }
    const bool read = !held.empty() && rng.below(4) != 0;
    const size_t index = held.empty() ? 0 : rng.below(held.size());
    const Beat expected = held.empty() ? Beat{} : held[index];
    buffer->read_i = read;
    buffer->addr_i = static_cast<uint8_t>((oldest + index) % kBeats);
    buffer->free_i = !held.empty() && !free_stall() && rng.below(8) != 0;
    if (buffer->free_i) {
      held.pop_front();
      oldest = (oldest + 1) % kBeats;
    }
    if (write) held.push_back(beat);
    most = std::max<uint32_t>(most, static_cast<uint32_t>(held.size()));
    buffer.tick();
    if (!read) continue;
    constexpr std::array<uint32_t, 4> kMasks = {0xffff, 0, 0x0001, 0x7fff};
    buffer.check_planes(expected, rng.below(2) != 0 ? kMasks[rng.below(4)]
                                                    : static_cast<uint32_t>(rng.below(0x10000)));
  }
  REQUIRE(most >= 1);
}

TEST_CASE("Activation buffer fills to its last beat and starts at 0 after a flush") {
  ActBuffer buffer;
  for (int round = 0; round < 2; ++round) {
    for (uint32_t i = 0; i < kBeats; ++i) {
      Beat beat;
      beat.fill(static_cast<uint8_t>(i + 100 * round));
      buffer.put(beat);
      buffer.tick();
    }
    buffer->beat_valid_i = 0;
    REQUIRE(buffer->level_o == kBeats);
    buffer->read_i = 1;
    for (uint32_t i = 0; i < kBeats; ++i) {
      Beat beat;
      beat.fill(static_cast<uint8_t>(i + 100 * round));
      buffer->addr_i = static_cast<uint8_t>(i);
      buffer.tick();
      buffer.check_planes(beat, 0xffff);
    }
    buffer->free_i = 1;
    for (int i = 0; i < 5; ++i) buffer.tick();
    buffer->free_i = 0;
    buffer->flush_i = 1;
    buffer.tick();
    buffer->flush_i = 0;
    REQUIRE(buffer->level_o == 0);
  }
}

}  // namespace
}  // namespace tercet
