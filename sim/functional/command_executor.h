// SPDX-License-Identifier: Apache-2.0
// Executes commands on device memory, beat by beat and in plain loops.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "host_driver/layout.h"
#include "sim/functional/command.h"
#include "sim/functional/memory_bus.h"

namespace tercet {

/// The counters that do not depend on time.
struct WorkCounts {
  uint64_t array_active = 0;
  uint64_t tiles = 0;
  uint64_t weight_beats = 0;
  uint64_t act_beats = 0;
  uint64_t output_beats = 0;
};

/// One machine's datapath. Borrows the bus.
class CommandExecutor {
 public:
  CommandExecutor(const tercet_config& machine, MemoryBus& bus);

  /// Runs a command that check_command accepts. Returns TERCET_ERR_NONE or the first bus error;
  /// what was written before it stays.
  uint32_t run(const Command& command, WorkCounts* work);

 private:
  void start_weights(const Command& command);
  const int8_t* next_column(WorkCounts* work);
  void decode_beat(const uint8_t* beat);
  void multiply(const Command& command, uint32_t tokens, WorkCounts* work);
  void store(const Command& command, uint32_t n0, uint32_t tokens, uint64_t* address,
             WorkCounts* work);

  const tercet_config& machine_;
  MemoryBus& bus_;
  std::array<std::array<int8_t, 5>, 256> trits_;  // of each trit5 code
  std::vector<int8_t> activations_;               // [k_tile][token][Rows] of this m_tile
  std::vector<int32_t> sums_;                     // [token][Cols]
  Packing packing_ = Packing::kTwoBit;
  uint64_t weight_address_ = 0;  // of the next beat
  std::vector<int8_t> columns_;  // [columns a beat][Rows] of the last beat
  int64_t next_column_ = 0;      // in columns_
};

}  // namespace tercet
