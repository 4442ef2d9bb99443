// SPDX-License-Identifier: Apache-2.0
// Register reads and writes, and what the engine changes in the registers.
#include "sim/systemc/csr.h"

#include <algorithm>

#include "sim/systemc/control.h"
#include "sim/systemc/dispatch.h"
#include "sim/systemc/output.h"
#include "sim/systemc/sequencer.h"
#include "sim/systemc/supervisor.h"

namespace tercet {

Csr::Csr(const sc_core::sc_module_name& name, const Shared& shared, Perf& perf)
    : Unit(name, shared), irq("irq"), perf_(perf) {}

void Csr::taken(Cycle cycle) {
  taken_ = cycle;
  shared_.clock.notify(wake_, cycle + shared_.timing.start_pending);
}

void Csr::command_written(Cycle cycle) {
  done_.push_back(cycle);
  shared_.clock.notify(wake_, done_.front() + shared_.timing.done);
}

void Csr::raise_error() {
  irq_error_ = true;
  wake_.notify(sc_core::SC_ZERO_TIME);
}

void Csr::finish_reset() {
  irq_done_ = irq_error_ = false;
  started_ = completed_ = 0;
  wake_.notify(sc_core::SC_ZERO_TIME);
}

void Csr::flush() {
  flushed_ = shared_.clock.now();
  shared_.clock.notify(wake_, flushed_ + shared_.timing.start_pending);
  done_.clear();
}

void Csr::update_in(Cycle cycle) {
  update_ = std::min(update_, cycle);
  shared_.clock.notify(wake_, cycle);
}

void Csr::mover_done(Cycle cycle) {
  moved_ = cycle;
  shared_.clock.notify(wake_, cycle + shared_.timing.mover_done);
}

bool Csr::irq_line() const {
  return (irq_enable_ && (irq_done_ || irq_error_)) || control->host_irq();
}

void Csr::run() {
  const Cycle now = shared_.clock.now();
  const auto due = [now](Cycle* from, Cycle latency) {
    if (*from == kNever || *from + latency > now) return false;
    *from = kNever;
    return true;
  };
  const TimingTable& timing = shared_.timing;
  if (due(&taken_, timing.start_pending)) {
    pending_ = false;
    ++started_;
  }
  if (due(&flushed_, timing.start_pending)) pending_ = false;
  if (due(&moved_, timing.mover_done)) control->mover_done();
  due(&update_, 0);
  while (!done_.empty() && done_.front() + timing.done <= now) {
    complete(done_.front());
    done_.pop_front();
  }
  control->update(irq_done_ || irq_error_);
  perf_.queue_idle(control->waiting() && perf_.empty_in(now) && !pending_, now);
  irq.write(irq_line());
  wake_in_time();
}

void Csr::wake_in_time() {
  const TimingTable& timing = shared_.timing;
  const auto later = [this](Cycle from, Cycle latency) {
    if (from != kNever) shared_.clock.notify(wake_, from + latency);
  };
  later(taken_, timing.start_pending);
  later(flushed_, timing.start_pending);
  later(moved_, timing.mover_done);
  later(update_, 0);
  if (!done_.empty()) later(done_.front(), timing.done);
}

/// A command that the engine has dropped meanwhile does not complete.
void Csr::complete(Cycle cycle) {
  if (!supervisor->runs_in(cycle)) return;
  const Cycle start = perf_.completed(cycle);
  if (shared_.trace != nullptr) {
    shared_.trace->slice({TraceTrack::kHost, "gemm", completed_, 0, start, cycle + 1});
  }
  ++completed_;
  irq_done_ = true;
  dispatch->changed();
}

uint32_t Csr::status() const {
  tercet_status status{};
  status.idle = supervisor->stopped() || (supervisor->running() && perf_.empty() && !pending_);
  status.start_pending = pending_ ? 1 : 0;
  status.irq = irq_line() ? 1 : 0;
  status.error = supervisor->stopped() ? 1 : 0;
  return tercet_status_pack(status);
}

bool Csr::read(uint32_t offset, uint32_t* value) {
  const uint32_t pending = tercet_irq_pack({irq_done_ ? 1u : 0u, irq_error_ ? 1u : 0u});
  const EngineRegisters registers{irq_enable_,        status(), pending,
                                  supervisor->code(), started_, completed_};
  return registers.read(shared_.machine, offset, value) || shadow_.read(offset, value) ||
         counters_.read(
             offset, [this](uint32_t index) { return counter(index); }, value);
}

bool Csr::write(uint32_t offset, uint32_t value) {
  if (offset == TERCET_CSR_START) {
    if (pending_ || !supervisor->running()) return false;
    if (tercet_start_unpack(value).go != 0) {
      pending_ = true;
      const Cycle seen = shared_.clock.now() + shared_.timing.start_pending;
      dispatch->pending(seen);
      update_in(seen);
    }
    return true;
  }
  if (offset == TERCET_CSR_CTRL) {
    write_ctrl(value);
    return true;
  }
  if (offset == TERCET_CSR_IRQ) {
    const tercet_irq cleared = tercet_irq_unpack(value);
    irq_done_ = irq_done_ && cleared.done == 0;
    irq_error_ = irq_error_ && cleared.error == 0;
    update_in(shared_.clock.now() + 1);
    return true;
  }
  uint32_t old;
  return shadow_.read(offset, &old) && !pending_ && shadow_.write(offset, value);
}

void Csr::write_ctrl(uint32_t value) {
  const tercet_ctrl ctrl = tercet_ctrl_unpack(value);
  irq_enable_ = ctrl.irq_enable != 0;
  if (ctrl.perf_clear != 0) {
    sequencer->count_stalls(shared_.clock.now() + 1);
    perf_.clear(shared_.clock.now());
  }
  if (ctrl.soft_reset != 0) supervisor->soft_reset();
  update_in(shared_.clock.now() + 1);
}

uint64_t Csr::counter(uint32_t index) {
  const Cycle now = shared_.clock.now();
  sequencer->count_stalls(now);
  const uint64_t sending = index == TERCET_COUNTER_OUTPUT_BEATS ? output->beats_before(now) : 0;
  return perf_.read(index, now) + sending;
}

}  // namespace tercet
