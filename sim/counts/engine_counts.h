// SPDX-License-Identifier: Apache-2.0
// What the machine's units did: the counts of an energy ledger, from the RTL and from SystemC
// alike.
#pragma once

#include <array>
#include <cstdint>
#include <string>

namespace tercet {

/// Since power-on, of commands that completed: read them when the machine is idle. Commands that an
/// error or a reset dropped may be counted in part, and not in the same part by every machine.
struct EngineCounts {
  uint64_t tokens = 0;              ///< token x weight tile: vectors that entered the array
  uint64_t lanes_added = 0;         ///< weight +1, counted for each token that met it
  uint64_t lanes_subtracted = 0;    ///< weight -1
  uint64_t input_toggles = 0;       ///< bits of the array's input unlike those of the token before
  uint64_t accumulator_reads = 0;   ///< rows of Cols sums, to be added to
  uint64_t accumulator_writes = 0;  ///< rows
  uint64_t accumulator_drains = 0;  ///< rows read by the output stage
  uint64_t two_bit_beats = 0;       ///< weight beats decoded
  uint64_t trit5_beats = 0;
  uint64_t group_loads = 0;        ///< eight columns (a port) into a tile register
  uint64_t weight_beats = 0;       ///< on the bus, into the weight FIFO
  uint64_t activation_beats = 0;   ///< on the bus, into the activation SRAM
  uint64_t output_beats = 0;       ///< on the bus
  uint64_t mover_beats = 0;        ///< on the bus, read and written for the control core
  uint64_t core_instructions = 0;  ///< that the control core has retired
  uint64_t read_bursts = 0;
  uint64_t write_bursts = 0;

  uint64_t lanes_used() const { return lanes_added + lanes_subtracted; }
};

/// A count's name in JSON, and where it is.
struct EngineCountField {
  const char* name;
  uint64_t EngineCounts::*member;
};
constexpr size_t kEngineCountFields = 17;
const std::array<EngineCountField, kEngineCountFields>& engine_count_fields();

EngineCounts operator-(const EngineCounts& a, const EngineCounts& b);
EngineCounts& operator+=(EngineCounts& a, const EngineCounts& b);
bool operator==(const EngineCounts& a, const EngineCounts& b);

/// "lanes_added: 5 and 6" of the first count that differs; empty if none does.
std::string first_difference(const EngineCounts& a, const EngineCounts& b);

}  // namespace tercet
