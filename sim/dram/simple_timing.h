// SPDX-License-Identifier: Apache-2.0
// Memories without banks: an ideal one, and one with a bandwidth and a latency.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/dram/memory_timing.h"
#include "tercet_hw.h"

namespace tercet {

/// Answers everything after a fixed latency; only the bus limits the rate.
class IdealTiming : public MemoryTiming {
 public:
  static constexpr uint64_t kLatency = 4;  ///< cycles

  uint64_t request(uint64_t address, uint32_t bytes, bool write, uint64_t cycle) override;
};

/// One data bus shared by reads and writes, and a latency that overlaps it.
class BandwidthTiming : public MemoryTiming {
 public:
  /// `bytes_per_cycle` > 0; `latency` in cycles, >= 1. Throws Error otherwise.
  BandwidthTiming(double bytes_per_cycle, uint64_t latency);

  uint64_t request(uint64_t address, uint32_t bytes, bool write, uint64_t cycle) override;

 private:
  double cycles_per_byte_;
  uint64_t latency_;
  double bus_free_ = 0.0;  // cycle in which the data bus has moved all it was asked to
};

/// A memory by its data sheet.
struct MemoryPreset {
  const char* name;
  double peak_gb_per_s;  ///< 1e9 bytes a second
  double latency_ns;     ///< idle read, from the machine's port and back
  const char* source;
};

/// All presets.
const std::vector<MemoryPreset>& memory_presets();

/// The timing called `name`: "ideal", "dram" (the preset that the machine's configuration names) or
/// a preset's name. Throws Error listing the names otherwise.
std::unique_ptr<MemoryTiming> make_timing(const std::string& name, const tercet_config& machine);

}  // namespace tercet
