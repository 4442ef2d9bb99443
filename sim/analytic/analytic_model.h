// SPDX-License-Identifier: Apache-2.0
// Cycles of a command in closed form: no simulation, a few terms a pass over the weights.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/analytic/memory_rates.h"
#include "sim/dram/dram_config.h"
#include "sim/systemc/timing_table.h"
#include "tercet/driver.h"
#include "tercet_hw.h"

namespace tercet {

/// One command on an idle machine. Cycles are the machine's; docs/analytic.md has the formulas.
struct AnalyticGemm {
  /// The LAST_CYCLES counter: from the cycle in which dispatch accepts the command to its last
  /// write response, both included. CYCLES_BUSY is one less.
  double cycles = 0;

  // What each engine needs by itself, with no start-up: the roofs.
  double compute = 0;      ///< tokens through the array, one a cycle: ARRAY_ACTIVE
  double weights = 0;      ///< weight beats on the read channel
  double activations = 0;  ///< activation beats on the read channel
  double drain = 0;        ///< output beats on the write channel and the gaps between n_tiles
  double dram = 0;         ///< all beats on the DRAM's data bus, turnarounds and refreshes
  // What does not overlap.
  double startup = 0;   ///< accepted -> first token in the array
  double computed = 0;  ///< accepted -> last token left the array
  double fetched = 0;   ///< accepted -> last read burst is requested, the next command may start
  double tail = 0;      ///< last token -> last write response

  // The counters of docs/registers.md, exact.
  uint64_t tiles = 0;
  uint64_t array_active = 0;
  uint64_t weight_beats = 0;
  uint64_t activation_beats = 0;
  uint64_t output_beats = 0;
  uint64_t read_beats() const { return weight_beats + activation_beats; }

  const char* bound_by = "";  ///< "compute", "weights", "activations", "outputs" or "dram"
};

/// A machine with a memory. Commands must be ones that the machine accepts.
class AnalyticModel {
 public:
  /// Cycle in which a command is accepted that is the first thing a fresh driver does: refreshes
  /// come at multiples of tREFI after power-on.
  static constexpr double kFirstStart = 115;

  AnalyticModel(const tercet_config& machine, const DramConfig& dram);

  /// `start`: the machine's cycle in which the command is accepted, as refreshes are counted from
  /// cycle 0 on.
  AnalyticGemm gemm(const Gemm& command, double start = kFirstStart) const;

  /// Cycles of a list of commands, gone through `repeats` times, from the first one's acceptance to
  /// the last one's write response: a driver that keeps two in flight, and no other host work.
  double sequence(const std::vector<Gemm>& commands, int64_t repeats = 1) const;

  const tercet_config& machine() const { return machine_; }
  const MemoryRates& memory() const { return memory_; }

 private:
  tercet_config machine_;
  MemoryRates memory_;
  TimingTable timing_;
};

}  // namespace tercet
