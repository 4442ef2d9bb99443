// SPDX-License-Identifier: Apache-2.0
// An AXI burst as a TLM-2.0 transaction: generic payload, and the cycles of its beats.
#pragma once

#include <array>
#include <cstdint>
#include <tlm>
#include <vector>

#include "host_driver/transport.h"
#include "sim/systemc/cycle.h"
#include "sim/trace/trace_sink.h"
#include "tercet_hw.h"

namespace tercet {

/// AXI4 allows 256 beats; Tercet's longest burst is max_burst_beats.
constexpr uint32_t kMaxBurstBeats = 64;

/// Timing of a burst. Data do not travel beat by beat: reads get them through DMI, writes carry
/// them in the payload, and both sides speak about cycles.
struct BurstTimes : tlm::tlm_extension<BurstTimes> {
  uint32_t beats = 0;
  uint32_t lane = 0;                            ///< port of the first beat
  uint32_t known = 0;                           ///< beats whose cycle is known
  std::array<Cycle, kMaxBurstBeats> beat{};     ///< cycle of each beat's handshake on R or W
  std::array<uint8_t, kMaxBurstBeats> error{};  ///< AXI response of each beat read, 0 = OKAY
  Cycle first = 0;                              ///< writes: the first beat is on W
  Cycle answer = kNever;                        ///< writes: cycle of B
  uint8_t answer_error = 0;                     ///< writes: BRESP

  /// Which of the burst's cycles beat `i` has on `ports` ports (docs/machine.md, "Ports"): its
  /// aligned block of beats, counted from the first beat's.
  uint32_t block(uint32_t i, uint32_t ports) const { return (lane + i) / ports; }

  tlm::tlm_extension_base* clone() const override { return new BurstTimes(*this); }
  void copy_from(const tlm::tlm_extension_base& other) override {
    *this = static_cast<const BurstTimes&>(other);
  }
};

/// A transaction and its extension, reused burst after burst by its owner.
class Burst {
 public:
  Burst() { payload.set_extension(&times); }
  ~Burst() { payload.clear_extension(&times); }
  Burst(const Burst&) = delete;
  Burst& operator=(const Burst&) = delete;

  /// Makes it a request of `beats` beats at `address`.
  void set(tlm::tlm_command command, uint64_t address, uint32_t beats,
           const tercet_config& machine) {
    const uint32_t beat_bytes = machine.axi_bytes;
    payload.set_command(command);
    payload.set_address(address);
    payload.set_data_length(beats * beat_bytes);
    payload.set_streaming_width(beats * beat_bytes);
    payload.set_byte_enable_ptr(nullptr);
    payload.set_byte_enable_length(0);
    payload.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
    times.beats = beats;
    times.lane = static_cast<uint32_t>(address / beat_bytes % machine.axi_ports);
    times.known = 0;
    times.answer = kNever;
    times.answer_error = 0;
  }

  tlm::tlm_generic_payload payload;
  BurstTimes times;
};

/// The extension of a burst's payload.
inline BurstTimes& burst_times(tlm::tlm_generic_payload& payload) {
  return *payload.get_extension<BurstTimes>();
}

/// Tells a timeline of a write burst whose beats are known.
inline void trace_write(TraceSink& trace, const char* name, uint64_t command, const Burst& burst) {
  const BurstTimes& times = burst.times;
  trace.slice({TraceTrack::kDmaWrite, name, command, burst.payload.get_address(), times.beat[0],
               times.beat[times.beats - 1] + 1});
  for (uint32_t i = 0; i < times.beats; ++i) trace.active(TraceTrack::kDmaWrite, times.beat[i], 1);
}

/// The codes of responses that are not OKAY.
inline uint32_t read_error(uint8_t response) {
  const bool decerr = response == static_cast<uint8_t>(BusResponse::kDecerr);
  return decerr ? TERCET_ERR_READ_DECERR : TERCET_ERR_READ_SLVERR;
}
inline uint32_t write_error(uint8_t response) {
  const bool decerr = response == static_cast<uint8_t>(BusResponse::kDecerr);
  return decerr ? TERCET_ERR_WRITE_DECERR : TERCET_ERR_WRITE_SLVERR;
}

}  // namespace tercet
