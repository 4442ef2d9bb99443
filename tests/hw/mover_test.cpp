// SPDX-License-Identifier: Apache-2.0
// rtl/memory/tercet_mover.sv: loads, stores and copies on a hostile bus, and the core's words.
#include <cstring>
#include <utility>
#include <vector>

#include "Vmover.h"
#include "axi_slave.h"

namespace tercet {
namespace {

constexpr uint32_t kBeat = 16;
constexpr uint32_t kMaxBurst = 16;
constexpr uint32_t kBufferBytes = kBeat * kMaxBurst;
constexpr uint64_t kBase = 0x7f'ffff'0000;
constexpr uint32_t kMemoryBytes = 1 << 17;  // over a 4 GiB boundary
constexpr uint32_t kLoad = 1, kStore = 2, kCopy = 4;

struct Operation {
  uint32_t op = 0;
  uint64_t src = 0;
  uint64_t dst = 0;
  uint32_t beats = 0;
};

/// The bursts of an operation, each with the address to read and the one to write.
std::vector<std::pair<Burst, Burst>> cut(Operation o) {
  std::vector<std::pair<Burst, Burst>> bursts;
  while (o.beats > 0) {
    uint32_t most = kMaxBurst;
    if (o.op != kStore) most = std::min(most, cut_bursts(o.src, o.beats, kBeat, most)[0].beats);
    if (o.op != kLoad) most = std::min(most, cut_bursts(o.dst, o.beats, kBeat, most)[0].beats);
    bursts.push_back({{o.src, most}, {o.dst, most}});
    o.src += uint64_t{most} * kBeat;
    o.dst += uint64_t{most} * kBeat;
    o.beats -= most;
  }
  return bursts;
}

class Mover : public Bench<Vmover> {
 public:
  Bytes memory = Bytes(kMemoryBytes);
  Bytes expected;
  Bytes buffer = Bytes(kBufferBytes);  ///< as it must be
  ReadSlave reads;
  WriteSlave writes;
  uint64_t done = 0;  ///< transfers

  Mover(StallMode mode, uint64_t seed)
      : Bench<Vmover>(10000000),
        reads(kBeat, 10, mode, seed),
        writes(memory, kBase, kBeat, mode, ~seed),
        grant_(mode, seed + 5) {
    Rng rng(seed);
    for (uint8_t& byte : memory) byte = static_cast<uint8_t>(rng.next());
    expected = memory;
    for (uint32_t at = 0; at < kBufferBytes; at += 4) word_write(at, 0, 0xf);
  }

  void step() {
    Vmover& top = this->top();
    reads.drive();
    writes.drive();
    top.req_ready_i = reads.ar_ready;
    top.beat_i = reads.r_valid;
    if (reads.r_valid) {
      top.beat_last_i = reads.r_last;
      top.beat_resp_i = reads.r_response;
      std::memcpy(&top.beat_data_i, &memory.at(reads.r_address - kBase), kBeat);
    }
    top.awready_i = writes.aw_ready;
    top.wready_i = writes.w_ready;
    top.bvalid_i = writes.b_valid;
    top.bresp_i = writes.b_response;
    settle();
    // The channels are given some time after they are asked for, and taken back with the response.
    top.own_i = top.ask_o && (owned_ || !grant_());
    owned_ = top.own_i;
    settle();
    if (!top.own_i) {
      REQUIRE(!(top.awvalid_o || top.wvalid_o || writes.b_valid));
    }
    reads.sample(top.req_valid_o, {top.req_addr_o, TERCET_AXI_ID_MOVER, top.req_len_o, 4, 1});
    WriteBeat beat;
    if (top.wvalid_o) {
      const auto* data = reinterpret_cast<const uint8_t*>(&top.wdata_o);
      beat = {Bytes(data, data + kBeat), 0xffff, top.wlast_o != 0};
    }
    writes.sample(top.awvalid_o, {top.awaddr_o, 0, top.awlen_o, 4, 1}, top.wvalid_o, beat);
    const bool ends = top.done_o;
    done += ends;
    tick();
    if (ends) REQUIRE(top.busy_o == 0);
  }

  /// Returns whether the operation was taken.
  bool start(const Operation& o) {
    Vmover& top = this->top();
    top.op_i = static_cast<uint8_t>(o.op);
    top.src_i = o.src;
    top.dst_i = o.dst;
    top.beats_i = o.beats;
    settle();
    const bool taken = top.refuse_o == 0;
    step();
    top.op_i = 0;
    top.src_i = top.dst_i = top.beats_i = 0;  // the unit keeps its own copy
    settle();
    return taken;
  }

  /// Updates what is expected: `reads` bursts are read and `writes` written.
  void expect(const Operation& o, uint64_t reads = ~uint64_t{0}, uint64_t writes = ~uint64_t{0}) {
    for (const auto& [from, to] : cut(o)) {
      const uint32_t bytes = from.beats * kBeat;
      if (reads-- == 0) return;
      if (o.op != kStore) std::memcpy(buffer.data(), &expected.at(from.address - kBase), bytes);
      if (writes-- == 0) return;
      if (o.op != kLoad) std::memcpy(&expected.at(to.address - kBase), buffer.data(), bytes);
    }
  }

