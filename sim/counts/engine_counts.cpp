// SPDX-License-Identifier: Apache-2.0
// Arithmetic on counts, field by field.
#include "sim/counts/engine_counts.h"

#include <fmt/format.h>

namespace tercet {

const std::array<EngineCountField, kEngineCountFields>& engine_count_fields() {
  static constexpr std::array<EngineCountField, kEngineCountFields> kFields = {{
      {"tokens", &EngineCounts::tokens},
      {"lanes_added", &EngineCounts::lanes_added},
      {"lanes_subtracted", &EngineCounts::lanes_subtracted},
      {"input_toggles", &EngineCounts::input_toggles},
      {"accumulator_reads", &EngineCounts::accumulator_reads},
      {"accumulator_writes", &EngineCounts::accumulator_writes},
      {"accumulator_drains", &EngineCounts::accumulator_drains},
      {"two_bit_beats", &EngineCounts::two_bit_beats},
      {"trit5_beats", &EngineCounts::trit5_beats},
      {"group_loads", &EngineCounts::group_loads},
      {"weight_beats", &EngineCounts::weight_beats},
      {"activation_beats", &EngineCounts::activation_beats},
      {"output_beats", &EngineCounts::output_beats},
      {"mover_beats", &EngineCounts::mover_beats},
      {"core_instructions", &EngineCounts::core_instructions},
      {"read_bursts", &EngineCounts::read_bursts},
      {"write_bursts", &EngineCounts::write_bursts},
  }};
  static_assert(sizeof(EngineCounts) == kEngineCountFields * sizeof(uint64_t));
  return kFields;
}

EngineCounts operator-(const EngineCounts& a, const EngineCounts& b) {
  EngineCounts difference;
  for (const auto& [name, member] : engine_count_fields()) {
    difference.*member = a.*member - b.*member;
  }
  return difference;
}

EngineCounts& operator+=(EngineCounts& a, const EngineCounts& b) {
  for (const auto& [name, member] : engine_count_fields()) a.*member += b.*member;
  return a;
}

bool operator==(const EngineCounts& a, const EngineCounts& b) {
  return first_difference(a, b).empty();
}

std::string first_difference(const EngineCounts& a, const EngineCounts& b) {
  for (const auto& [name, member] : engine_count_fields()) {
    if (a.*member != b.*member) return fmt::format("{}: {} and {}", name, a.*member, b.*member);
  }
  return "";
}

}  // namespace tercet
