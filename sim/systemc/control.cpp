// SPDX-License-Identifier: Apache-2.0
// Reads and writes of rtl/control/tercet_control.sv.
#include "sim/systemc/control.h"

#include "sim/systemc/csr.h"
#include "sim/systemc/mcu.h"
#include "sim/systemc/mover.h"

namespace tercet {
namespace {

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
  const bool line = (core_irq_bits() & queue_.core_irq_enable) != 0;
  if (line && !core_line_) mcu->line_rises();
  core_line_ = line;
}

/// Held at 0 while the core is stopped.
uint32_t Control::fw_state() const {
  const Cycle now = shared_.clock.now();
  return mcu->stopped_from() < now ? 0 : fw_state_;
}

bool Control::read(uint32_t offset, uint32_t* value) const {
  const auto is = [value](uint32_t word) { return *value = word, true; };
  switch (offset) {
    case TERCET_CSR_CORE_CTRL:
      return is(tercet_core_ctrl_pack({run_ ? 1u : 0u}));
    case TERCET_CSR_CORE_STATUS:
      return is(tercet_core_status_pack({mcu->stopped() ? 1u : 0u}));
    case TERCET_CSR_CORE_PC:
      return is(mcu->retired_pc());
    case TERCET_CSR_HOST_IRQ:
      return is(host_irq_);
    case TERCET_CSR_CORE_IRQ:
      return is(core_irq_bits());
    case TERCET_CSR_DOORBELL:
      return is(doorbell_);
    case TERCET_CSR_FW_STATE:
      return is(fw_state());
    case TERCET_CSR_MOVER_STATUS:
      return is(tercet_mover_status_pack({mover->busy() ? 1u : 0u, mover->code()}));
    case TERCET_CSR_HOST_IRQ_SET:
    case TERCET_CSR_ABORT:
    case TERCET_CSR_MOVER_GO:
      return is(0);
    default:
      return queue_.read(offset, value) || operation_.read(offset, value);
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
      if (!mover->go(go, operation_)) return false;
      break;
    }
    case TERCET_CSR_FW_STATE:
      if (!mcu->stopped()) fw_state_ = value;
      break;
    default:
      if (!queue_.write(offset, value) && !operation_.write(offset, value)) return false;
      break;
  }
  csr->update_in(shared_.clock.now() + shared_.timing.control);
  return true;
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
