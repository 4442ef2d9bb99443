// SPDX-License-Identifier: Apache-2.0
// Every machine that a driver test runs on.
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "sim/dram/memory_fault.h"
#include "sim/verilated/axi_options.h"
#include "tercet/layout.h"
#include "tercet/transport.h"

namespace tercet {

enum class BackendKind : uint8_t { kFunctional, kSystemc, kRtl };

/// A machine, and how its memory behaves.
struct Backend {
  BackendKind kind = BackendKind::kFunctional;
  std::string config;
  StallMode stalls = StallMode::kNone;
  std::string timing = "ideal";

  const tercet_config& machine() const { return find_machine(config); }
  std::unique_ptr<Transport> make(const std::vector<MemoryFault>& faults = {}) const;
  /// "rtl_edge_random_ideal".
  std::string name() const;
};

std::ostream& operator<<(std::ostream& out, const Backend& backend);

/// Functional and SystemC machines always; in builds with RTL each of its machines under each stall
/// mode. Those that know time also with the memory of their configuration.
std::vector<Backend> all_backends();

/// One of each machine, without stalls.
std::vector<Backend> plain_backends();

}  // namespace tercet
