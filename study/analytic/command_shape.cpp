// SPDX-License-Identifier: Apache-2.0
// Sizes from the machine's configuration and the command's registers.
#include "study/analytic/command_shape.h"

#include <algorithm>
#include <cmath>

#include "host_driver/layout.h"
#include "sim/systemc/timing_table.h"

namespace tercet {
namespace {

/// Columns whose weights are in a beat of 8 * Rows bits.
double columns_a_beat(const Gemm& gemm, const ElementFormat& format) {
  if (format.weight_bits == 0) return static_cast<double>(columns_per_beat(gemm.packing));
  return 8.0 / static_cast<double>(format.weight_bits);
}

}  // namespace

CommandShape::CommandShape(const tercet_config& machine, const Gemm& gemm,
                           const ElementFormat& format)
    : n_tiles(static_cast<double>(tercet::n_tiles(machine, gemm.n))),
      k_tiles(static_cast<double>(tercet::k_tiles(machine, gemm.k))),
      passes(static_cast<double>(divide_up(gemm.m, gemm.m_tile))),
      rows(static_cast<double>(std::min(gemm.m, gemm.m_tile))),
      last_rows(static_cast<double>(gemm.m) - (passes - 1) * rows),
      ports(machine.axi_ports),
      token_beats(static_cast<double>(format.activation_bytes)),
      tile_beats(machine.cols / columns_a_beat(gemm, format)),
      pass_beats(std::ceil(n_tiles * k_tiles * machine.cols / columns_a_beat(gemm, format))),
      row_output_beats(static_cast<double>(machine.cols) * sizeof(int32_t) / machine.axi_bytes),
      burst(machine.max_burst_beats),
      outstanding(machine.max_outstanding_reads),
      fifo(std::min<double>(machine.weight_fifo_beats, burst * outstanding)),
      group(std::ceil(TimingTable{}.group_columns / columns_a_beat(gemm, format))),
      sram(machine.act_sram_beats),
      tree(tree_registers(format, machine)) {
  held = 2 * tile_beats + group * ports;
}

double CommandShape::pass_bursts() const { return std::ceil(pass_beats / burst); }

double CommandShape::beats_of(double bursts) const {
  const double whole = std::floor(bursts / pass_bursts());
  return whole * pass_beats + std::min(pass_beats, (bursts - whole * pass_bursts()) * burst);
}

double CommandShape::bursts_before(double beat) const {
  const double whole = std::floor(beat / pass_beats);
  return whole * pass_bursts() + std::floor((beat - whole * pass_beats) / burst);
}

}  // namespace tercet
