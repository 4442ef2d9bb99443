// SPDX-License-Identifier: Apache-2.0
// Reads and writes of rtl/control/tercet_control.sv.
#include "sim/systemc/control.h"

#include "sim/systemc/csr.h"
#include "sim/systemc/mcu.h"
#include "sim/systemc/mover.h"

namespace tercet {
namespace {

uint32_t low(uint64_t address) { return static_cast<uint32_t>(address); }
uint32_t high(uint64_t address) { return static_cast<uint32_t>(address >> 32); }
uint64_t with_low(uint64_t address, uint32_t value) { return (address >> 32 << 32) | value; }
uint64_t with_high(uint64_t address, uint32_t value, uint32_t mask) {
  return low(address) | uint64_t{value & mask} << 32;
}
uint32_t host_bits(uint32_t value) { return tercet_host_irq_pack(tercet_host_irq_unpack(value)); }

}  // namespace

uint32_t Control::core_irq_bits() const {
  tercet_core_irq irq{};
  irq.doorbell = doorbell_irq_ ? 1 : 0;
  irq.abort = abort_irq_ ? 1 : 0;
  irq.engine = event_ ? 1 : 0;
  irq.mover = mover_irq_ ? 1 : 0;
  return tercet_core_irq_pack(irq);
}

void Control::update(bool event) {
  event_ = event;
  const bool line = (core_irq_bits() & core_enable_) != 0;
  if (line && !core_line_) mcu->line_rises();
  core_line_ = line;
}

/// Held at 0 while the core is stopped.
uint32_t Control::fw_state() const {
  const Cycle now = shared_.clock.now();
  return mcu->stopped_from() < now ? 0 : fw_state_;
}

bool Control::read(uint32_t offset, uint32_t* value) const {
  const auto is = [value](uint32_t v) {
    *value = v;
    return true;
  };
  switch (offset) {
    case TERCET_CSR_CORE_CTRL:
      return is(tercet_core_ctrl_pack({run_ ? 1u : 0u}));
    case TERCET_CSR_CORE_STATUS:
      return is(tercet_core_status_pack({mcu->stopped() ? 1u : 0u}));
    case TERCET_CSR_CORE_PC:
      return is(mcu->retired_pc());
    case TERCET_CSR_HOST_IRQ:
      return is(host_irq_);
    case TERCET_CSR_HOST_IRQ_ENABLE:
      return is(host_enable_);
    case TERCET_CSR_CORE_IRQ:
      return is(core_irq_bits());
    case TERCET_CSR_CORE_IRQ_ENABLE:
      return is(core_enable_);
    case TERCET_CSR_DOORBELL:
      return is(doorbell_);
    case TERCET_CSR_RETIRED:
      return is(retired_);
    case TERCET_CSR_CONSUMED:
      return is(consumed_);
    case TERCET_CSR_FW_STATE:
      return is(fw_state());
    case TERCET_CSR_MOVER_SRC_LO:
      return is(low(mover_source_));
    case TERCET_CSR_MOVER_SRC_HI:
      return is(high(mover_source_));
    case TERCET_CSR_MOVER_DST_LO:
      return is(low(mover_target_));
    case TERCET_CSR_MOVER_DST_HI:
      return is(high(mover_target_));
    case TERCET_CSR_MOVER_BEATS:
      return is(mover_beats_);
    case TERCET_CSR_MOVER_STATUS:
      return is(tercet_mover_status_pack({mover->busy() ? 1u : 0u, mover->code()}));
    case TERCET_CSR_HOST_IRQ_SET:
    case TERCET_CSR_ABORT:
    case TERCET_CSR_MOVER_GO:
      return is(0);
    default:
      return false;
  }
}

bool Control::write(uint32_t offset, uint32_t value) {
  switch (offset) {
    case TERCET_CSR_CORE_CTRL:
      set_run(tercet_core_ctrl_unpack(value).run != 0);
      break;
    case TERCET_CSR_HOST_IRQ:
      host_irq_ &= ~value;
      break;
    case TERCET_CSR_HOST_IRQ_SET:
      host_irq_ |= host_bits(value);
      break;
    case TERCET_CSR_CORE_IRQ: {
      const tercet_core_irq cleared = tercet_core_irq_unpack(value);
      doorbell_irq_ = doorbell_irq_ && cleared.doorbell == 0;
      abort_irq_ = abort_irq_ && cleared.abort == 0;
      mover_irq_ = mover_irq_ && cleared.mover == 0;
      break;
    }
    case TERCET_CSR_DOORBELL:
      doorbell_ = value;
      doorbell_irq_ = true;
      break;
    case TERCET_CSR_ABORT:
      abort_irq_ = abort_irq_ || tercet_abort_unpack(value).go != 0;
      break;
    case TERCET_CSR_MOVER_GO: {
      const uint32_t go = tercet_mover_go_pack(tercet_mover_go_unpack(value));
      if (!mover->go(go, {mover_source_, mover_target_, mover_beats_})) return false;
      break;
    }
    default:
      if (!write_plain(offset, value)) return false;
      break;
  }
  csr->update_in(shared_.clock.now() + shared_.timing.control);
  return true;
}

bool Control::write_plain(uint32_t offset, uint32_t value) {
  switch (offset) {
    case TERCET_CSR_HOST_IRQ_ENABLE:
      host_enable_ = host_bits(value);
      return true;
    case TERCET_CSR_CORE_IRQ_ENABLE:
      core_enable_ = tercet_core_irq_pack(tercet_core_irq_unpack(value));
      return true;
    case TERCET_CSR_RETIRED:
      retired_ = value;
      return true;
    case TERCET_CSR_CONSUMED:
      consumed_ = value;
      return true;
    case TERCET_CSR_FW_STATE:
      if (!mcu->stopped()) fw_state_ = value;
      return true;
    case TERCET_CSR_MOVER_SRC_LO:
      mover_source_ = with_low(mover_source_, value);
      return true;
    case TERCET_CSR_MOVER_SRC_HI:
      mover_source_ = with_high(mover_source_, value, TERCET_MAX_MOVER_SRC_HI);
      return true;
    case TERCET_CSR_MOVER_DST_LO:
      mover_target_ = with_low(mover_target_, value);
      return true;
    case TERCET_CSR_MOVER_DST_HI:
      mover_target_ = with_high(mover_target_, value, TERCET_MAX_MOVER_DST_HI);
      return true;
    case TERCET_CSR_MOVER_BEATS:
      mover_beats_ = value;
      return true;
    default:
      return false;
  }
}

void Control::set_run(bool run) {
  if (run == run_) return;
  run_ = run;
  if (!run) {
    mcu->stop();
    return;
  }
  if (mcu->release()) fw_state_ = 0;
}

}  // namespace tercet
