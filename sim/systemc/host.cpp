// SPDX-License-Identifier: Apache-2.0
// Register accesses as TLM-2.0 transactions.
#include "sim/systemc/host.h"

namespace tercet {

Host::Host(const sc_core::sc_module_name& name) : sc_module(name), socket("socket"), irq("irq") {
  SC_HAS_PROCESS(Host);
  SC_METHOD(on_irq);
  sensitive << irq.pos();
  dont_initialize();
}

BusResponse Host::access(bool write, uint32_t offset, uint32_t* value, sc_core::sc_time* delay) {
  tlm::tlm_generic_payload payload;
  payload.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload.set_address(offset);
  payload.set_data_ptr(reinterpret_cast<uint8_t*>(value));
  payload.set_data_length(sizeof(*value));
  payload.set_streaming_width(sizeof(*value));
  socket->b_transport(payload, *delay);
  return payload.is_response_ok() ? BusResponse::kOkay : BusResponse::kSlverr;
}

void Host::on_irq() {
  if (pause_) sc_core::sc_pause();
}

}  // namespace tercet
