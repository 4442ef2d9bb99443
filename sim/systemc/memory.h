// SPDX-License-Identifier: Apache-2.0
// The memory behind the machine's AXI port: bytes from an image, cycles from a timing model.
#pragma once

#include <tlm.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <memory>
#include <systemc>
#include <vector>

#include "sim/dram/memory_fault.h"
#include "sim/dram/memory_image.h"
#include "sim/dram/memory_timing.h"
#include "sim/systemc/burst.h"
#include "sim/systemc/shared.h"

namespace tercet {

/// Behaves as sim/verilated/axi_memory.h without stalls: R and W carry one beat a cycle, bursts stay
/// in order, reads and writes are independent but for the timing model they share. That sees every
/// request in order of its cycle, in one cycle reads before writes.
class Memory : public sc_core::sc_module {
 public:
  Memory(sc_core::sc_module_name name, const Shared& shared, MemoryImage& image,
         std::unique_ptr<MemoryTiming> timing, std::vector<MemoryFault> faults);

  /// BEGIN_REQ in the cycle of the handshake on AR; answered at once with the cycles of the beats.
  tlm_utils::simple_target_socket<Memory> read_socket;
  /// BEGIN_REQ not after the cycle BurstTimes::first, in which the first beat is on W. BEGIN_RESP
  /// comes when the last beat was taken, and tells the cycles of the beats and of B. The next
  /// burst may be requested then.
  tlm_utils::simple_target_socket<Memory> write_socket;

 private:
  static constexpr uint64_t kBufferCycles = 256;  ///< as AxiWritePort

  tlm::tlm_sync_enum read(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                          sc_core::sc_time& delay);
  tlm::tlm_sync_enum write(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                           sc_core::sc_time& delay);
  bool direct_access(tlm::tlm_generic_payload& payload, tlm::tlm_dmi& dmi);
  void run();
  void take_write_beats(Cycle limit);
  void take_write_beat(BurstTimes& times, uint32_t beat, Cycle cycle);
  void store(const tlm::tlm_generic_payload& payload, uint32_t beat);
  uint8_t response(bool write, uint64_t beat, uint64_t address) const;

  const Shared& shared_;
  MemoryImage& image_;
  std::unique_ptr<MemoryTiming> timing_;
  std::vector<MemoryFault> faults_;
  sc_core::sc_event wake_;
  uint64_t beats_read_ = 0;
  uint64_t beats_written_ = 0;
  Cycle read_from_ = 0;                           // R is free
  tlm::tlm_generic_payload* burst_ = nullptr;     // whose beats are being taken
  Cycle write_from_ = 0;                          // the next beat is on W
  Cycle stored_ = 0;                              // the last beat taken is stored
  Cycle answer_from_ = 0;                         // B is free
};

}  // namespace tercet
