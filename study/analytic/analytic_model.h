// SPDX-License-Identifier: Apache-2.0
// Cycles of commands from formulas: nothing is simulated, a 70B model takes microseconds.
#pragma once

#include <cstdint>
#include <vector>

#include "host_driver/driver.h"
#include "sim/dram/dram_config.h"
#include "sim/element_format.h"
#include "study/analytic/memory_flow.h"
#include "tercet_hw.h"

namespace tercet {

/// One command on an idle machine. Cycles are the machine's; docs/analytic.md has the formulas.
struct AnalyticGemm {
  /// The LAST_CYCLES counter: from the cycle in which dispatch accepts the command to that of its
  /// last write response, both included. CYCLES_BUSY of the command alone is one less.
  double cycles = 0;

  // The roofs: what each engine needs if it never waits.
  double compute = 0;      ///< tokens through the array, one a cycle
  double weights = 0;      ///< weight beats on the read channel
  double activations = 0;  ///< activation beats on the read channel
  double drain = 0;        ///< output beats on the write channel, and the gaps between n_tiles
  double dram = 0;         ///< all beats on the DRAM's data buses, and refreshes

  // The time line, from the acceptance on.
  double startup = 0;   ///< the first token enters the array
  double computed = 0;  ///< the last one has left it
  double fetched = 0;   ///< the last read burst is requested: the next command's may begin
  double tail = 0;      ///< from `computed` to the end

  // The counters of docs/registers.md, exact.
  uint64_t tiles = 0;
  uint64_t array_active = 0;
  uint64_t weight_beats = 0;
  uint64_t activation_beats = 0;
  uint64_t output_beats = 0;

  uint64_t read_beats() const { return weight_beats + activation_beats; }

  /// The highest roof: "compute", "read bus", "outputs" or "dram"; "latency" if start-up and tail
  /// are longer than all of them.
  const char* bound_by = "";
};

/// A machine with a memory. Commands must be ones that the machine accepts; where their buffers lie
/// makes no difference.
class AnalyticModel {
 public:
  /// Cycle in which the first command is accepted that a fresh driver starts on a fresh machine.
  /// (Within a few cycles; the bits of M count.)
  static constexpr double kFirstStart = 121;

  /// Throws Error naming the preset if `dram` cannot be one.
  AnalyticModel(const tercet_config& machine, const DramConfig& dram,
                const ElementFormat& format = kTernary);

  /// `start`: the machine's cycle in which the command is accepted. It matters because refreshes
  /// come at multiples of tREFI after power-on.
  AnalyticGemm gemm(const Gemm& command, double start = kFirstStart) const;

  /// Cycles of a list of commands, gone through `repeats` times, from the first one's acceptance to
  /// the last one's write response: a driver that keeps two in flight, and no other host work.
  double sequence(const std::vector<Gemm>& commands, int64_t repeats = 1) const;

  const tercet_config& machine() const { return machine_; }
  const ElementFormat& format() const { return format_; }
  const MemoryRates& memory() const { return memory_; }

 private:
  AnalyticGemm mean_gemm(const Gemm& command) const;

  tercet_config machine_;
  ElementFormat format_;
  MemoryRates memory_;
};

}  // namespace tercet
