// SPDX-License-Identifier: Apache-2.0
// The ternary array: multiplies a weight tile with the tokens that stream past it.
#pragma once

#include <cstdint>
#include <systemc>
#include <vector>

#include "sim/counts/engine_counts.h"
#include "sim/systemc/kernel.h"
#include "sim/systemc/shared.h"

namespace tercet {

class Accum;
class ActBuffer;
class WeightStream;

/// One weight tile's worth of work.
struct TileWork {
  uint64_t tile = 0;        ///< of the weight stream
  uint64_t first_beat = 0;  ///< of the activations: the first token's
  uint32_t tokens = 0;
  uint32_t rows = 0;  ///< that count: Rows, but for the last k_tile
  uint32_t bank = 0;
  bool first = false;  ///< starts new sums
};

/// Also the array of a baseline, which multiplies by multiply_dense().
/// Combinational but for its registers, whose latency is part of TimingTable::job: no process.
class Array : public sc_core::sc_module {
 public:
  Array(const sc_core::sc_module_name& name, const Shared& shared);

  Accum* accum = nullptr;
  ActBuffer* act_buffer = nullptr;
  WeightStream* weight_stream = nullptr;

  void fire(const TileWork& work);

  /// Of array and accumulators, as far as tiles have been fired.
  EngineCounts counts;

 private:
  void fire_dense(const TileWork& work, const uint8_t* columns);
  void count(const TileWork& work, const uint8_t* columns);
  void count_toggles(const uint8_t* planes, uint64_t tokens);
  TileTokens masked(const TileTokens& tokens, uint64_t count, uint32_t rows);

  const Shared& shared_;
  std::vector<uint8_t> last_planes_;    // of the last token, [8][rows / 8]; a baseline's bytes
  uint64_t dense_toggles_ = 0;          // bits, of wider activations than the counts' unit
  std::vector<uint8_t> masked_planes_;  // [tokens][8][rows / 8]
  std::vector<uint8_t> masked_biased_;  // [tokens][rows]
};

}  // namespace tercet
