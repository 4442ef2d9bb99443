// SPDX-License-Identifier: Apache-2.0
// Self-checks of a ledger.
#include "study/energy/ledger_check.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"

namespace tercet {
namespace {

constexpr double kTolerance = 1e-9;

void check_close(double a, double b, const std::string& what) {
  if (!std::isfinite(a) || !std::isfinite(b) ||
      std::fabs(a - b) > kTolerance * std::max(std::fabs(a), std::fabs(b))) {
    fail("energy ledger: {}: {} is not {}", what, a, b);
  }
}

void check_lines(const EnergyLedger& ledger) {
  double sum = 0.0;
  for (const LedgerLine& line : ledger.lines) {
    const std::string where = line.component + ", " + line.what;
    check_energy_row(line.row, "energy ledger: " + where + ": row '" + line.row.name + "'");
    check_close(line.joule, line.count * line.row.value * joule_per_count(line.row), where);
    if (line.count < 0.0) fail("energy ledger: {}: the count {} is below 0", where, line.count);
    sum += line.joule;
  }
  check_close(ledger.total_j, sum, "the total and the sum of the lines");
  if (!ledger.complete(EnergyLevel::kHost)) return;  // neither level nor components have figures
  check_close(ledger.total_j, ledger.joule(EnergyLevel::kHost), "the total and the last level");
  double components = 0.0;
  for (const std::string& name : ledger.components()) components += ledger.component(name);
  check_close(ledger.total_j, components, "the total and the sum of the components");
}

void check_counts(const EnergyLedger& ledger) {
  const EngineCounts& c = ledger.activity.engine;
  const tercet_config& m = ledger.machine.machine;
  const uint64_t lanes = c.tokens * m.rows * m.cols;
  const auto least = [](uint64_t a, uint64_t b, const char* what) {
    if (a > b) fail("energy ledger: {}: {} and {}", what, a, b);
  };
  least(c.lanes_used(), lanes, "lanes used exceed tokens x lanes");
  least(c.accumulator_reads, c.accumulator_writes, "accumulator rows read exceed those written");
  least(c.accumulator_drains, c.accumulator_writes, "rows drained exceed those written");
  least(c.input_toggles, c.tokens * m.rows * 8, "toggles exceed the array's input bits");
  const double bits = m.rows * 8.0;
  if (ledger.activity.used_toggles > static_cast<double>(c.lanes_used()) * bits) {
    fail("energy ledger: {} changed bits on {} used lanes of {} bits each",
         ledger.activity.used_toggles, c.lanes_used(), bits);
  }
  if (ledger.machine.ternary()) {
    least(c.two_bit_beats + c.trit5_beats, c.weight_beats, "beats decoded exceed those that came");
  }
  if (ledger.activity.products > static_cast<double>(lanes)) {
    fail("energy ledger: {} products on {} lanes", ledger.activity.products, lanes);
  }
}

}  // namespace

void check_ledger(const EnergyLedger& ledger) {
  check_lines(ledger);
  check_counts(ledger);
  if (ledger.seconds() <= 0.0) return;
  for (const EnergyLevel level : kEnergyLevels) {
    if (!ledger.complete(level)) break;
    check_close(ledger.watt(level) * ledger.seconds(), ledger.joule(level),
                std::string("power x time, ") + level_name(level));
  }
}

void check_parts(const std::vector<const EnergyLedger*>& parts, const EnergyLedger& whole,
                 EnergyLevel last, const std::string& what) {
  for (const EnergyLevel level : kEnergyLevels) {
    if (level > last || !whole.complete(level)) break;
    double sum = 0.0;
    for (const EnergyLedger* part : parts) sum += part->joule(level);
    check_close(sum, whole.joule(level), what + " and the run, " + level_name(level));
  }
}

void check_area(const MachineArea& area) {
  for (const AreaPart& part : area.parts) {
    check_energy_row(part.row, "area: " + part.name + ": row '" + part.row.name + "'");
    check_close(part.um2, part.count * part.row.value, "area of " + part.name);
    const double least = part.cells * area.smallest_cell_um2;
    if (part.um2 < least) {
      fail("area: {}: {} um2 are less than {} cells of {} um2", part.name, part.um2, part.cells,
           area.smallest_cell_um2);
    }
  }
}

void check_formula_counts(const EngineCounts& counted, const EngineCounts& formula,
                          uint64_t lanes_used) {
  constexpr std::array<uint64_t EngineCounts::*, 10> kExact = {&EngineCounts::tokens,
                                                               &EngineCounts::accumulator_reads,
                                                               &EngineCounts::accumulator_writes,
                                                               &EngineCounts::accumulator_drains,
                                                               &EngineCounts::two_bit_beats,
                                                               &EngineCounts::trit5_beats,
                                                               &EngineCounts::group_loads,
                                                               &EngineCounts::weight_beats,
                                                               &EngineCounts::activation_beats,
                                                               &EngineCounts::output_beats};
  EngineCounts expected = counted;
  for (const auto member : kExact) expected.*member = formula.*member;
  const std::string difference = first_difference(counted, expected);
  if (!difference.empty()) fail("energy ledger: machine and formulas count {}", difference);
  if (counted.lanes_used() != lanes_used) {
    fail("energy ledger: the machine used {} lanes, the weights that are not 0 are met {} times",
         counted.lanes_used(), lanes_used);
  }
}

void check_exact_counts(const MachineActivity& activity, const EnergyMachine& machine,
                        uint64_t stretches, const std::string& what) {
  const EngineCounts& c = activity.engine;
  const tercet_config& m = machine.machine;
  const auto equal = [&what](uint64_t a, uint64_t b, const char* which) {
    if (a != b) fail("energy ledger: {}: {}: {} and {}", what, which, a, b);
  };
  equal(c.accumulator_reads + c.accumulator_drains, c.accumulator_writes,
        "rows of sums read and drained, and written");
  equal(c.two_bit_beats + c.trit5_beats, c.weight_beats, "weight beats decoded, and on the bus");
  equal(c.output_beats * m.axi_bytes, c.accumulator_drains * m.cols * sizeof(int32_t),
        "bytes of outputs, and of rows drained");
  const DramConfig& dram = machine.dram;
  if (dram.fixed_latency != 0) return;
  const uint64_t read = activity.dram.reads * dram.org.burst_bytes;
  const uint64_t came = (c.weight_beats + c.activation_beats) * m.axi_bytes;
  if (read < came) {
    fail("energy ledger: {}: {} bytes came over the bus, the DRAM read {}", what, came, read);
  }
  constexpr double kKhzPerMhz = 1e3;
  const double channels = dram.org.channels;
  const double cycles = activity.cycles * channels * dram.clock_khz / (m.clock_mhz * kKhzPerMhz);
  const auto counted = static_cast<double>(activity.dram.channel_cycles);
  if (std::fabs(counted - cycles) > 2.0 * channels * static_cast<double>(stretches)) {
    fail("energy ledger: {}: {} cycles of DRAM channels in {} cycles, which are {:.0f}", what,
         counted, activity.cycles, cycles);
  }
}

void check_equal_counts(const MachineActivity& rtl, const MachineActivity& systemc,
                        const std::string& what) {
  const std::string engine = first_difference(rtl.engine, systemc.engine);
  if (!engine.empty()) fail("{}: RTL and SystemC count differently: {}", what, engine);
  if (!(rtl.dram == systemc.dram)) {
    fail("{}: RTL and SystemC ask differently of the DRAM: {} and {} reads, {} and {} activates",
         what, rtl.dram.reads, systemc.dram.reads, rtl.dram.activates, systemc.dram.activates);
  }
  if (rtl.cycles != systemc.cycles) {
    fail("{}: RTL and SystemC take {} and {} cycles", what, rtl.cycles, systemc.cycles);
  }
}

}  // namespace tercet
