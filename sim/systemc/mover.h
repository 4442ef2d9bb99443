// SPDX-License-Identifier: Apache-2.0
// Moves beats for the firmware: memory to its buffer, buffer to memory, or memory to memory.
#pragma once

#include <tlm.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <systemc>
#include <vector>

#include "sim/counts/engine_counts.h"
#include "sim/functional/mover.h"
#include "sim/systemc/burst.h"
#include "sim/systemc/shared.h"

namespace tercet {

class Csr;
class Dma;
class WritePort;

/// rtl/memory/tercet_mover.sv with its buffer. Wakes a few times a burst. Memory is read as it is
/// when the last beat of a burst has come.
class TercetMover : public Unit {
 public:
  TercetMover(const sc_core::sc_module_name& name, const Shared& shared);

  /// Write bursts: see Memory::write_socket.
  tlm_utils::simple_initiator_socket<TercetMover> socket;

  Csr* csr = nullptr;
  Dma* dma = nullptr;
  WritePort* write_port = nullptr;

  /// MOVER_GO is written with the bits `go` in the present cycle. False: refused.
  bool go(uint32_t go, const MoverOperation& operation);
  /// MOVER_STATUS in the present cycle.
  bool busy() const;
  uint32_t code() const { return code_from_ <= shared_.clock.now() ? code_ : 0; }

  /// The buffer, for the core, which must not use it while busy. Words lie on their byte lanes.
  uint32_t buffer_bytes() const { return static_cast<uint32_t>(buffer_.size()); }
  uint32_t read_word(uint32_t offset) const;
  void write_word(uint32_t offset, uint32_t value, uint32_t strobes);

  /// The cycles of the beats of the burst that the read port was asked for are known.
  void loaded(const BurstTimes& times);
  /// The output stage has got an answer.
  void changed();

  /// Of its writes; its reads are the read port's.
  EngineCounts counts;

 private:
  enum class State : uint8_t { kIdle, kLoad, kAsk, kStore };

  void run() override;
  void begin_burst(Cycle cycle);
  uint32_t burst_beats() const;
  void take_beats();
  void ask(Cycle cycle);
  void send(Cycle granted);
  tlm::tlm_sync_enum answered(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                              sc_core::sc_time& delay);
  void fail_burst(Cycle cycle, uint32_t code);
  void finish(Cycle cycle);

  std::vector<uint8_t> buffer_;
  State state_ = State::kIdle;
  bool loads_ = false;
  bool stores_ = false;
  MoverOperation left_;
  uint32_t beats_ = 0;       // of this burst
  Cycle read_end_ = kNever;  // its last beat was read
  Cycle asks_ = kNever;      // for the write channels, from this cycle on
  Cycle done_ = 0;           // the last cycle of being busy, once that is known
  Cycle go_ = kNever;        // MOVER_GO
  uint32_t code_ = TERCET_ERR_NONE;
  Cycle code_from_ = 0;
  Burst burst_;
};

}  // namespace tercet
