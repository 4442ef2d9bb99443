// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_csr.sv: control, status, interrupts and counters.
#include "csr_bench.h"

namespace tercet {
namespace {

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
