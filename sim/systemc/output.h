// SPDX-License-Identifier: Apache-2.0
// Output stage: drains an accumulator bank into AXI write bursts of int32, token by token.
#pragma once

#include <tlm.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <systemc>
#include <vector>

#include "sim/counts/engine_counts.h"
#include "sim/systemc/burst.h"
#include "sim/systemc/perf.h"
#include "sim/systemc/shared.h"

namespace tercet {

class Accum;
class Csr;
class Sequencer;
class Supervisor;
class WritePort;

/// Full bursts, one block of beats a cycle when the bus takes it. Columns past the matrix keep
/// their bytes (byte enables off). Wakes once a burst.
class Output : public Unit {
 public:
  /// A finished n_tile.
  struct Job {
    Cycle seen = 0;  ///< by this stage, when nothing is before it
    uint32_t bank = 0;
    uint64_t address = 0;
    uint32_t rows = 0;     ///< tokens
    uint32_t columns = 0;  ///< inside the matrix
    bool last = false;     ///< of the command
    uint64_t command = 0;
    uint64_t index = 0;  ///< n_tile of the command, counted over m_tiles
  };

  Output(const sc_core::sc_module_name& name, const Shared& shared, Perf& perf);

  /// Write bursts with their data: see Memory::write_socket.
  tlm_utils::simple_initiator_socket<Output> socket;

  Accum* accum = nullptr;
  Csr* csr = nullptr;
  Sequencer* sequencer = nullptr;
  Supervisor* supervisor = nullptr;
  WritePort* write_port = nullptr;

  void push(const Job& job);
  /// Something that an announcement may wait for has changed.
  void changed() { wake_.notify(sc_core::SC_ZERO_TIME); }
  /// The cycle from which no burst is under way; kNever if that is not known.
  Cycle quiet_from() const { return announced_ == answered_ ? quiet_ : kNever; }
  /// Beats that were on W before `cycle`, of the burst that is being sent.
  uint64_t beats_before(Cycle cycle) const;
  void flush();

  /// Of the write channel, and of rows drained.
  EngineCounts counts;

 private:
  struct WriteBurst {
    Burst burst;
    bool ends_command = false;
  };

  void run() override;
  void begin_job();
  Cycle announce_from() const;
  void send(Cycle announced);
  tlm::tlm_sync_enum answered(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                              sc_core::sc_time& delay);
  void take_beats();
  void take_answer();
  void end_job(Cycle last_made);

  Perf& perf_;
  std::deque<Job> jobs_;
  // The job at work, jobs_.front().
  bool busy_ = false;
  uint64_t offset_ = 0;      // bytes announced
  uint64_t left_ = 0;        // beats not announced
  Cycle announce_from_ = 0;  // its next AW
  Cycle next_job_from_ = 0;  // the next job is seen
  Cycle job_begin_ = 0;
  // Bursts. The last one announced is the one whose data are being sent.
  bool sending_ = false;
  uint64_t announced_ = 0;  // since reset
  uint64_t answered_ = 0;   // since reset
  Cycle on_bus_ = 0;        // the last beat on W
  Cycle quiet_ = 0;
  std::vector<Cycle> first_made_;                    // of the last bursts: their first beat
  std::vector<std::unique_ptr<WriteBurst>> bursts_;  // a ring of those with no answer, or the last
  std::vector<uint8_t> enables_;                     // of two rows
};

}  // namespace tercet