  void wait() {
    while (top().busy_o) step();
    REQUIRE((reads.quiet() && writes.quiet()));
  }

  /// Cycles that the access took.
  int word_write(uint32_t at, uint32_t value, uint32_t strobes) {
    for (uint32_t i = 0; i < 4; ++i) {
      if ((strobes >> i & 1) != 0) buffer[at + i] = static_cast<uint8_t>(value >> (8 * i));
    }
    top().word_wdata_i = value;
    top().word_strb_i = static_cast<uint8_t>(strobes);
    return word(at, true);
  }
  uint32_t word_read(uint32_t at) {
    REQUIRE(word(at, false) == 2);
    return read_;
  }
  bool word_failed() const { return failed_; }

 private:
  int word(uint32_t at, bool write) {
    top().word_valid_i = 1;
    top().word_write_i = write;
    top().word_addr_i = static_cast<uint8_t>(at / 4);
    int cycles = 1;
    for (settle(); !top().word_ready_o; ++cycles) step();
    failed_ = top().word_error_o;
    read_ = top().word_rdata_o;
    step();
    top().word_valid_i = 0;
    return cycles;
  }

  Stall grant_;
  bool owned_ = false;
  bool failed_ = false;
  uint32_t read_ = 0;
};

/// An address in the lower half of the memory, far enough from its end.
uint64_t place(Rng& rng) { return kBase + rng.below((kMemoryBytes / 2 - 8192) / kBeat) * kBeat; }

/// A legal operation, often near the end of a page; sources lie below destinations.
Operation draw(Rng& rng, uint32_t longest) {
  Operation o;
  o.op = 1u << rng.below(3);
  o.beats = static_cast<uint32_t>(1 + rng.below(o.op == kCopy ? longest : kMaxBurst));
  const auto address = [&] {
    uint64_t at = place(rng);
    if (rng.below(2) != 0) at = (at & ~uint64_t{4095}) + 4096 - (1 + rng.below(20)) * kBeat;
    if (o.op == kCopy) return at;
    const uint64_t room = (4096 - at % 4096) / kBeat;  // of the page
    return o.beats <= room ? at : at - (o.beats - room) * kBeat;
  };
  o.src = address();
  o.dst = address() + kMemoryBytes / 2;
  return o;
}

void check_buffer(Mover& mover) {
  for (uint32_t at = 0; at < kBufferBytes; at += 4) {
    uint32_t word = 0;
    std::memcpy(&word, &mover.buffer[at], 4);
    REQUIRE(mover.word_read(at) == word);
    REQUIRE_FALSE(mover.word_failed());
  }
}

TEST_CASE("Mover loads, stores and copies any beats, cut at pages on both sides") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  const StallMode mode = GENERATE(stall_modes());
  Rng rng(seed + static_cast<uint64_t>(mode));
  Mover mover(mode, seed);
  for (uint64_t i = 0; i < 150; ++i) {
    const Operation o = draw(rng, 100);
    for (uint64_t words = rng.below(8); words > 0; --words) {
      const auto value = static_cast<uint32_t>(rng.next());
      const auto strobes = static_cast<uint32_t>(1 + rng.below(15));
      REQUIRE(mover.word_write(static_cast<uint32_t>(rng.below(64)) * 4, value, strobes) == 1);
    }
    INFO("op " << o.op << " src " << o.src << " dst " << o.dst << " beats " << o.beats);
    const size_t written = mover.writes.bursts.size();
    REQUIRE(mover.start(o));
    mover.expect(o);
    mover.wait();
    REQUIRE(mover.done == i + 1);
    REQUIRE(mover->code_o == TERCET_ERR_NONE);
    REQUIRE((mover.memory == mover.expected));
    if (o.op != kLoad) {
      const auto bursts = cut(o);
      REQUIRE(mover.writes.bursts.size() - written == bursts.size());
      for (size_t b = 0; b < bursts.size(); ++b) {
        REQUIRE(mover.writes.bursts[written + b] == bursts[b].second);
      }
    }
    if (i % 10 == 0) check_buffer(mover);
  }
}

TEST_CASE("Mover goes from step to step without a cycle between") {
  Mover mover(GENERATE(stall_modes()), test_seed());
  constexpr uint32_t kBeats = 40;
  REQUIRE(mover.start({kCopy, kBase, kBase + kMemoryBytes / 2, kBeats}));
  REQUIRE(mover->req_valid_o == 1);
  uint32_t beats = 0, bursts = 0;
  bool writing = false;
  while (mover->busy_o != 0) {
    const bool asks = mover->ask_o != 0 && !writing;
    const bool has_more = mover->wvalid_o != 0 && mover->wlast_o == 0;
    mover.step();  // leaves what the bus did, and what the mover shows in the next cycle
    if (mover.reads.r_valid && mover.reads.r_last) REQUIRE(mover->ask_o == 1);
    if (asks && mover->own_i != 0) {
      REQUIRE((mover->awvalid_o == 1 && mover->wvalid_o == 1));
      writing = true;
      ++beats;
    }
    if (has_more && mover.writes.w_ready) {
      REQUIRE(mover->wvalid_o == 1);
      ++beats;
    }
    if (mover.writes.b_valid) {
      REQUIRE((mover->req_valid_o == 1 || mover->busy_o == 0));
      writing = false;
      ++bursts;
    }
  }
  REQUIRE((beats == kBeats && bursts == 3));
}

TEST_CASE("Mover refuses what it could not do, and starts nothing") {
  Mover mover(StallMode::kNone, 1);
  const uint64_t page = kBase + 4096;
  const std::vector<Operation> bad = {
      {0, page, page, 1},
      {kLoad | kStore, page, page, 1},
      {kLoad | kStore | kCopy, page, page, 1},
      {kLoad, page, page, 0},
      {kCopy, page, page, 0},
      {kLoad, page, page, kMaxBurst + 1},
      {kStore, page, page, kMaxBurst + 1},
      {kStore, page, page, 0x80000001},
      {kLoad, page - kBeat, page, 2},
      {kStore, page, page - kBeat, 2},
      {kLoad, page + 8, page, 1},
      {kStore, page, page + 1, 1},
      {kCopy, page + 4, page, 1},
      {kCopy, page, page + 2, 1},
  };
  for (const Operation& o : bad) {
    INFO("op " << o.op << " beats " << o.beats);
    REQUIRE_FALSE(mover.start(o));
    for (int i = 0; i < 5; ++i) mover.step();
    REQUIRE((!mover->busy_o && !mover->req_valid_o && !mover->ask_o));
  }
  // What an operation does not use does not matter.
  for (const Operation& o : {Operation{kLoad, page, page - 1, 2}, {kStore, page - 1, page, 2}}) {
    REQUIRE(mover.start(o));
    mover.wait();
  }
  REQUIRE(mover.done == 2);
}

TEST_CASE("Mover at work refuses an operation and the core's words") {
  Mover mover(GENERATE(stall_modes()), 3);
  Rng rng(test_seed());
  const Operation o = {kCopy, place(rng), place(rng) + kMemoryBytes / 2, 50};
  REQUIRE(mover.start(o));
  mover.expect(o);
  while (mover->busy_o) {
    REQUIRE_FALSE(mover.start({kLoad, kBase, kBase, 1}));
    if (!mover->busy_o) break;
    const Bytes before = mover.buffer;
    mover.word_write(static_cast<uint32_t>(rng.below(64)) * 4, 0xffffffff, 0xf);
    REQUIRE(mover.word_failed());
    mover.buffer = before;
  }
  REQUIRE(mover.done == 1);
  REQUIRE((mover.memory == mover.expected));
  check_buffer(mover);
}

TEST_CASE("Mover ends with the burst of a bus error, names it, and works again") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  const StallMode mode = GENERATE(stall_modes());
  const bool on_write = GENERATE(false, true);
  const auto response = GENERATE(BusResponse::kSlverr, BusResponse::kDecerr);
  Rng rng(seed + static_cast<uint64_t>(mode));
  Mover mover(mode, seed);
  const bool slverr = response == BusResponse::kSlverr;
  const uint32_t code = on_write ? (slverr ? TERCET_ERR_WRITE_SLVERR : TERCET_ERR_WRITE_DECERR)
                                 : (slverr ? TERCET_ERR_READ_SLVERR : TERCET_ERR_READ_DECERR);
  for (int round = 0; round < 40; ++round) {
    const Operation o = draw(rng, 60);
    if (o.op == (on_write ? kLoad : kStore)) continue;
    const auto bursts = cut(o);
    const uint64_t failing = rng.below(bursts.size());
    if (on_write) {
      mover.writes.fault = {mover.writes.answers + failing, response};
    } else {
      uint64_t beat = rng.below(bursts[failing].first.beats);
      for (uint64_t b = 0; b < failing; ++b) beat += bursts[b].first.beats;
      mover.reads.fault = {mover.reads.beats + beat, response};
    }
    REQUIRE(mover.start(o));
    mover.expect(o, failing + 1, failing + on_write);
    mover.wait();
    REQUIRE(mover->code_o == code);
    REQUIRE((mover.memory == mover.expected));
    const Operation good = draw(rng, 60);
    REQUIRE(mover.start(good));
    REQUIRE(mover->code_o == TERCET_ERR_NONE);
    mover.expect(good);
    mover.wait();
    REQUIRE(mover->code_o == TERCET_ERR_NONE);
    REQUIRE((mover.memory == mover.expected));
  }
  check_buffer(mover);
}

}  // namespace
}  // namespace tercet
