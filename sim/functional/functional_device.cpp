// SPDX-License-Identifier: Apache-2.0
// Registers, and the passing of time.
#include "sim/functional/functional_device.h"

#include <algorithm>
#include <utility>

namespace tercet {

FunctionalDevice::FunctionalDevice(const tercet_config& machine, uint64_t memory_bytes,
                                   std::vector<MemoryFault> faults, CoreModel core)
    : machine_(machine),
      memory_(memory_bytes),
      bus_(memory_, machine.axi_bytes, std::move(faults)),
      executor_(machine, bus_),
      core_(core),
      control_(machine, bus_),
      ring_(machine, control_, bus_, [this](const Command& c) { return run_ring_gemm(c); }) {}

BusResponse FunctionalDevice::csr_read(uint32_t offset, uint32_t* value) {
  advance(1);
  const EngineRegisters registers{irq_enable_, status(), irq_, error_, started_, completed_};
  const bool known = registers.read(machine_, offset, value) || shadow_.read(offset, value) ||
                     counters_.read(
                         offset, [this](uint32_t i) { return counter(i); }, value);
  if (known) return BusResponse::kOkay;
  BusResponse response = BusResponse::kSlverr;
  return control_.read(offset, cycle_, irq_ != 0, value, &response) ? response
                                                                    : BusResponse::kSlverr;
}

BusResponse FunctionalDevice::csr_write(uint32_t offset, uint32_t value) {
  advance(1);
  if (offset == TERCET_CSR_START) {
    if (pending_ || error_ != TERCET_ERR_NONE) return BusResponse::kSlverr;
    pending_ = tercet_start_unpack(value).go != 0;
    if (pending_ && !running_) accept();
    return BusResponse::kOkay;
  }
  uint32_t old;
  if (shadow_.read(offset, &old)) {
    if (pending_) return BusResponse::kSlverr;
    shadow_.write(offset, value);
    return BusResponse::kOkay;
  }
  if (write_register(offset, value)) return BusResponse::kOkay;
  bool known = false;
  const BusResponse response = write_control(offset, value, &known);
  return known ? response : BusResponse::kSlverr;
}

BusResponse FunctionalDevice::write_control(uint32_t offset, uint32_t value, bool* known) {
  const bool ran = control_.run;
  BusResponse response = BusResponse::kSlverr;
  *known = control_.write(offset, cycle_, value, &response);
  if (!*known || core_ == CoreModel::kElsewhere) return response;
  if (!ran && control_.run) ring_.boot();
  if (control_.run) ring_.look(cycle_);
  return response;
}

uint32_t FunctionalDevice::run_ring_gemm(const Command& command) {
  ++started_;
  const uint32_t code = executor_.run(command, &work_);
  if (code == TERCET_ERR_NONE) ++completed_;
  return code;
}

bool FunctionalDevice::wait_irq(uint64_t max_cycles) {
  const uint64_t end = cycle_ + max_cycles;
  while (!irq_line() && cycle_ < end) {
    uint64_t next = end;
    if (running_) next = std::min(next, done_at_);
    if (control_.run) next = std::min(next, ring_.next_at());
    advance(std::max(next, cycle_) - cycle_);
  }
  return irq_line();
}

void FunctionalDevice::mem_read(uint64_t address, void* data, uint64_t bytes) {
  memory_.read(address, data, bytes);
}

void FunctionalDevice::mem_write(uint64_t address, const void* data, uint64_t bytes) {
  memory_.write(address, data, bytes);
}

uint32_t FunctionalDevice::status() const {
  tercet_status status{};
  status.idle = error_ != TERCET_ERR_NONE || (!running_ && !pending_) ? 1 : 0;
  status.start_pending = pending_ ? 1 : 0;
  status.irq = irq_line() ? 1 : 0;
  status.error = error_ != TERCET_ERR_NONE ? 1 : 0;
  return tercet_status_pack(status);
}

bool FunctionalDevice::write_register(uint32_t offset, uint32_t value) {
  if (offset == TERCET_CSR_CTRL) {
    write_ctrl(value);
    return true;
  }
  if (offset == TERCET_CSR_IRQ) {
    irq_ &= ~value;
    return true;
  }
  return false;
}

void FunctionalDevice::write_ctrl(uint32_t value) {
  const tercet_ctrl ctrl = tercet_ctrl_unpack(value);
  irq_enable_ = ctrl.irq_enable != 0;
  if (ctrl.perf_clear != 0) work_ = {};
  if (ctrl.soft_reset == 0) return;
  pending_ = running_ = false;
  error_ = TERCET_ERR_NONE;
  irq_ = started_ = completed_ = 0;
}

uint64_t FunctionalDevice::counter(uint32_t index) const {
  switch (index) {
    case TERCET_COUNTER_ARRAY_ACTIVE:
      return work_.array_active;
    case TERCET_COUNTER_TILES:
      return work_.tiles;
    case TERCET_COUNTER_WEIGHT_BEATS:
      return work_.weight_beats;
    case TERCET_COUNTER_ACT_BEATS:
      return work_.act_beats;
    case TERCET_COUNTER_OUTPUT_BEATS:
      return work_.output_beats;
    default:
      return 0;
  }
}

void FunctionalDevice::advance(uint64_t cycles) {
  const uint64_t end = cycle_ + cycles;
  while (running_ && done_at_ <= end) {
    cycle_ = std::max(cycle_, done_at_);
    finish();
  }
  while (control_.run && ring_.next_at() <= end) {
    cycle_ = std::max(cycle_, ring_.next_at());
    ring_.step(cycle_);
  }
  cycle_ = end;
}

void FunctionalDevice::accept() {
  command_ = shadow_;
  pending_ = false;
  running_ = true;
  done_at_ = cycle_ + kCommandCycles;
}

void FunctionalDevice::finish() {
  running_ = false;
  error_ = check_command(machine_, command_);
  if (error_ == TERCET_ERR_NONE) {
    ++started_;
    error_ = executor_.run(command_, &work_);
  }
  tercet_irq irq = tercet_irq_unpack(irq_);
  if (error_ != TERCET_ERR_NONE) {
    pending_ = false;
    irq.error = 1;
  } else {
    ++completed_;
    irq.done = 1;
    if (pending_) accept();
  }
  irq_ = tercet_irq_pack(irq);
}

}  // namespace tercet
