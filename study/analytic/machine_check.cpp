// SPDX-License-Identifier: Apache-2.0
// The rules of scripts/hwgen/config.py, for machines that exist in a sweep only.
#include "study/analytic/machine_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace tercet {
namespace {

constexpr uint32_t kPage = 4096;  // an AXI burst may not cross it
constexpr uint32_t kMaxBeat = 128;
constexpr uint32_t kColumnGroup = 8;  // columns that load at a time

std::string power_fault(const tercet_config& m) {
  const std::pair<const char*, uint32_t> numbers[] = {
      {"rows", m.rows},
      {"cols", m.cols},
      {"tokens", m.tokens},
      {"axi_bytes", m.axi_bytes},
      {"axi_ports", m.axi_ports},
      {"act_sram_bytes", m.act_sram_bytes},
      {"weight_fifo_beats", m.weight_fifo_beats},
      {"max_burst_beats", m.max_burst_beats},
      {"max_outstanding_reads", m.max_outstanding_reads}};
  for (const auto& [name, value] : numbers) {
    if (value == 0 || (value & (value - 1)) != 0) {
      return fmt::format("[power-of-two] {} = {} must be a power of two", name, value);
    }
  }
  return "";
}

}  // namespace

void derive(tercet_config* machine) {
  machine->act_sram_beats = machine->act_sram_bytes / std::max(machine->axi_bytes, 1U);
  const uint64_t longest = uint64_t{machine->act_sram_beats} * machine->rows;
  machine->k_max = static_cast<uint32_t>(std::min<uint64_t>(TERCET_MAX_CMD_K, longest));
  machine->geometry = 0;
  machine->config_hash = 0;
}

std::string machine_fault(const tercet_config& m) {
  const std::string power = power_fault(m);
  if (!power.empty()) return power;
  if (m.rows != m.axi_bytes) {
    return fmt::format("[rows-is-beat] rows = {} must equal axi_bytes = {}", m.rows, m.axi_bytes);
  }
  if (m.cols % kColumnGroup != 0) {
    return fmt::format("[cols-of-eight] cols = {} must be a multiple of {}", m.cols, kColumnGroup);
  }
  if (m.axi_bytes > kMaxBeat) {
    return fmt::format("[beat-limit] axi_bytes = {} is over AXI4's {}", m.axi_bytes, kMaxBeat);
  }
  if (m.axi_bytes < kColumnGroup) {
    return fmt::format("[beat-planes] axi_bytes = {} must hold {} bit planes of whole bytes",
                       m.axi_bytes, kColumnGroup);
  }
  if (m.act_sram_bytes < m.tokens * m.axi_bytes) {
    return fmt::format("[sram-holds-tile] act_sram_bytes = {} must hold a beat for each of {}",
                       m.act_sram_bytes, m.tokens);
  }
  if (m.weight_fifo_beats < 2 * m.max_burst_beats) {
    return fmt::format("[fifo-two-bursts] weight_fifo_beats = {} must hold two bursts of {}",
                       m.weight_fifo_beats, m.max_burst_beats);
  }
  if (m.max_burst_beats * m.axi_bytes > kPage) {
    return fmt::format("[burst-page] max_burst_beats * axi_bytes = {} is over {}",
                       m.max_burst_beats * m.axi_bytes, kPage);
  }
  if (m.tokens > TERCET_MAX_CMD_MTILE) {
    return fmt::format("[tile-register] tokens = {} does not fit CMD_MTILE", m.tokens);
  }
  if (m.clock_mhz == 0) return "[clock] clock_mhz = 0 must be over 0";
  return "";
}

}  // namespace tercet
