// SPDX-License-Identifier: Apache-2.0
// Fixed latency, and a data bus of a given rate.
#include "sim/dram/simple_timing.h"

#include <algorithm>
#include <cmath>

#include "tercet/model/error.h"

namespace tercet {

uint64_t IdealTiming::request(uint64_t, uint32_t, bool, uint64_t cycle) { return cycle + kLatency; }

BandwidthTiming::BandwidthTiming(double bytes_per_cycle, uint64_t latency)
    : cycles_per_byte_(1.0 / bytes_per_cycle), latency_(latency) {
  if (!std::isfinite(bytes_per_cycle) || bytes_per_cycle <= 0.0) {
    fail("memory: {} bytes a cycle must be over 0", bytes_per_cycle);
  }
  if (latency < 1) fail("memory: a latency of {} cycles must be at least 1", latency);
}

uint64_t BandwidthTiming::request(uint64_t, uint32_t bytes, bool, uint64_t cycle) {
  bus_free_ = std::max(bus_free_, static_cast<double>(cycle)) + bytes * cycles_per_byte_;
  return std::max(cycle + 1, static_cast<uint64_t>(std::ceil(bus_free_)) + latency_ - 1);
}

const std::vector<MemoryPreset>& memory_presets() {
  // Peak = transfers a second x bus bytes. Latency: tRCD + read latency + burst of the standard
  // plus 40 ns for controller, PHY and interconnect, which is an assumption.
  static const std::vector<MemoryPreset> kPresets = {
      {"lpddr4-3200", 12.8, 85.0,
       "JEDEC JESD209-4: 3200 MT/s x 32 bit; tRCD 18 ns, RL 28 x 0.625 ns, BL16 10 ns; controller "
       "40 ns assumed"},
      {"lpddr5x-8533", 68.264, 80.0,
       "JEDEC JESD209-5: 8533 MT/s x 64 bit; tRCD 18 ns, RL about 19 ns, BL16 2 ns; controller "
       "40 ns assumed"},
      {"hbm2e", 460.8, 100.0, "JEDEC JESD235: 3600 MT/s x 1024 bit; latency assumed"},
  };
  return kPresets;
}

std::unique_ptr<MemoryTiming> make_timing(const std::string& name, const tercet_config& machine) {
  if (name == "ideal") return std::make_unique<IdealTiming>();
  const std::string wanted = name == "dram" ? machine.dram : name;
  std::string known = "ideal, dram";
  for (const MemoryPreset& preset : memory_presets()) {
    if (wanted == preset.name) {
      const double cycles_per_ns = machine.clock_mhz * 1e-3;
      return std::make_unique<BandwidthTiming>(
          preset.peak_gb_per_s / cycles_per_ns,
          static_cast<uint64_t>(std::ceil(preset.latency_ns * cycles_per_ns)));
    }
    known += std::string(", ") + preset.name;
  }
  fail("memory '{}' is unknown; known: {}", name, known);
}

}  // namespace tercet
