// SPDX-License-Identifier: Apache-2.0
// Every machine that a driver test runs on.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "host_driver/command_port.h"
#include "host_driver/layout.h"
#include "host_driver/transport.h"
#include "sim/dram/memory_image.h"
#include "sim/verilated/axi_stalls.h"

namespace tercet {

enum class BackendKind : uint8_t { kFunctional, kFirmware, kSystemc, kRtl, kLockstep };

/// A machine, and how its memory behaves. kLockstep is RTL and SystemC side by side: a difference
/// in an answer, a cycle or a byte is a test failure.
struct Backend {
  BackendKind kind = BackendKind::kFunctional;
  std::string config;
  StallMode stalls = StallMode::kNone;
  std::string timing = "ideal";

  const tercet_config& machine() const { return find_machine(config); }
  /// The host is to use the rings.
  bool rings = false;

  std::unique_ptr<Transport> make(const std::vector<MemoryFault>& faults = {},
                                  uint64_t memory_bytes = uint64_t{64} << 20) const;
  /// A Driver, or a FirmwareDriver.
  std::unique_ptr<CommandPort> make_port(Transport& transport, uint64_t timeout_cycles = 0) const;
  /// "rtl_edge_random_ideal".
  std::string name() const;

 private:
  std::string machine_name() const;
};

std::ostream& operator<<(std::ostream& out, const Backend& backend);

/// Functional and SystemC machines always; in builds with RTL each of its machines under each stall
/// mode. Those that know time also with the memory of their configuration.
std::vector<Backend> all_backends();

/// One of each machine, without stalls.
std::vector<Backend> plain_backends();

/// Machines that serve the rings: the reference, and those that run the firmware, RTL and SystemC
/// also in step.
std::vector<Backend> ring_backends();

/// Both lists.
std::vector<Backend> with_rings(std::vector<Backend> backends);

}  // namespace tercet
