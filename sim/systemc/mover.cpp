// SPDX-License-Identifier: Apache-2.0
// One burst under way: read, then write. The state machine of rtl/memory/tercet_mover.sv.
#include "sim/systemc/mover.h"

#include <algorithm>
#include <cstring>

#include "sim/systemc/csr.h"
#include "sim/systemc/dma.h"
#include "sim/systemc/write_port.h"

namespace tercet {
namespace {

constexpr uint32_t kLoad = 1u << 0, kStore = 1u << 1, kCopy = 1u << 2;  // bits of MOVER_GO

}  // namespace

TercetMover::TercetMover(const sc_core::sc_module_name& name, const Shared& shared)
    : Unit(name, shared),
      socket("socket"),
      buffer_(size_t{shared.machine.max_burst_beats} * shared.machine.axi_bytes) {
  socket.register_nb_transport_bw(this, &TercetMover::answered);
}

bool TercetMover::busy() const {
  const Cycle now = shared_.clock.now();
  return go_ < now && now <= done_;
}

/// To the end of the pages on both sides, at most.
uint32_t TercetMover::burst_beats() const {
  uint32_t beats = left_.beats;
  if (loads_) beats = shared_.burst_beats(left_.source, beats);
  if (stores_) beats = shared_.burst_beats(left_.target, beats);
  return beats;
}

bool TercetMover::go(uint32_t go, const MoverOperation& operation) {
  if (busy() || (go != kLoad && go != kStore && go != kCopy)) return false;
  const uint32_t beat = shared_.machine.axi_bytes;
  loads_ = go != kStore;
  stores_ = go != kLoad;
  left_ = operation;
  const bool aligned =
      (!loads_ || operation.source % beat == 0) && (!stores_ || operation.target % beat == 0);
  const bool fits = go == kCopy || operation.beats == burst_beats();
  if (operation.beats == 0 || !aligned || !fits) return false;
  go_ = shared_.clock.now();
  done_ = kNever;
  code_ = TERCET_ERR_NONE;
  code_from_ = 0;
  begin_burst(go_);
  return true;
}

/// After `cycle`, in which the operation or the burst before it ended.
void TercetMover::begin_burst(Cycle cycle) {
  beats_ = burst_beats();
  if (!loads_) return ask(cycle + shared_.timing.mover_ask);
  state_ = State::kLoad;
  read_end_ = kNever;
  dma->move(left_.source, beats_, cycle + shared_.timing.mover_request);
}

void TercetMover::loaded(const BurstTimes& times) {
  read_end_ = times.beat[times.beats - 1];
  for (uint32_t i = times.beats; i-- > 0;) {
    if (times.error[i] == 0) continue;
    fail_burst(times.beat[i], read_error(times.error[i]));
  }
  shared_.clock.notify(wake_, read_end_ + 1);
  if (code_ != TERCET_ERR_NONE || !stores_) return finish(read_end_);
  ask(read_end_ + shared_.timing.mover_ask);
}

void TercetMover::take_beats() {
  const uint32_t bytes = shared_.machine.axi_bytes;
  for (uint32_t i = 0; i < beats_; ++i) {
    const uint8_t* from = dma->moved(left_.source + uint64_t{i} * bytes);
    uint8_t* to = &buffer_[size_t{i} * bytes];
    if (from == nullptr) {
      std::memset(to, 0, bytes);
    } else {
      std::memcpy(to, from, bytes);
    }
  }
}

void TercetMover::ask(Cycle cycle) {
  state_ = State::kAsk;
  asks_ = cycle;
  write_port->ask(cycle);
  shared_.clock.notify(wake_, cycle + 1);
}

void TercetMover::changed() {
  if (state_ == State::kAsk) wake_.notify(sc_core::SC_ZERO_TIME);
}

/// Decides about a cycle when it is over: by then all bursts that were announced in it are known.
void TercetMover::run() {
  const Cycle now = shared_.clock.now();
  if (read_end_ < now) {
    take_beats();
    read_end_ = kNever;
  }
  if (read_end_ != kNever) shared_.clock.notify(wake_, read_end_ + 1);
  if (state_ != State::kAsk) return;
  const Cycle quiet = write_port->quiet_from();
  const Cycle granted = std::max(asks_, quiet);
  if (quiet == kNever && asks_ < now) return;
  if (quiet == kNever || granted >= now) {
    shared_.clock.notify(wake_, (quiet == kNever ? asks_ : granted) + 1);
    return;
  }
  send(granted);
}

void TercetMover::send(Cycle granted) {
  state_ = State::kStore;
  burst_.set(tlm::TLM_WRITE_COMMAND, left_.target, beats_, shared_.machine);
  burst_.payload.set_data_ptr(buffer_.data());
  burst_.times.first = granted + shared_.timing.mover_beat;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  socket->nb_transport_fw(burst_.payload, phase, delay);
}

tlm::tlm_sync_enum TercetMover::answered(tlm::tlm_generic_payload&, tlm::tlm_phase& phase,
                                         sc_core::sc_time&) {
  if (phase != tlm::BEGIN_RESP) return tlm::TLM_ACCEPTED;
  const BurstTimes& times = burst_.times;
  counts.mover_beats += times.beats;
  ++counts.write_bursts;
  if (times.answer_error != 0) {
    fail_burst(times.answer, write_error(times.answer_error));
  }
  write_port->release(times.answer);
  if (shared_.trace != nullptr) trace_write(*shared_.trace, "mover", 0, burst_);
  const uint64_t bytes = uint64_t{beats_} * shared_.machine.axi_bytes;
  left_.source += bytes;
  left_.target += bytes;
  left_.beats -= beats_;
  if (code_ != TERCET_ERR_NONE || left_.beats == 0) {
    finish(times.answer);
  } else {
    begin_burst(times.answer);
  }
  return tlm::TLM_ACCEPTED;
}

/// The first error stays; those of one burst are told from last to first.
void TercetMover::fail_burst(Cycle cycle, uint32_t code) {
  code_ = code;
  code_from_ = cycle + 1;
}

void TercetMover::finish(Cycle cycle) {
  state_ = State::kIdle;
  done_ = cycle;
  csr->mover_done(cycle);
}

uint32_t TercetMover::read_word(uint32_t offset) const {
  uint32_t value = 0;
  std::memcpy(&value, &buffer_[offset & ~3u], sizeof(value));
  return value;
}

void TercetMover::write_word(uint32_t offset, uint32_t value, uint32_t strobes) {
  for (uint32_t lane = 0; lane < sizeof(value); ++lane) {
    if ((strobes >> lane & 1) != 0) {
      buffer_[(offset & ~3u) + lane] = static_cast<uint8_t>(value >> (8 * lane));
    }
  }
}

}  // namespace tercet
