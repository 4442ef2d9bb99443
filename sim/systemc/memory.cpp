// SPDX-License-Identifier: Apache-2.0
// Bursts into the DRAM model in order of time, and its times back to the machine.
#include "sim/systemc/memory.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "sim/dram/machine_memory.h"

namespace tercet {
namespace {

uint64_t port_cycles(const tercet_config& machine, uint32_t ps) {
  return uint64_t{ps} * machine.clock_mhz / 1000000;
}

}  // namespace

Memory::Memory(const sc_core::sc_module_name& name, const Shared& shared, MemoryImage& image,
               const GeneratedMemory& generated, const DramConfig& dram,
               std::vector<MemoryFault> faults)
    : Unit(name, shared),
      read_socket("read_socket"),
      write_socket("write_socket"),
      image_(image),
      generated_(generated),
      dram_(dram, machine_port(shared.machine)),
      faults_(std::move(faults)) {
  const DramConfig& config = dram_.config();
  write_notice_ = std::max<Cycle>(1, port_cycles(shared.machine, config.policy.back_ps));
  read_notice_ = write_notice_ + uint64_t{config.timing.rl} * shared.machine.clock_mhz * 1000 /
                                     std::max(config.clock_khz, 1u);
  read_socket.register_nb_transport_fw(this, &Memory::read);
  read_socket.register_get_direct_mem_ptr(this, &Memory::direct_access);
  write_socket.register_nb_transport_fw(this, &Memory::write);
}

bool Memory::direct_access(Payload& payload, tlm::tlm_dmi& dmi) {
  dmi.init();
  if (payload.get_address() < image_.size()) {
    dmi.set_dmi_ptr(image_.data());
    dmi.set_start_address(0);
    dmi.set_end_address(image_.size() - 1);
    dmi.allow_read();
    return true;
  }
  if (!window_.bytes.empty()) {
    read_socket->invalidate_direct_mem_ptr(window_.address,
                                           window_.address + window_.bytes.size() - 1);
  }
  if (!generated_.fill(payload.get_address(), &window_)) return false;
  dmi.set_dmi_ptr(window_.bytes.data());
  dmi.set_start_address(window_.address);
  dmi.set_end_address(window_.address + window_.bytes.size() - 1);
  dmi.allow_read();
  return true;
}

void Memory::run() {
  const Cycle now = shared_.clock.now();
  take_write_beats(now);
  dram_.advance(now);
  tell_reads();
  tell_answers();
  wake_in_time(now);
}

/// Next when a beat of the write burst can be taken, or when a time that is not known now may come.
void Memory::wake_in_time(Cycle now) {
  Cycle next = kNever;
  if (!reads_.empty()) next = now + read_notice_;
  if (!answers_.empty()) next = std::min(next, now + write_notice_);
  if (burst_ != nullptr) {
    const BurstTimes& times = burst_times(*burst_);
    next = std::min(next, times.first + times.block(times.beats - 1, ports()) + 1);
  }
  if (next != kNever) shared_.clock.notify(wake_, next);
}

tlm::tlm_sync_enum Memory::read(Payload& payload, tlm::tlm_phase&, sc_core::sc_time&) {
  const Cycle now = shared_.clock.now();
  take_write_beats(now);
  dram_.enqueue({0, payload.get_address(), payload.get_data_length(), false}, now);
  if (reads_.empty() && learn_read_beats(payload)) return tlm::TLM_COMPLETED;
  reads_.push_back(&payload);
  wake_in_time(now);
  return tlm::TLM_ACCEPTED;
}

/// Looks up what is known of the oldest read in the DRAM; true if that is all.
bool Memory::learn_read_beats(Payload& payload) {
  BurstTimes& times = burst_times(payload);
  const uint32_t bytes = shared_.machine.axi_bytes;
  for (; times.known < times.beats; ++times.known) {
    const uint32_t i = times.known;
    const Cycle there = dram_.oldest(false)->ready_cycle(i * bytes, bytes);
    if (there == kDramNever) return false;
    const bool in_block = i > 0 && times.block(i, ports()) == times.block(i - 1, ports());
    times.beat[i] = std::max(there, in_block ? times.beat[i - 1] : read_from_);
    times.error[i] = response(false, beats_read_++, payload.get_address() + uint64_t{i} * bytes);
    read_from_ = times.beat[i] + 1;
  }
  dram_.retire(false);
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  return true;
}

void Memory::tell_reads() {
  while (!reads_.empty()) {
    Payload& payload = *reads_.front();
    const uint32_t known = burst_times(payload).known;
    const bool all = learn_read_beats(payload);
    if (all) reads_.pop_front();
    if (burst_times(payload).known != known) call_back(read_socket, payload, tlm::BEGIN_RESP);
    if (!all) return;
  }
}

tlm::tlm_sync_enum Memory::write(Payload& payload, tlm::tlm_phase&, sc_core::sc_time&) {
  burst_ = &payload;
  wake_in_time(shared_.clock.now());
  return tlm::TLM_ACCEPTED;
}

/// When the next beat of the burst is on W.
Cycle Memory::next_write_beat() const {
  const BurstTimes& times = burst_times(*burst_);
  return times.first + times.block(times.known, ports());
}

/// Takes the beats whose handshake is before `limit`, so that no request overtakes an earlier one.
void Memory::take_write_beats(Cycle limit) {
  while (burst_ != nullptr && next_write_beat() < limit) {
    BurstTimes& times = burst_times(*burst_);
    take_write_beat(times);
    if (times.known < times.beats) continue;
    Payload& payload = *std::exchange(burst_, nullptr);
    dram_.enqueue({0, payload.get_address(), payload.get_data_length(), true},
                  times.beat[times.beats - 1]);
    answers_.push_back(&payload);
    call_back(write_socket, payload, tlm::END_REQ);
    tell_answers();
  }
}

void Memory::take_write_beat(BurstTimes& times) {
  const uint32_t beat = times.known;
  times.beat[beat] = next_write_beat();
  ++times.known;
  const uint32_t bytes = shared_.machine.axi_bytes;
  const uint64_t address = burst_->get_address() + uint64_t{beat} * bytes;
  if (image_.contains(address, bytes)) store(*burst_, beat);
  const uint8_t error = response(true, beats_written_++, address);
  if (error != 0) times.answer_error = error;
}

void Memory::tell_answers() {
  while (!answers_.empty() && dram_.oldest(true)->complete()) {
    Payload& payload = *answers_.front();
    BurstTimes& times = burst_times(payload);
    times.answer = std::max(dram_.oldest(true)->last_cycle, answer_from_);
    answer_from_ = times.answer + 1;
    dram_.retire(true);
    answers_.pop_front();
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    call_back(write_socket, payload, tlm::BEGIN_RESP);
  }
}

/// Byte enables repeat, as TLM-2.0 has it; here they are those of one row of the output.
void Memory::store(const Payload& payload, uint32_t beat) {
  const uint32_t bytes = shared_.machine.axi_bytes;
  const uint32_t begin = beat * bytes;
  const uint8_t* data = payload.get_data_ptr() + begin;
  uint8_t* to = image_.data() + payload.get_address() + begin;
  const uint8_t* enables = payload.get_byte_enable_ptr();
  if (enables == nullptr) {
    std::memcpy(to, data, bytes);
    return;
  }
  for (uint32_t i = 0; i < bytes; ++i) {
    if (enables[(begin + i) % payload.get_byte_enable_length()] == TLM_BYTE_ENABLED)
      to[i] = data[i];
  }
}

uint8_t Memory::response(bool write, uint64_t beat, uint64_t address) const {
  const uint32_t bytes = shared_.machine.axi_bytes;
  BusResponse answer = BusResponse::kOkay;
  if (!image_.contains(address, bytes)) {
    const bool generated = generated_.contains(address, bytes);
    answer = !generated ? BusResponse::kDecerr : write ? BusResponse::kSlverr : BusResponse::kOkay;
  }
  for (const MemoryFault& fault : faults_) {
    if (fault.write == write && fault.beat == beat) answer = fault.response;
  }
  return static_cast<uint8_t>(answer);
}

void Memory::call_back(tlm_utils::simple_target_socket<Memory>& socket, Payload& payload,
                       tlm::tlm_phase_enum phase) {
  tlm::tlm_phase now = phase;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  socket->nb_transport_bw(payload, now, delay);
}

}  // namespace tercet
