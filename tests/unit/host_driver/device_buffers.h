// SPDX-License-Identifier: Apache-2.0
// A command's three buffers in device memory, with guard bytes around each.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "host_driver/command_port.h"
#include "host_driver/packing.h"
#include "host_driver/transport.h"

namespace tercet {

/// Inputs of a random product, and what it must give.
struct Problem {
  int64_t m;
  int64_t n;
  int64_t k;
  std::vector<int8_t> q;          ///< [m][k]
  std::vector<int8_t> trits;      ///< [n][k]
  std::vector<int32_t> expected;  ///< [m][n]

  /// The matrix, called "w". It reads from here.
  WeightMatrix w() const { return WeightMatrix::from_trits("w", n, k, trits.data()); }
};

/// Uniform in -128..127 and -1..1; reproducible.
Problem random_problem(int64_t m, int64_t n, int64_t k, uint64_t seed);
/// All activations `activation`, all weights `weight`.
Problem constant_problem(int64_t m, int64_t n, int64_t k, int8_t activation, int8_t weight);

/// Lays a problem out at `base`: fills the region with guard bytes, then packs activations and
/// weights into it. Buffers start a beat after each other's guards, so bursts meet page ends.
class DeviceBuffers {
 public:
  DeviceBuffers(Transport& transport, const tercet_config& machine, const Problem& problem,
                Packing packing, int64_t m_tile, uint64_t base = 4096);

  const Gemm& gemm() const { return gemm_; }
  uint64_t end() const { return base_ + image_.size(); }

  /// Empty if the outputs are right and every other byte of the region is as it was; otherwise
  /// what is wrong.
  std::string check_done() const;
  /// Empty if no byte of the region changed.
  std::string check_untouched() const;
  /// The whole region as it is now.
  std::vector<uint8_t> read() const;

 private:
  Transport& transport_;
  const tercet_config& machine_;
  const Problem& problem_;
  uint64_t base_;
  Gemm gemm_;
  std::vector<uint8_t> image_;  // the region as it was before the command
};

/// Runs `problem` as one command and returns what is wrong; empty if nothing is.
std::string run(CommandPort& driver, const Problem& problem, Packing packing, int64_t m_tile);

}  // namespace tercet
