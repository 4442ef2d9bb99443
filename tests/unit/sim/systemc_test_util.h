// SPDX-License-Identifier: Apache-2.0
// Random matrix products and what a device makes of them.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "host_driver/driver.h"
#include "host_driver/packing.h"
#include "sim/systemc/systemc_device.h"
#include "sim/trace/trace_sink.h"

namespace tercet {

/// A command with the bytes of its operands.
struct GemmCase {
  Gemm gemm;
  std::vector<uint8_t> activations;
  std::vector<uint8_t> weights;
};

/// What came out, with guard bytes before and after it.
struct GemmResult {
  std::vector<uint8_t> outputs;
  Counters counters{};
  uint64_t cycles = 0;
  bool operator==(const GemmResult& other) const {
    return outputs == other.outputs && counters == other.counters && cycles == other.cycles;
  }
};

/// "host", "dma read" and so on.
inline const char* trace_track_name(TraceTrack track) {
  static constexpr const char* kNames[kTraceTracks] = {"host", "dma read", "dma write", "array",
                                                       "output"};
  return kNames[static_cast<size_t>(track)];
}

constexpr uint64_t kGuard = 4096;  // bytes

/// M up to three token tiles, tails in each dimension, both packings, any alignment to a beat.
inline GemmCase random_gemm(const tercet_config& machine, std::mt19937_64& rng) {
  const auto below = [&rng](int64_t n) {
    return static_cast<int64_t>(rng() % static_cast<uint64_t>(n));
  };
  GemmCase c;
  Gemm& g = c.gemm;
  g.m = below(4) == 0 ? 1 + below(4) : 1 + below(3 * machine.tokens);
  g.n = 1 + below(4 * machine.cols);
  g.k = 1 + below(below(5) == 0 ? 20 * machine.rows : 6 * machine.rows);
  const int64_t most = max_m_tile(machine, g.k);
  g.m_tile = below(2) == 0 ? most : 1 + below(most);
  g.packing = below(2) == 0 ? Packing::kTwoBit : Packing::kTrit5;
  const auto place = [&](uint64_t from) {
    return divide_up(static_cast<int64_t>(from), kGuard) * kGuard +
           static_cast<uint64_t>(below(3) * below(64)) * machine.axi_bytes;
  };
  c.activations.resize(static_cast<size_t>(activation_beats(machine, g.m, g.k)) * machine.rows);
  for (uint8_t& byte : c.activations) {
    byte = static_cast<uint8_t>(below(8) == 0 ? 0x80 : below(256));
  }
  std::vector<int8_t> trits(static_cast<size_t>(g.n * g.k));
  for (int8_t& trit : trits) trit = static_cast<int8_t>(below(3) - 1);
  c.weights =
      pack_weights(machine, g.packing, WeightMatrix::from_trits("w", g.n, g.k, trits.data()));
  g.activations = place(kGuard);
  g.weights = place(g.activations + c.activations.size());
  g.outputs = place(g.weights + c.weights.size() + kGuard);
  return c;
}

inline void load(Transport& device, const GemmCase& c) {
  device.mem_write(c.gemm.activations, c.activations.data(), c.activations.size());
  if (!c.weights.empty()) {  // else they are generated
    device.mem_write(c.gemm.weights, c.weights.data(), c.weights.size());
  }
}

inline GemmResult run_gemm(Driver& driver, const GemmCase& c) {
  Transport& device = driver.transport();
  load(device, c);
  const auto bytes = static_cast<size_t>(output_bytes(driver.machine(), c.gemm.m, c.gemm.n));
  GemmResult result;
  result.outputs.assign(bytes + 2 * kGuard, 0xa5);
  device.mem_write(c.gemm.outputs - kGuard, result.outputs.data(), result.outputs.size());
  driver.clear_counters();
  const uint64_t start = device.cycle();
  driver.wait(driver.start(c.gemm));
  result.cycles = device.cycle() - start;
  result.counters = driver.read_counters();
  device.mem_read(c.gemm.outputs - kGuard, result.outputs.data(), result.outputs.size());
  return result;
}

inline SystemcOptions systemc_options(const char* memory = "ideal") {
  SystemcOptions options;
  options.memory_bytes = uint64_t{1} << 26;
  options.timing = memory;
  return options;
}

}  // namespace tercet
