// SPDX-License-Identifier: Apache-2.0
// Sizes from the machine's configuration and the command's registers.
#include "sim/analytic/command_shape.h"

#include <algorithm>
#include <cmath>

#include "sim/systemc/timing_table.h"
#include "tercet/layout.h"

namespace tercet {

CommandShape::CommandShape(const tercet_config& machine, const Gemm& gemm)
    : n_tiles(static_cast<double>(tercet::n_tiles(machine, gemm.n))),
      k_tiles(static_cast<double>(tercet::k_tiles(machine, gemm.k))),
      passes(static_cast<double>(divide_up(gemm.m, gemm.m_tile))),
      rows(static_cast<double>(std::min(gemm.m, gemm.m_tile))),
      last_rows(static_cast<double>(gemm.m) - (passes - 1) * rows),
      ports(machine.axi_ports),
      tile_beats(static_cast<double>(machine.cols) /
                 static_cast<double>(columns_per_beat(gemm.packing))),
      pass_beats(static_cast<double>(weight_beats(machine, gemm.packing, gemm.n, gemm.k))),
      row_output_beats(static_cast<double>(machine.cols) * sizeof(int32_t) / machine.axi_bytes),
      burst(machine.max_burst_beats),
      outstanding(machine.max_outstanding_reads),
      fifo(std::min<double>(machine.weight_fifo_beats, burst * outstanding)),
      group(std::ceil(static_cast<double>(TimingTable{}.group_columns) /
                      static_cast<double>(columns_per_beat(gemm.packing)))),
      sram(machine.act_sram_beats) {
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
