// SPDX-License-Identifier: Apache-2.0
// How to build a Verilated machine.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/timed_device.h"
#include "sim/trace/trace_sink.h"
#include "sim/verilated/axi_stalls.h"
#include "tercet_hw.h"

namespace tercet {

/// Cycles [first, last) are written to an FST waveform file. An empty file name: no trace.
struct TraceOptions {
  std::string file;
  uint64_t first = 0;
  uint64_t last = UINT64_MAX;
};

struct VerilatedOptions {
  uint64_t memory_bytes = uint64_t{1} << 30;
  std::string timing = "ideal";  ///< machine_dram()
  AxiOptions axi;
  TraceOptions trace;
  TraceSink* slices = nullptr;  ///< of a timeline; must outlive the device
};

/// Names of the machines that this build contains as RTL.
const std::vector<std::string>& verilated_machines();

/// The RTL of `machine`, out of reset. Throws Error if this build does not contain it.
std::unique_ptr<TimedDevice> make_verilated_device(const tercet_config& machine,
                                                   const VerilatedOptions& options);

}  // namespace tercet
