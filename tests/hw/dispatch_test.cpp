// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_dispatch.sv: every error code, just inside and outside each bound.
#include "Vdispatch.h"
#include "bench.h"
#include "tercet_hw.h"

namespace tercet {
namespace {

// The tiny machine's sizes.
constexpr uint64_t kRows = 16;
constexpr uint64_t kCols = 16;
constexpr uint64_t kTokens = 8;
constexpr uint64_t kBeat = 16;
constexpr uint64_t kActBeats = 1024;
constexpr uint64_t kKMax = 16384;
constexpr uint64_t kAddressSpace = uint64_t{1} << 40;

uint64_t tiles(uint64_t size, uint64_t tile) { return (size + tile - 1) / tile; }

struct Command {
  uint64_t m = 1, n = 1, k = 1, m_tile = 1;
  bool trit5 = false;
  uint64_t wbeats = 4, act = 0, wgt = 0, out = 0;

  uint64_t n_tiles() const { return tiles(n, kCols); }
  uint64_t k_tiles() const { return tiles(k, kRows); }
  uint64_t needed_wbeats() const {
    const uint64_t per_beat = trit5 ? TERCET_TRIT5_BEAT_COLS : TERCET_TWO_BIT_BEAT_COLS;
    return tiles(n_tiles() * k_tiles() * kCols, per_beat);
  }
  uint64_t act_bytes() const { return m * k_tiles() * kBeat; }
  uint64_t wgt_bytes() const { return wbeats * kBeat; }
  uint64_t out_bytes() const { return m * n_tiles() * kCols * 4; }

