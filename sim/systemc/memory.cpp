// SPDX-License-Identifier: Apache-2.0
// Cycles of read beats, and write beats taken one by one.
#include "sim/systemc/memory.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace tercet {

Memory::Memory(sc_core::sc_module_name name, const Shared& shared, MemoryImage& image,
               std::unique_ptr<MemoryTiming> timing, std::vector<MemoryFault> faults)
    : sc_module(name),
      read_socket("read_socket"),
      write_socket("write_socket"),
      shared_(shared),
      image_(image),
      timing_(std::move(timing)),
      faults_(std::move(faults)) {
  read_socket.register_nb_transport_fw(this, &Memory::read);
  read_socket.register_get_direct_mem_ptr(this, &Memory::direct_access);
  write_socket.register_nb_transport_fw(this, &Memory::write);
  SC_HAS_PROCESS(Memory);
  SC_METHOD(run);
  sensitive << wake_;
  dont_initialize();
}

tlm::tlm_sync_enum Memory::read(tlm::tlm_generic_payload& payload, tlm::tlm_phase&,
                                sc_core::sc_time&) {
  const Cycle now = shared_.clock.now();
  take_write_beats(now);
  BurstTimes& times = burst_times(payload);
  const uint32_t bytes = shared_.machine.axi_bytes;
  uint64_t address = payload.get_address();
  for (uint32_t i = 0; i < times.beats; ++i, address += bytes) {
    times.beat[i] = std::max(timing_->request(address, bytes, false, now), read_from_);
    times.error[i] = response(false, beats_read_++, address);
    read_from_ = times.beat[i] + 1;
  }
  times.known = times.beats;
  payload.set_response_status(tlm::TLM_OK_RESPONSE);
  return tlm::TLM_COMPLETED;
}

bool Memory::direct_access(tlm::tlm_generic_payload&, tlm::tlm_dmi& dmi) {
  dmi.init();
  dmi.set_dmi_ptr(image_.data());
  dmi.set_start_address(0);
  dmi.set_end_address(image_.size() - 1);
  dmi.allow_read();
  return true;
}

tlm::tlm_sync_enum Memory::write(tlm::tlm_generic_payload& payload, tlm::tlm_phase&,
                                 sc_core::sc_time&) {
  const BurstTimes& times = burst_times(payload);
  burst_ = &payload;
  write_from_ = times.first;
  shared_.clock.notify(wake_, times.first + times.beats);
  return tlm::TLM_ACCEPTED;
}

void Memory::run() {
  take_write_beats(shared_.clock.now());
  if (burst_ == nullptr) return;
  const BurstTimes& times = burst_times(*burst_);
  shared_.clock.notify(wake_, write_from_ + times.beats - times.known);
}

/// Takes the beats whose handshake is before `limit`, so that no request overtakes an earlier one.
void Memory::take_write_beats(Cycle limit) {
  while (burst_ != nullptr) {
    if (stored_ >= kBufferCycles) write_from_ = std::max(write_from_, stored_ - kBufferCycles + 1);
    if (write_from_ >= limit) return;
    BurstTimes& times = burst_times(*burst_);
    take_write_beat(times, times.known++, write_from_++);
    if (times.known < times.beats) continue;
    times.answer = std::max(stored_, answer_from_);
    answer_from_ = times.answer + 1;
    tlm::tlm_generic_payload& payload = *std::exchange(burst_, nullptr);
    payload.set_response_status(tlm::TLM_OK_RESPONSE);
    tlm::tlm_phase phase = tlm::BEGIN_RESP;
    sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
    write_socket->nb_transport_bw(payload, phase, delay);
  }
}

void Memory::take_write_beat(BurstTimes& times, uint32_t beat, Cycle cycle) {
  const uint32_t bytes = shared_.machine.axi_bytes;
  const uint64_t address = burst_->get_address() + uint64_t{beat} * bytes;
  times.beat[beat] = cycle;
  if (image_.contains(address, bytes)) store(*burst_, beat);
  const uint8_t error = response(true, beats_written_++, address);
  if (error != 0) times.answer_error = error;
  stored_ = timing_->request(address, bytes, true, cycle);
}

/// Byte enables repeat, as TLM-2.0 has it; here they are those of one row of the output.
void Memory::store(const tlm::tlm_generic_payload& payload, uint32_t beat) {
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
    if (enables[(begin + i) % payload.get_byte_enable_length()] == TLM_BYTE_ENABLED) to[i] = data[i];
  }
}

uint8_t Memory::response(bool write, uint64_t beat, uint64_t address) const {
  BusResponse answer = image_.contains(address, shared_.machine.axi_bytes) ? BusResponse::kOkay
                                                                           : BusResponse::kDecerr;
  for (const MemoryFault& fault : faults_) {
    if (fault.write == write && fault.beat == beat) answer = fault.response;
  }
  return static_cast<uint8_t>(answer);
}

}  // namespace tercet
