// SPDX-License-Identifier: Apache-2.0
// Passes bursts on, and their answers back to whoever owns the channels.
#include "sim/systemc/write_port.h"

#include "sim/systemc/mover.h"
#include "sim/systemc/output.h"

namespace tercet {

WritePort::WritePort(const sc_core::sc_module_name& name, const Shared& shared)
    : sc_module(name),
      output_socket("output_socket"),
      mover_socket("mover_socket"),
      socket("socket"),
      shared_(shared) {
  output_socket.register_nb_transport_fw(this, &WritePort::from_output);
  mover_socket.register_nb_transport_fw(this, &WritePort::from_mover);
  socket.register_nb_transport_bw(this, &WritePort::answered);
}

void WritePort::release(Cycle cycle) {
  asked_ = kNever;
  open_from_ = cycle + shared_.timing.write_port;
  output->changed();
}

Cycle WritePort::quiet_from() const { return output->quiet_from(); }

void WritePort::output_answered() { mover->changed(); }

tlm::tlm_sync_enum WritePort::from_output(Payload& payload, tlm::tlm_phase& phase,
                                          sc_core::sc_time& delay) {
  return socket->nb_transport_fw(payload, phase, delay);
}

tlm::tlm_sync_enum WritePort::from_mover(Payload& payload, tlm::tlm_phase& phase,
                                         sc_core::sc_time& delay) {
  mover_owns_ = true;
  return socket->nb_transport_fw(payload, phase, delay);
}

tlm::tlm_sync_enum WritePort::answered(Payload& payload, tlm::tlm_phase& phase,
                                       sc_core::sc_time& delay) {
  if (!mover_owns_) return output_socket->nb_transport_bw(payload, phase, delay);
  if (phase == tlm::BEGIN_RESP) mover_owns_ = false;
  return mover_socket->nb_transport_bw(payload, phase, delay);
}

}  // namespace tercet
