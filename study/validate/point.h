// SPDX-License-Identifier: Apache-2.0
// One command of a grid on every backend: bytes, cycles, counters, wall time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "host_driver/command_port.h"
#include "host_driver/firmware_image.h"
#include "sim/systemc/timing_table.h"
#include "study/analytic/analytic_model.h"
#include "study/validate/grid.h"

namespace tercet {

/// What a simulator made of a command. Each runs it as the first one of a fresh device, so that a
/// row depends on no other row.
struct SimulatorRun {
  /// The first byte that is not what the reference gives, empty if there is none. Compared are the
  /// outputs, the columns past N, which must stay as they were, and a page before and after.
  std::string difference;
  Counters counters{};
  uint64_t driver_cycles = 0;  ///< the host begins with the command -> it knows that it is done
  uint64_t boot_cycles = 0;    ///< the host begins to load the firmware -> ready; 0 without one
  double seconds = 0.0;        ///< wall, for the same and reading the outputs
};

struct PointResult {
  GridPoint point;
  std::optional<SimulatorRun> rtl;  ///< absent: this build has no RTL of the machine
  SimulatorRun systemc;
  bool by_firmware = false;
  AnalyticGemm analytic;
  double analytic_seconds = 0.0;   ///< wall
  double reference_seconds = 0.0;  ///< wall

  bool bytes_equal() const {
    return systemc.difference.empty() && (!rtl.has_value() || rtl->difference.empty());
  }
  /// Of RTL and SystemC; true without RTL.
  bool counters_equal() const { return !rtl.has_value() || rtl->counters == systemc.counters; }
  bool driver_cycles_equal() const {
    return !rtl.has_value() ||
           (rtl->driver_cycles == systemc.driver_cycles && rtl->boot_cycles == systemc.boot_cycles);
  }
};

struct PointOptions {
  std::function<void()> poll = [] {};     ///< called often; what it throws ends the point
  TimingTable systemc_timing;             ///< another one shows what the comparison sees
  std::optional<FirmwareImage> firmware;  ///< serves the command; absent: the host starts it
};

/// Random weights (four in ten are 0) and activations, the same for equal M, N and K, through all
/// backends. Throws Error naming the point if a machine fails.
PointResult run_point(const GridPoint& point, const PointOptions& options);

}  // namespace tercet
