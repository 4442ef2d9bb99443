// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_control.sv against docs/registers.md: every register, every offset, every
// event.
#include <map>

#include "Vcontrol.h"
#include "bench.h"
#include "tercet_hw.h"

namespace tercet {
namespace {

constexpr uint32_t kAll = 0xffffffff;

class Control : public Bench<Vcontrol> {
 public:
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
  bool mapped(uint32_t offset) {
    top().addr_i = static_cast<uint16_t>(offset);
    settle();
    return top().error_o == 0;
  }
  uint32_t value(uint32_t offset) {
    REQUIRE(mapped(offset));
    return top().rdata_o;
  }
  void pulse(CData& signal) {
    signal = 1;
    tick();
    signal = 0;
    settle();
  }
};

struct Register {
  uint32_t writable = 0;  ///< bits that keep what is written
  bool read_only = false;
};

const std::map<uint32_t, Register>& registers() {
  static const std::map<uint32_t, Register> kRegisters = {
      {TERCET_CSR_CORE_CTRL, {1, false}},       {TERCET_CSR_CORE_STATUS, {0, true}},
      {TERCET_CSR_CORE_PC, {0, true}},          {TERCET_CSR_HOST_IRQ, {0, false}},
      {TERCET_CSR_HOST_IRQ_SET, {0, false}},    {TERCET_CSR_HOST_IRQ_ENABLE, {3, false}},
      {TERCET_CSR_CORE_IRQ, {0, false}},        {TERCET_CSR_CORE_IRQ_ENABLE, {15, false}},
      {TERCET_CSR_DOORBELL, {kAll, false}},     {TERCET_CSR_ABORT, {0, false}},
      {TERCET_CSR_RETIRED, {kAll, false}},      {TERCET_CSR_CONSUMED, {kAll, false}},
      {TERCET_CSR_FW_STATE, {kAll, false}},     {TERCET_CSR_MOVER_SRC_LO, {kAll, false}},
      {TERCET_CSR_MOVER_SRC_HI, {0xff, false}}, {TERCET_CSR_MOVER_DST_LO, {kAll, false}},
      {TERCET_CSR_MOVER_DST_HI, {0xff, false}}, {TERCET_CSR_MOVER_BEATS, {kAll, false}},
      {TERCET_CSR_MOVER_GO, {0, false}},        {TERCET_CSR_MOVER_STATUS, {0, true}},
  };
  return kRegisters;
}

/// The value of every register that is a plain one.
std::map<uint32_t, uint32_t> plain(Control& control) {
  std::map<uint32_t, uint32_t> values;
  for (const auto& [offset, reg] : registers()) {
    if (reg.writable != 0) values[offset] = control.value(offset);
  }
  return values;
}

TEST_CASE("Control maps its registers alone, 0 at first") {
  Control control;
  for (uint32_t offset = TERCET_CSR_CORE_CTRL; offset < 4096; ++offset) {
    INFO("offset " << offset);
    REQUIRE(control.mapped(offset) == (registers().count(offset) != 0));
    if (registers().count(offset) != 0) REQUIRE(control.value(offset) == 0);
  }
}

TEST_CASE("Control keeps the bits of each register, and those alone") {
  Rng rng(test_seed());
  Control control;  // stopped_i is 0: FW_STATE may be written
  for (int round = 0; round < 20; ++round) {
    for (const auto& [offset, reg] : registers()) {
      INFO("offset " << offset);
      auto expected = plain(control);
      const auto value = static_cast<uint32_t>(rng.next());
      REQUIRE_FALSE(control.write(offset, value, true));  // part of a word
      REQUIRE(plain(control) == expected);
      const bool refused = control->mover_refuse_i = static_cast<CData>(rng.below(2));
      const bool go = offset == TERCET_CSR_MOVER_GO;
      REQUIRE(control.write(offset, value) == !(reg.read_only || (go && refused)));
      if (reg.writable != 0) expected[offset] = value & reg.writable;
      REQUIRE(plain(control) == expected);
    }
  }
  REQUIRE(control->run_o == control.value(TERCET_CSR_CORE_CTRL));
  control.write(TERCET_CSR_MOVER_SRC_LO, 0x89abcdef);
  control.write(TERCET_CSR_MOVER_SRC_HI, 0x67);
  control.write(TERCET_CSR_MOVER_DST_LO, 0x12345678);
  control.write(TERCET_CSR_MOVER_DST_HI, 0x9a);
  control.write(TERCET_CSR_MOVER_BEATS, 77);
  REQUIRE(control->mover_src_o == 0x67'89ab'cdef);
  REQUIRE(control->mover_dst_o == 0x9a'1234'5678);
  REQUIRE(control->mover_beats_o == 77);
}

TEST_CASE("FW_STATE is 0 while the core is stopped, the other registers keep their values") {
  Control control;
  for (const auto& [offset, reg] : registers()) control.write(offset, 1);
  auto expected = plain(control);
  control->stopped_i = 1;
  control.tick();
  REQUIRE(control.value(TERCET_CSR_CORE_STATUS) == 1);
  expected[TERCET_CSR_FW_STATE] = 0;
  REQUIRE(plain(control) == expected);
  REQUIRE(control.write(TERCET_CSR_FW_STATE, kAll));
  REQUIRE(plain(control) == expected);
}

TEST_CASE("CORE_PC holds what retired last") {
  Rng rng(test_seed());
  Control control;
  uint32_t expected = 0;
  for (int i = 0; i < 100; ++i) {
    control->retire_i = rng.below(2) != 0;
    control->retire_pc_i = static_cast<uint32_t>(rng.next());
    if (control->retire_i) expected = control->retire_pc_i;
    control.tick();
    REQUIRE(control.value(TERCET_CSR_CORE_PC) == expected);
  }
}

TEST_CASE("HOST_IRQ: set by the firmware, cleared by the host, let through by its enable") {
  Control control;
  uint32_t expected = 0;
  Rng rng(test_seed());
  for (int i = 0; i < 300; ++i) {
    const auto value = static_cast<uint32_t>(rng.next());
    const uint32_t enable = value >> 8 & 3;
    if (rng.below(2) != 0) {
      REQUIRE(control.write(TERCET_CSR_HOST_IRQ_SET, value));
      expected |= value & 3;
    } else {
      REQUIRE(control.write(TERCET_CSR_HOST_IRQ, value));
      expected &= ~value;
    }
    REQUIRE(control.value(TERCET_CSR_HOST_IRQ) == expected);
    REQUIRE(control.write(TERCET_CSR_HOST_IRQ_ENABLE, enable));
    REQUIRE(control->host_irq_o == ((expected & enable) != 0));
    REQUIRE(control->core_irq_o == 0);
  }
}

TEST_CASE("CORE_IRQ: each event sets its bit, even as it is cleared; the engine's is a level") {
  Control control;
  Rng rng(test_seed());
  uint32_t expected = 0;  // doorbell 1, abort 2, mover 8
  int both = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto value = static_cast<uint32_t>(rng.next());
    uint32_t clear = 0, set = 0;
    control->mover_done_i = rng.below(4) == 0;
    control->engine_event_i = rng.below(2) != 0;
    if (control->mover_done_i) set |= 8;
    switch (rng.below(5)) {
      case 0:
        REQUIRE(control.write(TERCET_CSR_DOORBELL, value));
        set |= 1;
        break;
      case 1:
        REQUIRE(control.write(TERCET_CSR_ABORT, value));
        set |= (value & 1) != 0 ? 2 : 0;
        break;
      case 2:
        REQUIRE(control.write(TERCET_CSR_CORE_IRQ, value));
        clear = value;
        break;
      case 3:
        REQUIRE_FALSE(control.write(TERCET_CSR_CORE_IRQ, value, true));
        break;
      default:
        control.tick();
    }
    both += (clear & set & 8) != 0;
    expected = (expected & ~clear) | set;
    const uint32_t now = (expected & 11) | (control->engine_event_i ? 4 : 0);
    control->mover_done_i = 0;
    REQUIRE(control.value(TERCET_CSR_CORE_IRQ) == now);
    const uint32_t enable = value >> 8 & 15;
    REQUIRE(control.write(TERCET_CSR_CORE_IRQ_ENABLE, enable));
    REQUIRE(control->core_irq_o == ((now & enable) != 0));
    REQUIRE(control->host_irq_o == 0);
  }
  REQUIRE(both > 10);
}

TEST_CASE("Commands wait for the firmware while DOORBELL and RETIRED differ") {
  Control control;
  for (const auto& [doorbell, retired] :
       {std::pair<uint32_t, uint32_t>{0, 0}, {1, 0}, {1, 1}, {0, kAll}, {kAll, kAll}}) {
    control.write(TERCET_CSR_DOORBELL, doorbell);
    control.write(TERCET_CSR_RETIRED, retired);
    REQUIRE(control->waiting_o == (doorbell != retired));
  }
}

TEST_CASE("MOVER_GO offers its operation for one cycle, and is an error if it is refused") {
  Control control;
  const bool refuse = GENERATE(false, true), partial = GENERATE(false, true);
  control->mover_refuse_i = refuse;
  for (uint32_t op = 0; op < 16; ++op) {
    control->write_i = 1;
    control->addr_i = TERCET_CSR_MOVER_GO;
    control->wdata_i = op;
    control->partial_i = partial;
    control.settle();
    REQUIRE(control->mover_op_o == (partial ? 0 : op & 7));
    REQUIRE(control->error_o == (refuse || partial));
    control.tick();
    control->write_i = 0;
    control.settle();
    REQUIRE(control->mover_op_o == 0);
  }
  control->mover_busy_i = 1;
  control->mover_code_i = TERCET_ERR_WRITE_DECERR;
  const auto status = tercet_mover_status_unpack(control.value(TERCET_CSR_MOVER_STATUS));
  REQUIRE((status.busy == 1 && status.error == TERCET_ERR_WRITE_DECERR));
}

}  // namespace
}  // namespace tercet
