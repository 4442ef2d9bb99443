// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_csr.sv against docs/registers.md: every register, every offset.
#include <map>

#include "Vcsr.h"
#include "bench.h"
#include "tercet_hw.h"

namespace tercet {
namespace {

constexpr uint32_t kGeometry = 0x4344;
constexpr uint32_t kConfigHash = 0x233d3e73;
constexpr uint32_t kIdle = 1;  // STATUS.idle

struct Register {
  uint32_t reset = 0;
  uint32_t writable = 0;   // bits that keep what is written
  bool read_only = false;  // a write is an error
};

const std::map<uint32_t, Register>& registers() {
  static const std::map<uint32_t, Register> kRegisters = [] {
    std::map<uint32_t, Register> map = {
        {TERCET_CSR_ID, {TERCET_HW_ID, 0, true}},
        {TERCET_CSR_VERSION, {TERCET_HW_VERSION, 0, true}},
        {TERCET_CSR_CONFIG_HASH, {kConfigHash, 0, true}},
        {TERCET_CSR_GEOMETRY, {kGeometry, 0, true}},
        {TERCET_CSR_CTRL, {0, 1, false}},
        {TERCET_CSR_STATUS, {kIdle, 0, true}},
        {TERCET_CSR_IRQ, {0, 0, false}},
        {TERCET_CSR_ERROR, {0, 0, true}},
        {TERCET_CSR_STARTED, {0, 0, true}},
        {TERCET_CSR_COMPLETED, {0, 0, true}},
        {TERCET_CSR_CMD_M, {0, TERCET_MAX_CMD_M, false}},
        {TERCET_CSR_CMD_N, {0, TERCET_MAX_CMD_N, false}},
        {TERCET_CSR_CMD_K, {0, TERCET_MAX_CMD_K, false}},
        {TERCET_CSR_CMD_MTILE, {0, TERCET_MAX_CMD_MTILE, false}},
        {TERCET_CSR_CMD_FLAGS, {0, 1, false}},
        {TERCET_CSR_CMD_WBEATS, {0, 0xffffffff, false}},
        {TERCET_CSR_CMD_ACT_LO, {0, 0xffffffff, false}},
        {TERCET_CSR_CMD_ACT_HI, {0, TERCET_MAX_CMD_ACT_HI, false}},
        {TERCET_CSR_CMD_WGT_LO, {0, 0xffffffff, false}},
        {TERCET_CSR_CMD_WGT_HI, {0, TERCET_MAX_CMD_WGT_HI, false}},
        {TERCET_CSR_CMD_OUT_LO, {0, 0xffffffff, false}},
        {TERCET_CSR_CMD_OUT_HI, {0, TERCET_MAX_CMD_OUT_HI, false}},
        {TERCET_CSR_START, {0, 0, false}},
    };
    for (uint32_t i = 0; i < 2 * TERCET_COUNTER_COUNT; ++i) {
      map[TERCET_COUNTER_BASE + 4 * i] = {0, 0, true};
    }
    return map;
  }();
  return kRegisters;
}

bool is_command(uint32_t offset) {
  return offset >= TERCET_CSR_CMD_M && offset <= TERCET_CSR_START;
}

class Csr : public Bench<Vcsr> {
 public:
  Csr() {
    top().running_i = 1;
    top().empty_i = 1;
  }
  /// True if the access was accepted.
  bool write(uint32_t offset, uint32_t value, bool partial = false) {
    top().write_i = 1;
    top().addr_i = static_cast<uint16_t>(offset);
    top().wdata_i = value;
    top().partial_i = partial;
    settle();
    const bool accepted = top().error_o == 0;
    tick();
    top().write_i = 0;
    top().partial_i = 0;
    settle();
    return accepted;
  }
  bool read(uint32_t offset, uint32_t* value) {
    top().read_i = 1;
    top().addr_i = static_cast<uint16_t>(offset);
    settle();
    *value = top().rdata_o;
    const bool accepted = top().error_o == 0;
    tick();
    top().read_i = 0;
    return accepted;
  }
  uint32_t value(uint32_t offset) {
    uint32_t value = 0;
    REQUIRE(read(offset, &value));
    return value;
  }
  std::map<uint32_t, uint32_t> all() {
    std::map<uint32_t, uint32_t> values;
    for (const auto& [offset, unused] : registers()) values[offset] = value(offset);
    return values;
  }
  /// One cycle with a signal set.
  void pulse(CData& signal) {
    signal = 1;
    tick();
    signal = 0;
    settle();
  }
};

TEST_CASE("Registers have their reset values") {
  Csr csr;
  for (const auto& [offset, reg] : registers()) {
    INFO("offset " << offset);
    REQUIRE(csr.value(offset) == reg.reset);
  }
}

TEST_CASE("Registers keep the bits that are writable and no others") {
  Csr csr;
  Rng rng(test_seed());
  for (const auto& [offset, reg] : registers()) {
    if (reg.read_only) continue;
    INFO("offset " << offset);
    for (const uint32_t value : {0xffffffffu, 0u, 0xaaaaaaaau, static_cast<uint32_t>(rng.next())}) {
      // START begins a command with bit 0.
      REQUIRE(csr.write(offset, offset == TERCET_CSR_START ? value & ~1u : value));
      REQUIRE(csr.value(offset) == (value & reg.writable));
    }
  }
}

TEST_CASE("Registers refuse every access that is not theirs and change nothing") {
  Csr csr;
  for (const auto& [offset, reg] : registers()) {
    if (reg.writable != 0) REQUIRE(csr.write(offset, 0x1234567 * (offset + 1)));
  }
  const auto before = csr.all();
  for (uint32_t offset = 0; offset < 4096; ++offset) {
    INFO("offset " << offset);
    const auto reg = registers().find(offset);
    uint32_t value = 0;
    REQUIRE(csr.read(offset, &value) == (reg != registers().end()));
    REQUIRE_FALSE(csr.write(offset, 0xffffffff, true));  // partial
    if (reg == registers().end() || reg->second.read_only) {
      REQUIRE_FALSE(csr.write(offset, 0xffffffff));
    }
  }
  REQUIRE(csr.all() == before);
  REQUIRE(csr->pending_o == 0);
}

TEST_CASE("Command registers reach the engine and freeze while a start is pending") {
  Csr csr;
  REQUIRE(csr.write(TERCET_CSR_CMD_M, 0x12345));
  REQUIRE(csr.write(TERCET_CSR_CMD_N, 0x1234567));
  REQUIRE(csr.write(TERCET_CSR_CMD_K, 0xfedc));
  REQUIRE(csr.write(TERCET_CSR_CMD_MTILE, 0x17));
  REQUIRE(csr.write(TERCET_CSR_CMD_FLAGS, 1));
  REQUIRE(csr.write(TERCET_CSR_CMD_WBEATS, 0x89abcdef));
  for (const uint32_t lo : {TERCET_CSR_CMD_ACT_LO, TERCET_CSR_CMD_WGT_LO, TERCET_CSR_CMD_OUT_LO}) {
    REQUIRE(csr.write(lo, 0x80000000u + lo));
    REQUIRE(csr.write(lo + 4, 0x40 + lo));
  }
  REQUIRE((csr->m_o == 0x2345 && csr->n_o == 0x234567 && csr->k_o == 0xfedc));
  REQUIRE((csr->m_tile_o == 0x17 && csr->trit5_o == 1 && csr->wbeats_o == 0x89abcdef));
  const auto address = [](uint64_t lo) { return (0x40 + lo) % 256 << 32 | (0x80000000u + lo); };
  REQUIRE(csr->act_o == address(TERCET_CSR_CMD_ACT_LO));
  REQUIRE(csr->wgt_o == address(TERCET_CSR_CMD_WGT_LO));
  REQUIRE(csr->out_o == address(TERCET_CSR_CMD_OUT_LO));

  csr->empty_i = 0;
  REQUIRE(csr.write(TERCET_CSR_START, 0));
  REQUIRE(csr->pending_o == 0);
  REQUIRE(csr.write(TERCET_CSR_START, 1));
  REQUIRE(csr->pending_o == 1);
  const auto before = csr.all();
  REQUIRE(tercet_status_unpack(before.at(TERCET_CSR_STATUS)).start_pending == 1);
  for (const auto& [offset, reg] : registers()) {
    INFO("offset " << offset);
    if (is_command(offset)) REQUIRE_FALSE(csr.write(offset, 0x55));
  }
  REQUIRE(csr.all() == before);
  REQUIRE(csr.write(TERCET_CSR_CTRL, 0));  // the others are free
  csr.pulse(csr->taken_i);
  REQUIRE(csr->pending_o == 0);
  REQUIRE(csr.value(TERCET_CSR_STARTED) == 1);
  REQUIRE(csr.write(TERCET_CSR_CMD_M, 7));
  REQUIRE(csr.write(TERCET_CSR_START, 1));
  csr.pulse(csr->flush_i);
  REQUIRE(csr->pending_o == 0);
}

TEST_CASE("START is refused while the engine does not run; the command registers are not") {
  Csr csr;
  csr->running_i = 0;
  csr->halted_i = GENERATE(0, 1);
  REQUIRE_FALSE(csr.write(TERCET_CSR_START, 1));
  REQUIRE(csr->pending_o == 0);
  REQUIRE(csr.write(TERCET_CSR_CMD_M, 3));
}

TEST_CASE("CTRL pulses last one cycle") {
  Csr csr;
  csr->write_i = 1;
  csr->addr_i = TERCET_CSR_CTRL;
  const bool reset = GENERATE(false, true), clear = GENERATE(false, true);
  csr->wdata_i = tercet_ctrl_pack({1, reset, clear});
  csr.settle();
  REQUIRE((csr->soft_reset_o == reset && csr->perf_clear_o == clear));
  csr.tick();
  csr->write_i = 0;
  csr.settle();
  REQUIRE((csr->soft_reset_o || csr->perf_clear_o) == 0);
  REQUIRE(csr.value(TERCET_CSR_CTRL) == 1);
}

TEST_CASE("STATUS tells idle, pending, interrupt and error") {
  Csr csr;
  const bool running = GENERATE(false, true), halted = GENERATE(false, true);
  const bool empty = GENERATE(false, true), pending = GENERATE(false, true);
  if (running && halted) return;  // never both
  if (pending) REQUIRE(csr.write(TERCET_CSR_START, 1));
  csr->running_i = running;
  csr->halted_i = halted;
  csr->empty_i = empty;
  csr->code_i = 6;
  const tercet_status status = tercet_status_unpack(csr.value(TERCET_CSR_STATUS));
  REQUIRE(status.idle == (halted || (running && empty && !pending)));
  REQUIRE(status.start_pending == pending);
  REQUIRE(status.error == halted);
  REQUIRE(csr.value(TERCET_CSR_ERROR) == 6);
}

TEST_CASE("IRQ bits rise with their cause and clear when 1 is written") {
  Csr csr;
  const bool enable = GENERATE(false, true);
  REQUIRE(csr.write(TERCET_CSR_CTRL, enable));
  csr.pulse(csr->done_i);
  REQUIRE(csr.value(TERCET_CSR_IRQ) == 1);
  REQUIRE(csr->irq_o == enable);
  REQUIRE(tercet_status_unpack(csr.value(TERCET_CSR_STATUS)).irq == enable);
  csr.pulse(csr->raised_i);
  REQUIRE(csr.value(TERCET_CSR_IRQ) == 3);
  REQUIRE(csr.write(TERCET_CSR_IRQ, 0));
  REQUIRE(csr.value(TERCET_CSR_IRQ) == 3);
  REQUIRE(csr.write(TERCET_CSR_IRQ, 1));
  REQUIRE(csr.value(TERCET_CSR_IRQ) == 2);
  REQUIRE(csr->irq_o == enable);
  csr->done_i = 1;  // in the cycle of the write: not lost
  csr->raised_i = 1;
  REQUIRE(csr.write(TERCET_CSR_IRQ, 3));
  csr->done_i = csr->raised_i = 0;
  REQUIRE(csr.value(TERCET_CSR_IRQ) == 3);
  REQUIRE(csr.value(TERCET_CSR_COMPLETED) == 2);
  csr.pulse(csr->taken_i);
  csr.pulse(csr->reset_i);
  REQUIRE(csr->irq_o == 0);
  for (const uint32_t offset : {TERCET_CSR_IRQ, TERCET_CSR_STARTED, TERCET_CSR_COMPLETED}) {
    REQUIRE(csr.value(offset) == 0);
  }
  REQUIRE(csr.value(TERCET_CSR_CTRL) == enable);
}

TEST_CASE("Reading a counter's low half keeps its high half") {
  Csr csr;
  for (uint32_t i = 0; i < TERCET_COUNTER_COUNT; ++i) {
    const uint32_t lo = TERCET_COUNTER_BASE + 8 * i;
    csr->counter_value_i = 0x00000001'ffffffffull + (uint64_t{i} << 40);
    REQUIRE(csr.value(lo) == 0xffffffff);
    REQUIRE(csr->counter_o == i);
    csr->counter_value_i += 1;  // it counts on between the two reads
    REQUIRE(csr.value(lo + 4) == 1 + (i << 8));
    REQUIRE(csr.value(lo) == 0);
    REQUIRE(csr.value(lo + 4) == 2 + (i << 8));
  }
}

}  // namespace
}  // namespace tercet
