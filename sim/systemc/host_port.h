// SPDX-License-Identifier: Apache-2.0
// What the host reaches: the registers, and windows to the core's memories while the core is
// stopped.
#pragma once

#include <tlm.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <systemc>

#include "sim/systemc/shared.h"

namespace tercet {

class Mcu;
class RegArbiter;

/// rtl/control/tercet_host_port.sv behind tercet_axil.sv.
class HostPort : public sc_core::sc_module {
 public:
  HostPort(const sc_core::sc_module_name& name, const Shared& shared);

  /// 4-byte reads and writes, in the middle of the cycle in which AXI4-Lite makes the request.
  /// TLM_GENERIC_ERROR_RESPONSE stands for SLVERR. Annotates the cycles of an access and never
  /// waits.
  tlm_utils::simple_target_socket<HostPort> socket;

  Mcu* mcu = nullptr;
  RegArbiter* registers = nullptr;

 private:
  void transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  bool access(bool write, uint32_t address, uint32_t* value, Cycle* cycles);
  bool window(bool write, uint32_t address, uint32_t* value);

  const Shared& shared_;
};

}  // namespace tercet
