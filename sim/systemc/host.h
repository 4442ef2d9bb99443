// SPDX-License-Identifier: Apache-2.0
// The host's end of the register bus and of the interrupt line.
#pragma once

#include <tlm.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <systemc>

#include "host_driver/transport.h"

namespace tercet {

/// Lives outside simulated time: it is called between two runs of the kernel.
class Host : public sc_core::sc_module {
 public:
  explicit Host(const sc_core::sc_module_name& name);

  tlm_utils::simple_initiator_socket<Host> socket;
  sc_core::sc_in<bool> irq;

  /// One register access. Adds its duration to `delay`.
  BusResponse access(bool write, uint32_t offset, uint32_t* value, sc_core::sc_time* delay);

  /// Whether a rising interrupt line pauses the kernel.
  void pause_on_irq(bool pause) { pause_ = pause; }

 private:
  void on_irq();

  bool pause_ = false;
};

}  // namespace tercet
