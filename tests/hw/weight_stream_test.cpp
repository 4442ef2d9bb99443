// SPDX-License-Identifier: Apache-2.0
// rtl/memory/tercet_weight_stream.sv: beats of either packing in, whole tiles out, in order.
#include "Vweight_stream.h"
#include "bench.h"
#include "tile_registers.h"

namespace tercet {
namespace {

constexpr uint32_t kRows = 16;
constexpr uint32_t kCols = 16;
constexpr uint32_t kFifoBeats = 16;

struct Beat {
  Bytes bytes;
  bool trit5 = false;
  bool last = false;
};

/// The unit between a reader that has credits and the array's tiles.
class WeightStream : public Bench<Vweight_stream> {
 public:
  std::deque<Beat> beats;
  TileRegisters tiles{kRows, kCols};

  /// One pass over `count` tiles.
  void add_pass(uint32_t count, bool trit5, Rng& rng) {
    Tile all;
    for (uint32_t t = 0; t < count; ++t) {
      const Tile tile = random_tile(kCols, kRows, rng);
      all.insert(all.end(), tile.begin(), tile.end());
      tiles.expected.push_back(tile);
    }
    const Bytes bytes = pack_columns(all, kRows, trit5, rng);
    for (size_t i = 0; i < bytes.size(); i += kRows) {
      beats.push_back({Bytes(bytes.begin() + static_cast<long>(i),
                             bytes.begin() + static_cast<long>(i + kRows)),
                       trit5, i + kRows == bytes.size()});
    }
  }

  /// What a flush does to reader and array.
  void restart() {
    beats.clear();
    tiles.expected.clear();
    held_ = 0;
  }

  void step(bool push, bool release) {
    push = push && !beats.empty() && held_ < kFifoBeats;
    top().beat_valid_i = push;
    if (push) {
      const Beat& beat = beats.front();
      std::copy(beat.bytes.begin(), beat.bytes.end(), reinterpret_cast<uint8_t*>(&top().beat_i));
      top().beat_trit5_i = beat.trit5;
      top().beat_last_i = beat.last;
      beats.pop_front();
    }
    tiles.step(*this, release);
    held_ += push;
    held_ -= top().popped_o;
    tick();
  }

 private:
  uint32_t held_ = 0;
};

TEST_CASE("Weight stream delivers every tile of passes in both packings") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Stall push_stall(GENERATE(stall_modes()), seed);
  Stall release_stall(GENERATE(stall_modes()), ~seed);
  WeightStream stream;
  for (uint32_t pass = 0; pass < 24; ++pass) {
    stream.add_pass(pass < 12 ? 1 + pass / 2 : 1 + static_cast<uint32_t>(rng.below(9)),
                    pass < 12 ? pass % 2 != 0 : rng.below(2) != 0, rng);
  }
  while (!stream.tiles.expected.empty()) stream.step(!push_stall(), !release_stall());
  for (int i = 0; i < 20; ++i) stream.step(false, false);
  REQUIRE(stream->tile_valid_o == 0);
}

TEST_CASE("Weight stream takes a beat a cycle while tiles are free") {
  const bool trit5 = GENERATE(false, true);
  Rng rng(test_seed());
  WeightStream stream;
  stream.add_pass(50, trit5, rng);
  const size_t beats = stream.beats.size();
  const uint64_t start = stream.cycle();
  while (!stream.tiles.expected.empty()) stream.step(true, true);
  REQUIRE(stream.cycle() - start <= beats + 8);
}

TEST_CASE("Weight stream holds two tiles and its FIFO when nothing is released") {
  Rng rng(test_seed());
  WeightStream stream;
  stream.add_pass(30, false, rng);
  const size_t beats = stream.beats.size();
  for (int i = 0; i < 200; ++i) stream.step(true, false);
  REQUIRE(stream->tile_valid_o == 1);
  // Two tiles, a group in the register, and a full FIFO with its head.
  REQUIRE(beats - stream.beats.size() >= 2 * kCols / TERCET_TWO_BIT_BEAT_COLS + kFifoBeats);
  while (!stream.tiles.expected.empty()) stream.step(true, true);
}

TEST_CASE("Weight stream starts afresh after a flush") {
  Rng rng(test_seed());
  WeightStream stream;
  for (int round = 0; round < 20; ++round) {
    stream.add_pass(6, true, rng);
    const auto stop = static_cast<int>(rng.below(25));
    for (int i = 0; i < stop; ++i) stream.step(true, rng.below(3) == 0);
    stream->beat_valid_i = 0;
    stream->tile_release_i = 0;
    stream->flush_i = 1;
    stream.tick();
    stream->flush_i = 0;
    stream.restart();
    stream.add_pass(3, round % 2 != 0, rng);
    while (!stream.tiles.expected.empty()) stream.step(true, true);
  }
}

}  // namespace
}  // namespace tercet