  /// The checks of docs/machine.md, in their order.
  unsigned code() const {
    if (m == 0 || n == 0 || k == 0 || k > kKMax) return TERCET_ERR_BAD_SHAPE;
    if (m_tile == 0 || m_tile > kTokens || m_tile * k_tiles() > kActBeats) {
      return TERCET_ERR_BAD_TILE;
    }
    if (act % kBeat != 0 || wgt % kBeat != 0 || out % kBeat != 0) return TERCET_ERR_BAD_ALIGNMENT;
    if (wbeats != needed_wbeats()) return TERCET_ERR_BAD_WEIGHT_BEATS;
    if (act + act_bytes() > kAddressSpace || wgt + wgt_bytes() > kAddressSpace ||
        out + out_bytes() > kAddressSpace) {
      return TERCET_ERR_BAD_ADDRESS;
    }
    return TERCET_ERR_NONE;
  }
};

/// Gives one command to the unit and checks what comes of it, while others hold it up.
void check(Bench<Vdispatch>& dispatch, const Command& c, StallMode mode = StallMode::kNone) {
  INFO("m " << c.m << " n " << c.n << " k " << c.k << " m_tile " << c.m_tile << " trit5 " << c.trit5
            << " wbeats " << c.wbeats << " act " << c.act << " wgt " << c.wgt << " out " << c.out);
  Stall fetch(mode, 1), queue(mode, 2), engine(mode, 3);
  dispatch->m_i = static_cast<uint16_t>(c.m);
  dispatch->n_i = static_cast<uint32_t>(c.n);
  dispatch->k_i = static_cast<uint16_t>(c.k);
  dispatch->m_tile_i = static_cast<uint8_t>(c.m_tile);
  dispatch->trit5_i = c.trit5;
  dispatch->wbeats_i = static_cast<uint32_t>(c.wbeats);
  dispatch->act_i = c.act;
  dispatch->wgt_i = c.wgt;
  dispatch->out_i = c.out;
  dispatch->pending_i = 1;
  const uint64_t start = dispatch.cycle();
  while (true) {
    REQUIRE(dispatch.cycle() - start < 200);
    dispatch->fetch_ready_i = !fetch();
    dispatch->queue_ready_i = !queue();
    dispatch->engine_empty_i = !engine();
    dispatch.settle();
    REQUIRE(dispatch->taken_o == dispatch->start_o);
    const bool ready = dispatch->fetch_ready_i && dispatch->queue_ready_i;
    if (dispatch->start_o) REQUIRE((ready && c.code() == TERCET_ERR_NONE));
    if (dispatch->refuse_o) REQUIRE((dispatch->engine_empty_i && c.code() == dispatch->code_o));
    if (dispatch->start_o || dispatch->refuse_o) break;
    dispatch.tick();
  }
  REQUIRE(dispatch->refuse_o == (c.code() != TERCET_ERR_NONE));
  if (mode == StallMode::kNone) REQUIRE(dispatch.cycle() - start <= 20);
  if (dispatch->start_o) {
    REQUIRE(dispatch->act_beats_o == c.m * c.k_tiles());
    REQUIRE(dispatch->n_tiles_o == c.n_tiles());
    REQUIRE(dispatch->k_tiles_o == c.k_tiles());
    REQUIRE(dispatch->n_tail_o == c.n - (c.n_tiles() - 1) * kCols);
    REQUIRE(dispatch->k_mask_o == (1u << (c.k - (c.k_tiles() - 1) * kRows)) - 1);
  }
  dispatch->flush_i = dispatch->refuse_o;
  dispatch.tick();
  dispatch->flush_i = 0;
  dispatch->pending_i = 0;
  for (int i = 0; i < 3; ++i) {
    REQUIRE((dispatch->start_o || dispatch->refuse_o) == 0);
    dispatch.tick();
  }
}

/// A right command of that shape.
Command shaped(uint64_t m, uint64_t n, uint64_t k, uint64_t m_tile, bool trit5 = false) {
  Command c;
  c.m = m, c.n = n, c.k = k, c.m_tile = m_tile, c.trit5 = trit5;
  c.wbeats = c.needed_wbeats();
  return c;
}

TEST_CASE("Dispatch judges each bound just inside and just outside") {
  Bench<Vdispatch> dispatch;
  const bool trit5 = GENERATE(false, true);
  for (const uint64_t m : {0u, 1u, 2u, 65535u}) check(dispatch, shaped(m, 5, 5, 1, trit5));
  for (const uint64_t n : {0u, 1u, 15u, 16u, 17u, 0xffffffu}) {
    check(dispatch, shaped(3, n, 5, 2, trit5));
  }
  for (const uint64_t k : {uint64_t{0}, uint64_t{1}, uint64_t{15}, uint64_t{16}, uint64_t{17},
                           kKMax - 1, kKMax, kKMax + 1, uint64_t{65535}}) {
    check(dispatch, shaped(1, 5, k, 1, trit5));
  }
  for (const uint64_t m_tile : {uint64_t{0}, uint64_t{1}, kTokens, kTokens + 1, uint64_t{255}}) {
    check(dispatch, shaped(9, 5, 5, m_tile, trit5));
  }
  for (const uint64_t k_tiles : {127, 128, 129}) {  // 8 tokens of 128 fill the SRAM
    check(dispatch, shaped(8, 5, k_tiles * kRows, kTokens, trit5));
  }
  for (const int change : {-1, 0, 1}) {
    for (const uint64_t n : {16u, 32u, 48u, 64u, 80u, 1000u, 0xffffffu}) {
      Command c = shaped(1, n, 100, 1, trit5);
      c.wbeats += static_cast<uint64_t>(change);
      check(dispatch, c);
    }
  }
  for (uint64_t Command::*field : {&Command::act, &Command::wgt, &Command::out}) {
    for (const uint64_t address : {uint64_t{1}, kBeat / 2, kBeat - 1, kBeat, kBeat + 1}) {
      Command c = shaped(1, 5, 5, 1, trit5);
      c.*field = address;
      check(dispatch, c);
    }
    for (const uint64_t beats_over : {0, 1}) {
      Command c = shaped(7, 50, 50, 3, trit5);
      const uint64_t bytes = field == &Command::act   ? c.act_bytes()
                             : field == &Command::wgt ? c.wgt_bytes()
                                                      : c.out_bytes();
      c.*field = kAddressSpace - bytes + beats_over * kBeat;
      check(dispatch, c);
    }
  }
  // The largest products.
  check(dispatch, shaped(65535, 0xffffff, 1000 * kRows, 1, trit5));
  Command most = shaped(65535, 0xffffff, 16, 1, trit5);
  most.out = kAddressSpace - kBeat;
  check(dispatch, most);
}

TEST_CASE("Dispatch reports the first failed check of several") {
  Bench<Vdispatch> dispatch;
  for (unsigned faults = 0; faults < 32; ++faults) {
    Command c = shaped(3, 20, 20, 2);
    if ((faults & 16) != 0) c.out = kAddressSpace - kBeat;
    if ((faults & 8) != 0) ++c.wbeats;
    if ((faults & 4) != 0) c.act += 3;
    if ((faults & 2) != 0) c.m_tile = kTokens + 1;
    if ((faults & 1) != 0) c.m = 0;
    check(dispatch, c);
  }
}

TEST_CASE("Dispatch agrees with 64-bit arithmetic on random commands") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  const StallMode mode = GENERATE(stall_modes());
  Bench<Vdispatch> dispatch;
  const auto any = [&](uint32_t bits) { return rng.next() >> (64 - 1 - rng.below(bits)); };
  int good = 0;
  for (int i = 0; i < 500; ++i) {
    Command c = shaped(1 + any(15), 1 + any(23), 1 + any(13), 1 + any(3), rng.below(2) != 0);
    if (c.m_tile * c.k_tiles() > kActBeats && rng.below(4) != 0) c.m_tile = 1;
    if (rng.below(8) == 0) c.wbeats = any(32);
    c.act = any(39) / kBeat * kBeat;
    c.wgt = any(39) / kBeat * kBeat;
    c.out = any(39) / kBeat * kBeat;
    good += c.code() == TERCET_ERR_NONE;
    check(dispatch, c, mode);
  }
  REQUIRE(good > 100);
}

}  // namespace
}  // namespace tercet
