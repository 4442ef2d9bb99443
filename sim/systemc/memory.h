// SPDX-License-Identifier: Apache-2.0
// The memory behind the machine's AXI ports: bytes from an image, cycles from a DRAM model.
#pragma once

#include <tlm.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <deque>
#include <systemc>
#include <vector>

#include "sim/dram/dram_model.h"
#include "sim/dram/generated_memory.h"
#include "sim/dram/memory_image.h"
#include "sim/systemc/burst.h"
#include "sim/systemc/shared.h"

namespace tercet {

/// R and W carry one block of beats a cycle, a beat a port; bursts stay in order, reads and writes
/// meet only in the DRAM. A read burst enters it with its handshake on AR, a write burst with its
/// last beat on W. Both enter in order of their cycle, in one cycle reads before writes.
///
/// The DRAM model knows a time before it comes, so this unit wakes every few dozen cycles, not
/// every cycle, and tells cycles that still lie ahead.
class Memory : public Unit {
 public:
  /// `generated` lies behind the image; writes to it are answered SLVERR.
  Memory(const sc_core::sc_module_name& name, const Shared& shared, MemoryImage& image,
         const GeneratedMemory& generated, const DramConfig& dram, std::vector<MemoryFault> faults);

  /// BEGIN_REQ in the cycle of the handshake on AR. Answered with TLM_COMPLETED if all cycles are
  /// known at once, or with a BEGIN_RESP each time that some more are; each burst after the one
  /// before it. The bytes are there through DMI; a generated window is invalidated when another
  /// one is asked for.
  tlm_utils::simple_target_socket<Memory> read_socket;
  /// BEGIN_REQ not after the cycle BurstTimes::first, in which the first beat is on W. END_REQ
  /// comes when the last beat was taken, and tells the cycles of the beats; then the next burst may
  /// be requested. BEGIN_RESP tells the cycle of B, in order.
  tlm_utils::simple_target_socket<Memory> write_socket;

  /// Lets the image hold all that was written before this cycle, and the DRAM be as far.
  void settle() {
    take_write_beats(shared_.clock.now());
    dram_.advance(shared_.clock.now());
  }

  DramStats dram_stats() const { return dram_.stats(); }

 private:
  using Payload = tlm::tlm_generic_payload;

  tlm::tlm_sync_enum read(Payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  tlm::tlm_sync_enum write(Payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  bool direct_access(Payload& payload, tlm::tlm_dmi& dmi);
  void run() override;
  void wake_in_time(Cycle now);
  bool learn_read_beats(Payload& payload);
  Cycle next_write_beat() const;
  void tell_reads();
  void take_write_beats(Cycle limit);
  void take_write_beat(BurstTimes& times);
  void tell_answers();
  void store(const Payload& payload, uint32_t beat);
  uint8_t response(bool write, uint64_t beat, uint64_t address) const;
  uint32_t ports() const { return shared_.machine.axi_ports; }
  void call_back(tlm_utils::simple_target_socket<Memory>& socket, Payload& payload,
                 tlm::tlm_phase_enum phase);

  MemoryImage& image_;
  const GeneratedMemory& generated_;
  GeneratedMemory::Window window_;  // of generated_, lent out
  DramModel dram_;
  std::vector<MemoryFault> faults_;
  Cycle read_notice_;   // cycles from when a read beat's time is known to that time, at least
  Cycle write_notice_;  // the same for the answer to a write
  std::deque<Payload*> reads_;  // some of whose beats are not known
  uint64_t beats_read_ = 0;
  Cycle read_from_ = 0;           // R is free for another block
  Payload* burst_ = nullptr;      // whose beats are being taken
  std::deque<Payload*> answers_;  // to come
  uint64_t beats_written_ = 0;
  Cycle answer_from_ = 0;  // B is free
};

}  // namespace tercet
