// SPDX-License-Identifier: Apache-2.0
// All that a machine and its host did in a stretch of work: what a ledger multiplies with a
// profile.
#pragma once

#include <array>
#include <cstdint>

#include "model/config.h"
#include "sim/counts/engine_counts.h"
#include "sim/dram/dram_config.h"
#include "sim/dram/dram_stats.h"
#include "sim/element_format.h"
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
/// A count's name in JSON, and where it is.
struct DramActivityField {
  const char* name;
  uint64_t DramActivity::*member;
};
inline constexpr std::array<DramActivityField, 6> kDramActivityFields = {
    {{"activates", &DramActivity::activates},
     {"reads", &DramActivity::reads},
     {"writes", &DramActivity::writes},
     {"refreshes", &DramActivity::refreshes},
     {"channel_cycles", &DramActivity::channel_cycles},
     {"open_cycles", &DramActivity::open_cycles}}};
static_assert(sizeof(DramActivity) == kDramActivityFields.size() * sizeof(uint64_t));

DramActivity dram_activity(const DramStats& stats);
DramActivity operator-(DramActivity a, const DramActivity& b);
DramActivity& operator+=(DramActivity& a, const DramActivity& b);
bool operator==(const DramActivity& a, const DramActivity& b);

/// FP32 operations. exp, sin and cos count as the polynomials they are (model/math.cpp; sines
/// are double there and counted as FP32); comparisons, conversions and bit tricks are free.
struct FloatCounts {
  double mul = 0.0;
  double add = 0.0;
  double other = 0.0;  ///< divisions and square roots
};
FloatCounts& operator+=(FloatCounts& a, const FloatCounts& b);
FloatCounts operator*(const FloatCounts& a, double factor);

/// What the host reads and writes of the machine's DRAM beside the products, in FP16.
struct HostBytes {
  double read = 0.0;     ///< embedding rows, keys and values, the head's matrix
  double written = 0.0;  ///< keys and values
};
HostBytes& operator+=(HostBytes& a, const HostBytes& b);

/// Of the same tokens as host_floats; a key is read once a token, which heads share.
HostBytes host_bytes(const ModelConfig& config, int64_t m, int64_t position);

/// Session::forward of m tokens after `position` others, logits of the last one: norms, activation
/// quantisation, dequantisation, RoPE, attention, gate, residuals, head.
FloatCounts host_floats(const ModelConfig& config, int64_t m, int64_t position);

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

/// A machine as the ledger sees it.
struct EnergyMachine {
  tercet_config machine;
  DramConfig dram;
  ElementFormat elements = kTernary;

  bool ternary() const { return elements.weight_bits == 0; }
  double seconds(double cycles) const { return cycles / (machine.clock_mhz * 1e6); }
  double activation_bytes() const { return static_cast<double>(elements.activation_bytes); }
  /// Of a weight in a tile register.
  double weight_bits() const { return ternary() ? 2.0 : static_cast<double>(elements.weight_bits); }
  /// Of an accumulator.
  double sum_bytes() const { return ternary() ? machine.acc_bits / 8.0 : sizeof(int32_t); }
};

}  // namespace tercet
