// SPDX-License-Identifier: Apache-2.0
// Decodes the host's addresses.
#include "sim/systemc/host_port.h"

#include <cstring>

#include "sim/systemc/mcu.h"
#include "sim/systemc/reg_arbiter.h"

namespace tercet {

HostPort::HostPort(const sc_core::sc_module_name& name, const Shared& shared)
    : sc_module(name), socket("socket"), shared_(shared) {
  socket.register_b_transport(this, &HostPort::transport);
}

void HostPort::transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  const auto address = static_cast<uint32_t>(payload.get_address());
  uint32_t value = 0;
  Cycle cycles = shared_.timing.csr_access;
  bool okay = payload.get_data_length() == sizeof(value);
  if (okay && payload.is_read()) {
    okay = access(false, address, &value, &cycles);
    std::memcpy(payload.get_data_ptr(), &value, sizeof(value));
  } else if (okay) {
    std::memcpy(&value, payload.get_data_ptr(), sizeof(value));
    okay = access(true, address, &value, &cycles);
  }
  delay += shared_.clock.period() * static_cast<double>(cycles);
  payload.set_response_status(okay ? tlm::TLM_OK_RESPONSE : tlm::TLM_GENERIC_ERROR_RESPONSE);
}

bool HostPort::access(bool write, uint32_t address, uint32_t* value, Cycle* cycles) {
  if (address >> TERCET_CSR_ADDR_BITS == 0) return registers->host_access(write, address, value);
  const bool okay = window(write, address, value);
  if (okay && !write) *cycles += shared_.timing.window_read;
  return okay;
}

bool HostPort::window(bool write, uint32_t address, uint32_t* value) {
  const uint32_t in_itcm = address ^ TERCET_HOST_ITCM_WINDOW;
  const uint32_t in_dtcm = address ^ TERCET_HOST_DTCM_WINDOW;
  if (address % sizeof(*value) != 0 || !mcu->stopped()) return false;
  rv32::Hart& memories = mcu->memories();
  if (in_itcm < TERCET_CORE_ITCM_BYTES) {
    if (write) {
      memories.write_instruction(in_itcm, *value);
    } else {
      *value = memories.read_instruction(in_itcm);
    }
    return true;
  }
  if (in_dtcm >= TERCET_CORE_DTCM_BYTES) return false;
  if (write) {
    memories.write_word(in_dtcm, *value);
  } else {
    *value = memories.read_word(in_dtcm);
  }
  return true;
}

}  // namespace tercet
