// SPDX-License-Identifier: Apache-2.0
// Announcing and sending bursts as rtl/memory/tercet_output.sv does.
#include "sim/systemc/output.h"

#include <algorithm>

#include "sim/systemc/accum.h"
#include "sim/systemc/csr.h"
#include "sim/systemc/sequencer.h"
#include "sim/systemc/supervisor.h"
#include "sim/systemc/write_port.h"

namespace tercet {

Output::Output(const sc_core::sc_module_name& name, const Shared& shared, Perf& perf)
    : Unit(name, shared),
      socket("socket"),
      perf_(perf),
      first_made_(shared.timing.bursts),
      enables_(size_t{2} * shared.machine.cols * sizeof(int32_t)) {
  for (uint32_t i = 0; i < shared.timing.answers; ++i) {
    bursts_.push_back(std::make_unique<WriteBurst>());
  }
  socket.register_nb_transport_bw(this, &Output::answered);
}

void Output::push(const Job& job) {
  jobs_.push_back(job);
  changed();
}

void Output::run() {
  if (sending_ || jobs_.empty()) return;
  if (!busy_) begin_job();
  const Cycle announced = announce_from();
  if (announced == kNever || !supervisor->runs_in(announced)) return;
  if (!write_port->open(announced)) return;
  if (announced < shared_.clock.now()) {
    send(announced);
  } else {  // an error may still come before
    shared_.clock.notify(wake_, announced + 1);
  }
}

void Output::begin_job() {
  const Job& job = jobs_.front();
  const uint32_t row_bytes = shared_.machine.cols * sizeof(int32_t);
  busy_ = true;
  offset_ = 0;
  left_ = uint64_t{job.rows} * row_bytes / shared_.machine.axi_bytes;
  job_begin_ = std::max(job.seen, next_job_from_);
  announce_from_ = job_begin_ + shared_.timing.announce;
  if (job.columns == shared_.machine.cols) return;
  for (uint32_t i = 0; i < enables_.size(); ++i) {
    const bool inside = i % row_bytes < job.columns * sizeof(int32_t);
    enables_[i] = inside ? TLM_BYTE_ENABLED : TLM_BYTE_DISABLED;
  }
}

/// The cycle of the next AW: bursts may be announced a few ahead of their data, and some more ahead
/// of their responses.
Cycle Output::announce_from() const {
  Cycle from = std::max(announce_from_, write_port->open_from());
  if (announced_ >= first_made_.size()) {
    from = std::max(from, first_made_[announced_ % first_made_.size()] + shared_.timing.burst_room);
  }
  if (announced_ >= bursts_.size()) {
    const Cycle answer = bursts_[announced_ % bursts_.size()]->burst.times.answer;
    if (answer == kNever) return kNever;
    from = std::max(from, answer + shared_.timing.answer_room);
  }
  return from;
}

/// The data follow as soon as the burst before is on the bus.
void Output::send(Cycle announced) {
  const Job& job = jobs_.front();
  const uint32_t beat_bytes = shared_.machine.axi_bytes;
  const uint32_t row_bytes = shared_.machine.cols * sizeof(int32_t);
  const uint64_t address = job.address + offset_;
  const uint32_t beats = shared_.burst_beats(address, left_);
  WriteBurst& write = *bursts_[announced_ % bursts_.size()];
  tlm::tlm_generic_payload& payload = write.burst.payload;
  write.burst.set(tlm::TLM_WRITE_COMMAND, address, beats, shared_.machine);
  payload.set_data_ptr(reinterpret_cast<uint8_t*>(accum->row(job.bank, 0)) + offset_);
  if (job.columns < shared_.machine.cols) {
    payload.set_byte_enable_ptr(&enables_[offset_ % row_bytes]);
    payload.set_byte_enable_length(row_bytes);
  }
  const Cycle made = std::max(announced + shared_.timing.burst, on_bus_);
  write.burst.times.first = made + shared_.timing.write_beat;
  write.ends_command = job.last && beats == left_;
  first_made_[announced_++ % first_made_.size()] = made;
  announce_from_ = announced + 1;
  offset_ += uint64_t{beats} * beat_bytes;
  left_ -= beats;
  sending_ = true;
  ++counts.write_bursts;
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  socket->nb_transport_fw(payload, phase, delay);
}

tlm::tlm_sync_enum Output::answered(tlm::tlm_generic_payload&, tlm::tlm_phase& phase,
                                    sc_core::sc_time&) {
  if (phase == tlm::END_REQ) {
    take_beats();
  } else {
    take_answer();
  }
  wake_.notify(sc_core::SC_ZERO_TIME);
  return tlm::TLM_ACCEPTED;
}

/// The bus has taken the burst that was being sent.
void Output::take_beats() {
  const uint64_t number = announced_ - 1;
  const Burst& burst = bursts_[number % bursts_.size()]->burst;
  const BurstTimes& times = burst.times;
  sending_ = false;
  for (uint32_t i = 0; i < times.beats; ++i) perf_.output_beats.add(times.beat[i], 1);
  counts.output_beats += times.beats;
  on_bus_ = times.beat[times.beats - 1];
  if (shared_.trace != nullptr) {
    trace_write(*shared_.trace, "write", jobs_.front().command, burst);
  }
  // A block of beats is made in the cycle in which the one before it is taken.
  const Cycle last_made =
      on_bus_ > times.first ? on_bus_ - 1 : first_made_[number % first_made_.size()];
  if (left_ == 0) end_job(last_made);
}

uint64_t Output::beats_before(Cycle cycle) const {
  if (!sending_) return 0;
  const BurstTimes& times = bursts_[(announced_ - 1) % bursts_.size()]->burst.times;
  uint64_t count = 0;
  for (uint32_t i = 0; i < times.beats; ++i) {
    const Cycle on_w = times.first + times.block(i, shared_.machine.axi_ports);
    if (on_w >= perf_.output_beats.from() && on_w < cycle) ++count;
  }
  return count;
}

/// The memory has answered the oldest burst.
void Output::take_answer() {
  const WriteBurst& write = *bursts_[answered_++ % bursts_.size()];
  const BurstTimes& times = write.burst.times;
  quiet_ = times.answer + 1;
  supervisor->bus_changed();
  write_port->output_answered();
  if (times.answer_error == 0) {
    if (write.ends_command) csr->command_written(times.answer);
    return;
  }
  supervisor->error(times.answer, write_error(times.answer_error));
}

void Output::end_job(Cycle last_made) {
  const Job& job = jobs_.front();
  sequencer->bank_drained(job.bank, last_made);
  counts.accumulator_drains += job.rows;
  if (shared_.trace != nullptr) {
    shared_.trace->slice(
        {TraceTrack::kOutput, "job", job.command, job.index, job_begin_, last_made + 1});
  }
  next_job_from_ = last_made + shared_.timing.next_job;
  busy_ = false;
  jobs_.pop_front();
}

void Output::flush() {
  jobs_.clear();
  busy_ = false;
  announced_ = answered_ = 0;
  next_job_from_ = on_bus_ = 0;
}

}  // namespace tercet
