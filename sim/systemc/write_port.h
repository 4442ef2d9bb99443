// SPDX-License-Identifier: Apache-2.0
// Gives the write channels to the output stage or, when it has no burst under way, to the mover.
#pragma once

#include <tlm.h>
#include <tlm_utils/simple_initiator_socket.h>
#include <tlm_utils/simple_target_socket.h>

#include <systemc>

#include "sim/systemc/shared.h"

namespace tercet {

class Output;
class TercetMover;

/// rtl/memory/tercet_write_port.sv. From ask() to release() the output stage announces nothing.
class WritePort : public sc_core::sc_module {
 public:
  WritePort(const sc_core::sc_module_name& name, const Shared& shared);

  /// As Memory::write_socket.
  tlm_utils::simple_target_socket<WritePort> output_socket;
  tlm_utils::simple_target_socket<WritePort> mover_socket;
  tlm_utils::simple_initiator_socket<WritePort> socket;

  Output* output = nullptr;
  TercetMover* mover = nullptr;

  /// The mover wants the channels from `cycle` on, which is not in the past.
  void ask(Cycle cycle) { asked_ = cycle; }
  /// Its response comes in `cycle`.
  void release(Cycle cycle);
  /// The cycle from which no burst of the output stage is under way; kNever if that is not known.
  Cycle quiet_from() const;
  /// The output stage has got an answer.
  void output_answered();

  /// The output stage may announce a burst in `cycle`, if nothing else keeps it; and the first
  /// cycle in which it may after the last release.
  bool open(Cycle cycle) const { return cycle < asked_; }
  Cycle open_from() const { return open_from_; }

 private:
  using Payload = tlm::tlm_generic_payload;

  tlm::tlm_sync_enum from_output(Payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  tlm::tlm_sync_enum from_mover(Payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);
  tlm::tlm_sync_enum answered(Payload& payload, tlm::tlm_phase& phase, sc_core::sc_time& delay);

  const Shared& shared_;
  bool mover_owns_ = false;  // the burst that is under way
  Cycle asked_ = kNever;
  Cycle open_from_ = 0;
};

}  // namespace tercet
