// SPDX-License-Identifier: Apache-2.0
// Register reads and writes, and what the engine changes in the registers.
#include "sim/systemc/csr.h"

#include <cstring>

#include "sim/systemc/dispatch.h"
#include "sim/systemc/output.h"
#include "sim/systemc/sequencer.h"
#include "sim/systemc/supervisor.h"

namespace tercet {

Csr::Csr(const sc_core::sc_module_name& name, const Shared& shared, Perf& perf)
    : sc_module(name), socket("socket"), irq("irq"), shared_(shared), perf_(perf) {
  socket.register_b_transport(this, &Csr::transport);
  SC_HAS_PROCESS(Csr);
  SC_METHOD(update);
  sensitive << wake_;
  dont_initialize();
}

void Csr::transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const auto offset = static_cast<uint32_t>(payload.get_address());
  uint32_t value = 0;
  bool okay = payload.get_data_length() == sizeof(value);
  if (okay && payload.is_read()) {
    okay = read(offset, &value);
    std::memcpy(payload.get_data_ptr(), &value, sizeof(value));
  } else if (okay) {
    std::memcpy(&value, payload.get_data_ptr(), sizeof(value));
    okay = write(offset, value);
  }
  delay += shared_.clock.period() * static_cast<double>(shared_.timing.csr_access);
  payload.set_response_status(okay ? tlm::TLM_OK_RESPONSE : tlm::TLM_GENERIC_ERROR_RESPONSE);
}

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

void Csr::update() {
  const Cycle now = shared_.clock.now();
  if (taken_ != kNever && taken_ + shared_.timing.start_pending <= now) {
    pending_ = false;
    taken_ = kNever;
    ++started_;
  }
  if (flushed_ != kNever && flushed_ + shared_.timing.start_pending <= now) {
    pending_ = false;
    flushed_ = kNever;
  }
  while (!done_.empty() && done_.front() + shared_.timing.done <= now) {
    complete(done_.front());
    done_.pop_front();
  }
  if (!done_.empty()) shared_.clock.notify(wake_, done_.front() + shared_.timing.done);
  if (flushed_ != kNever) shared_.clock.notify(wake_, flushed_ + shared_.timing.start_pending);
  irq.write(irq_line());
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
  switch (offset) {
    case TERCET_CSR_ID:
      *value = TERCET_HW_ID;
      return true;
    case TERCET_CSR_VERSION:
      *value = TERCET_HW_VERSION;
      return true;
    case TERCET_CSR_CONFIG_HASH:
      *value = shared_.machine.config_hash;
      return true;
    case TERCET_CSR_GEOMETRY:
      *value = shared_.machine.geometry;
      return true;
    case TERCET_CSR_CTRL: {
      tercet_ctrl ctrl{};
      ctrl.irq_enable = irq_enable_ ? 1 : 0;
      *value = tercet_ctrl_pack(ctrl);
      return true;
    }
    case TERCET_CSR_STATUS:
      *value = status();
      return true;
    case TERCET_CSR_IRQ: {
      tercet_irq pending{};
      pending.done = irq_done_ ? 1 : 0;
      pending.error = irq_error_ ? 1 : 0;
      *value = tercet_irq_pack(pending);
      return true;
    }
    case TERCET_CSR_ERROR:
      *value = supervisor->code();
      return true;
    case TERCET_CSR_STARTED:
      *value = started_;
      return true;
    case TERCET_CSR_COMPLETED:
      *value = completed_;
      return true;
    case TERCET_CSR_START:
      *value = 0;
      return true;
    default:
      return shadow_.read(offset, value) || read_counter(offset, value);
  }
}

bool Csr::write(uint32_t offset, uint32_t value) {
  if (offset == TERCET_CSR_START) {
    if (pending_ || !supervisor->running()) return false;
    if (tercet_start_unpack(value).go != 0) {
      pending_ = true;
      dispatch->pending(shared_.clock.now() + shared_.timing.start_pending);
    }
    return true;
  }
  if (offset == TERCET_CSR_CTRL) {
    control(value);
    return true;
  }
  if (offset == TERCET_CSR_IRQ) {
    const tercet_irq cleared = tercet_irq_unpack(value);
    irq_done_ = irq_done_ && cleared.done == 0;
    irq_error_ = irq_error_ && cleared.error == 0;
    shared_.clock.notify(wake_, shared_.clock.now() + 1);
    return true;
  }
  uint32_t old;
  return shadow_.read(offset, &old) && !pending_ && shadow_.write(offset, value);
}

void Csr::control(uint32_t value) {
  const tercet_ctrl ctrl = tercet_ctrl_unpack(value);
  irq_enable_ = ctrl.irq_enable != 0;
  if (ctrl.perf_clear != 0) {
    sequencer->count_stalls(shared_.clock.now() + 1);
    perf_.clear(shared_.clock.now());
  }
  if (ctrl.soft_reset != 0) supervisor->soft_reset();
  shared_.clock.notify(wake_, shared_.clock.now() + 1);
}

bool Csr::read_counter(uint32_t offset, uint32_t* value) {
  constexpr uint32_t kEnd = TERCET_COUNTER_BASE + 8 * TERCET_COUNTER_COUNT;
  if (offset < TERCET_COUNTER_BASE || offset >= kEnd || offset % 4 != 0) return false;
  if (offset % 8 != 0) {
    *value = counter_high_;
    return true;
  }
  const Cycle now = shared_.clock.now();
  const uint32_t index = (offset - TERCET_COUNTER_BASE) / 8;
  sequencer->count_stalls(now);
  uint64_t count = perf_.read(index, now);
  if (index == TERCET_COUNTER_OUTPUT_BEATS) count += output->beats_before(now);
  *value = static_cast<uint32_t>(count);
  counter_high_ = static_cast<uint32_t>(count >> 32);
  return true;
}

}  // namespace tercet
