// SPDX-License-Identifier: Apache-2.0
// All that a machine did in a stretch of work: what a ledger multiplies with a profile.
#pragma once

#include <cstdint>

#include "sim/counts/engine_counts.h"
#include "sim/dram/dram_config.h"
#include "sim/dram/dram_stats.h"
#include "study/energy/host_floats.h"
#include "tercet_hw.h"

namespace tercet {

/// The part of DramStats that energy is made of.
struct DramActivity {
  uint64_t activates = 0;
  uint64_t reads = 0;   ///< bursts
  uint64_t writes = 0;  ///< bursts
  uint64_t refreshes = 0;
  uint64_t channel_cycles = 0;  ///< of the command clock, summed over channels
  uint64_t open_cycles = 0;     ///< of these, with a row open
};
DramActivity dram_activity(const DramStats& stats);
DramActivity operator-(DramActivity a, const DramActivity& b);
DramActivity& operator+=(DramActivity& a, const DramActivity& b);
bool operator==(const DramActivity& a, const DramActivity& b);

struct MachineActivity {
  EngineCounts engine;
  DramActivity dram;
  FloatCounts host;
  HostBytes host_memory;
  double products = 0.0;  ///< weights x tokens, without padding
  double cycles = 0.0;    ///< of the machine's clock
  /// Lanes with a weight that is not 0, each times the bits of the array's input that changed for
  /// its token: known product by product, so a mean over each product's lanes.
  double used_toggles = 0.0;
};
MachineActivity& operator+=(MachineActivity& a, const MachineActivity& b);
/// What the machine did in `a` and not in `b`; the host's part is a's.
MachineActivity operator-(MachineActivity a, const MachineActivity& b);

/// `used_toggles` of one product.
double used_toggles(const EngineCounts& counts);

/// Of the bits of the array's input, int8 ones, those that changed from token to token.
double input_activity(const EngineCounts& counts, const tercet_config& machine);

/// What the elements of a machine multiply; sizes as in sim/element_format.h.
enum class Elements { kTernary, kInt8, kFp16 };
const char* elements_name(Elements elements);  ///< "ternary", "int8", "fp16"

/// A machine as the ledger sees it.
struct EnergyMachine {
  tercet_config machine;
  DramConfig dram;
  Elements elements = Elements::kTernary;
  double seconds(double cycles) const { return cycles / (machine.clock_mhz * 1e6); }
  double activation_bytes() const { return elements == Elements::kFp16 ? 2.0 : 1.0; }
  double weight_bits() const;  ///< of a weight in a tile register
  double sum_bytes() const;    ///< of an accumulator
};

}  // namespace tercet
