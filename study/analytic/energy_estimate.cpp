// SPDX-License-Identifier: Apache-2.0
// Counts from shapes.
#include "study/analytic/energy_estimate.h"

#include <cmath>

#include "study/analytic/command_run.h"

namespace tercet {
namespace {

constexpr double kGroupColumns = 8;

uint64_t whole(double value) { return static_cast<uint64_t>(std::llround(value)); }

EngineCounts engine_counts(const AnalyticModel& model, const Gemm& gemm,
                           const DataStatistics& data) {
  const tercet_config& m = model.machine();
  const CommandShape shape(m, gemm, model.format());
  const bool ternary = model.format().weight_bits == 0;
  const double products =
      static_cast<double>(gemm.m) * static_cast<double>(gemm.n) * static_cast<double>(gemm.k);
  EngineCounts c;
  c.tokens = whole(shape.tokens() * shape.n_tiles * shape.k_tiles);
  if (ternary) {
    c.lanes_added = whole(products * (1.0 - data.zeros) / 2.0);
    c.lanes_subtracted = whole(products * (1.0 - data.zeros)) - c.lanes_added;
  }
  c.input_toggles = whole(static_cast<double>(c.tokens) * m.rows * 8.0 * data.toggles);
  c.accumulator_writes = c.tokens;
  c.accumulator_drains = whole(shape.tokens() * shape.n_tiles);
  c.accumulator_reads = c.tokens - c.accumulator_drains;
  c.weight_beats = whole(shape.weights());
  const bool trit5 = ternary && gemm.packing == Packing::kTrit5;
  (trit5 ? c.trit5_beats : c.two_bit_beats) = c.weight_beats;
  c.group_loads = whole(shape.passes * shape.n_tiles * shape.k_tiles * m.cols / kGroupColumns);
  c.activation_beats = whole(shape.activations());
  c.output_beats = whole(shape.outputs());
  c.read_bursts =
      whole(shape.passes * shape.pass_bursts() + std::ceil(shape.activations() / shape.burst));
  c.write_bursts = whole(shape.passes * shape.n_tiles *
                         std::ceil(shape.rows * shape.row_output_beats / shape.burst));
  return c;
}

/// Each row of the linear streams opens once; a refresh closes the open ones, which read on.
DramActivity dram_of(const DramConfig& dram, const EngineCounts& counts, double axi_bytes,
                     double seconds) {
  DramActivity d;
  if (dram.fixed_latency != 0) return d;
  const double read =
      static_cast<double>(counts.weight_beats + counts.activation_beats) * axi_bytes;
  const double written = static_cast<double>(counts.output_beats) * axi_bytes;
  const double dram_cycles = seconds * dram.clock_khz * 1e3;
  const double refreshes = std::floor(dram_cycles / dram.timing.refi);
  const double channels = dram.org.channels;
  d.reads = whole(read / dram.org.burst_bytes);
  d.writes = whole(written / dram.org.burst_bytes);
  d.refreshes = whole(refreshes * channels);
  d.activates =
      whole((read + written) / dram.org.row_bytes + refreshes * channels * dram.org.spread_groups);
  d.channel_cycles = whole(dram_cycles * channels);
  const double closed = refreshes * (dram.timing.rfc + dram.timing.rp_ab) * channels;
  d.open_cycles = whole(std::max(0.0, dram_cycles * channels - closed));
  return d;
}

}  // namespace

EnergyMachine energy_machine(const AnalyticModel& model, const DramConfig& dram) {
  return {model.machine(), dram, model.format()};
}

MachineActivity estimate_activity(const AnalyticModel& model, const DramConfig& dram,
                                  const std::vector<Gemm>& commands, int64_t repeats, double cycles,
                                  const DataStatistics& data) {
  MachineActivity activity;
  activity.cycles = cycles;
  for (const Gemm& gemm : commands) {
    const EngineCounts counts = engine_counts(model, gemm, data);
    for (const auto& [name, member] : engine_count_fields()) {
      activity.engine.*member += counts.*member * static_cast<uint64_t>(repeats);
    }
    activity.used_toggles += used_toggles(counts) * static_cast<double>(repeats);
    activity.products += static_cast<double>(gemm.m) * static_cast<double>(gemm.n) *
                         static_cast<double>(gemm.k) * static_cast<double>(repeats);
  }
  const tercet_config& m = model.machine();
  activity.dram = dram_of(dram, activity.engine, m.axi_bytes, cycles / (m.clock_mhz * 1e6));
  return activity;
}

}  // namespace tercet
