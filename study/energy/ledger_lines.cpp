// SPDX-License-Identifier: Apache-2.0
// Which counts of a machine meet which rows of a profile: engine, memory, host.
#include <algorithm>
#include <cmath>
#include <iterator>

#include "study/energy/derived_rows.h"
#include "study/energy/ledger.h"

namespace tercet {
namespace {

/// Collects the lines of a machine, and what has no row.
class Lines {
 public:
  Lines(const EnergyProfile& profile, const EnergyMachine& machine, const MachineActivity& activity)
      : profile_(profile),
        machine_(machine),
        activity_(activity),
        counts_(activity.engine),
        kind_(machine.elements.name),
        prefix_(machine.ternary() ? "" : kind_ + "_"),
        lanes_(static_cast<double>(machine.machine.rows) * machine.machine.cols),
        area_(machine_area(profile, machine)) {}

  EnergyLedger all() {
    ledger_.profile = profile_.name();
    ledger_.machine = machine_;
    ledger_.activity = activity_;
    ledger_.lanes_follow = lane_activity(profile_, kind_).has_value();
    array();
    accumulators();
    weights();
    activations();
    wires();
    add("control core", "instructions", Level::kOnChip, number(counts_.core_instructions),
        "instructions", row("core_instruction"));
    leakage();
    dram();
    host();
    return std::move(ledger_);
  }

 private:
  using Level = EnergyLevel;
  static constexpr double kBits = 8.0;  // of an int8 activation
  static constexpr const char* kPerOp = "pJ/op";
  static constexpr const char* kPerByte = "pJ/byte";
  static constexpr const char* kMilliwatt = "mW";

  void add(const char* component, const char* what, Level level, double count, const char* counted,
           const FoundRow& found) {
    if (count == 0.0) return;
    std::vector<std::string> rows;
    std::copy_if(found.missing.begin(), found.missing.end(), std::back_inserter(rows),
                 [this](const std::string& name) { return !profile_.leaves_out(name); });
    if (!found.row.has_value() || !rows.empty()) {
      ledger_.gaps.push_back({component, what, level, rows});
      return;
    }
    const double joule = found.row->value * joule_per_count(*found.row);
    const double seconds = ledger_.seconds();
    ledger_.lines.push_back({component, what, level, count, counted, *found.row, count * joule,
                             seconds > 0.0 ? count / seconds * joule : 0.0});
    ledger_.total_j += ledger_.lines.back().joule;
  }
  /// Throws Error if the row is there in another unit than its counts are made for.
  FoundRow row(const std::string& name, const char* unit = kPerOp) const {
    const EnergyRow* found = profile_.find(name);
    if (found == nullptr) return {std::nullopt, {name}};
    profile_.value(name, unit);
    return {*found, {}};
  }
  /// The row of lanes whose share of changing input bits is active / lanes. A profile that says how
  /// its lanes follow the activity gives a row of its own; one that does not, the plain one. One
  /// that says so of other lanes alone would compare lanes at different activities.
  FoundRow lane_row(const std::string& name, double active, double lanes) const {
    FoundRow found = row(name);
    if (!found.row || lanes <= 0.0) return found;
    if (const auto known = lane_activity(profile_, kind_)) {
      found.row = known->row(*found.row, active / lanes);
    } else {
      for (const char* other : {kTernary.name, kInt8.name, kFp16.name}) {
        if (!lane_activity(profile_, other)) continue;
        found.missing = {kind_ + "_activity", kind_ + "_still"};
      }
    }
    return found;
  }
  static double number(uint64_t count) { return static_cast<double>(count); }

  /// Zero weights, padding among them, are lanes that add nothing; a machine that multiplies
  /// charges them like all others, padding too.
  void array() {
    const double all = number(counts_.tokens) * lanes_;
    const double all_active = number(counts_.input_toggles) * machine_.machine.cols / kBits;
    if (machine_.ternary()) {
      const double used = number(counts_.lanes_used());
      const double bits = machine_.machine.rows * kBits;
      const double used_active = activity_.used_toggles / bits;  // lanes x share of changing bits
      const FoundRow add_row = lane_row("ternary_add", used_active, used);
      add("array", "additions", Level::kArithmetic, number(counts_.lanes_added), "lanes", add_row);
      add("array", "subtractions", Level::kArithmetic, number(counts_.lanes_subtracted), "lanes",
          add_row);
      add("array", "zeros skipped", Level::kArithmetic, all - used, "lanes",
          lane_row("ternary_zero", std::max(0.0, all_active - used_active), all - used));
    } else {
      add("array", "multiplications and additions", Level::kArithmetic, all, "lanes",
          lane_row(kind_ + "_mac", all_active, all));
    }
    const double idle = std::max(0.0, activity_.cycles - number(counts_.tokens));
    add("array", "idle cycles", Level::kOnChip, idle * lanes_, "lane cycles",
        row("idle_" + kind_ + "_lane"));
  }

  void accumulators() {
    const tercet_config& m = machine_.machine;
    const double row_bytes = m.cols * machine_.sum_bytes();
    const FoundRow sram =
        sram_row(profile_, "accumulators", row_bytes * m.tokens);  // one of two banks
    add("accumulators", "additions", Level::kArithmetic,
        number(counts_.accumulator_writes) * m.cols, "sums", row(prefix_ + "accumulate"));
    add("accumulators", "SRAM reads", Level::kOnChip,
        number(counts_.accumulator_reads + counts_.accumulator_drains) * row_bytes, "bytes", sram);
    add("accumulators", "SRAM writes", Level::kOnChip,
        number(counts_.accumulator_writes) * row_bytes, "bytes", sram);
  }

  void weights() {
    constexpr double kTwoBitColumns = 4.0;  // in a beat
    constexpr double kTrit5Columns = 5.0;
    constexpr double kGroupColumns = 8.0;
    const tercet_config& m = machine_.machine;
    const double beat = m.axi_bytes;
    const double decoded = number(counts_.two_bit_beats + counts_.trit5_beats);
    const FoundRow fifo = sram_row(profile_, "weight FIFO",
                                   beat * m.weight_fifo_beats / m.axi_ports);  // a bank a port
    add("weight path", "FIFO writes", Level::kOnChip, number(counts_.weight_beats) * beat, "bytes",
        fifo);
    add("weight path", "FIFO reads", Level::kOnChip, decoded * beat, "bytes", fifo);
    add("weight path", "tile registers", Level::kOnChip,
        number(counts_.group_loads) * kGroupColumns * machine_.weight_bits() * m.rows, "bits",
        row(prefix_ + "tile_register", "pJ/bit"));
    if (!machine_.ternary()) return;
    add("weight path", "decode two_bit", Level::kOnChip,
        number(counts_.two_bit_beats) * kTwoBitColumns * m.rows, "weights", row("decode_two_bit"));
    add("weight path", "decode trit5", Level::kOnChip,
        number(counts_.trit5_beats) * kTrit5Columns * m.rows, "weights", row("decode_trit5"));
  }

  void activations() {
    const tercet_config& m = machine_.machine;
    const FoundRow sram = sram_row(profile_, "activations", m.act_sram_bytes);
    add("activation SRAM", "writes", Level::kOnChip, number(counts_.activation_beats) * m.axi_bytes,
        "bytes", sram);
    add("activation SRAM", "reads", Level::kOnChip,
        number(counts_.tokens) * m.rows * machine_.activation_bytes(), "bytes", sram);
  }

  /// Activations run across the array; beats of the bus across half the chip, half of their bits
  /// changing. Lengths are sides of squares of the area, so that there are none without lanes.
  void wires() {
    constexpr double kChanging = 0.5;
    constexpr double kMmPerUm = 1e-3;
    FoundRow wire = row("wire", "pJ/bit/mm");
    const std::string& lanes = area_.needed.front();
    if (profile_.find(lanes) == nullptr) wire = {std::nullopt, {lanes}};
    const double array_mm = std::sqrt(area_.array_um2()) * kMmPerUm;
    const double chip_mm = std::sqrt(area_.total_um2()) * kMmPerUm;
    const double toggles = number(counts_.input_toggles) * machine_.activation_bytes();
    add("wires", "activations across the array", Level::kOnChip,
        toggles * (wire.row ? array_mm : 1.0), "bit mm", wire);
    const double bus = number(counts_.weight_beats + counts_.activation_beats +
                              counts_.output_beats + counts_.mover_beats) *
                       machine_.machine.axi_bytes * kBits * kChanging;
    const double bus_mm = wire.row ? chip_mm / 2.0 : 1.0;
    for (const std::string& name : area_.needed) {
      if (name != lanes && profile_.find(name) == nullptr) wire.missing.push_back(name);
    }
    add("DMA", "beats across half the chip", Level::kOnChip, bus * bus_mm, "bit mm", wire);
  }

  void leakage() {
    const double seconds = machine_.seconds(activity_.cycles);
    const tercet_config& m = machine_.machine;
    add("leakage", "lanes", Level::kOnChip, lanes_ * seconds, "lane s",
        row("leakage_" + kind_ + "_lane", kMilliwatt));
    add("leakage", "accumulator adders", Level::kOnChip, m.cols * seconds, "column s",
        row("leakage_" + prefix_ + "accumulate", kMilliwatt));
    if (machine_.ternary()) {
      add("leakage", "weight decode", Level::kOnChip,
          static_cast<double>(m.rows) * m.axi_ports * seconds, "row s",
          row("leakage_decode", kMilliwatt));
    }
    add("leakage", "SRAM", Level::kOnChip, area_.sram_bits * seconds, "bit s",
        row("leakage_sram", kMilliwatt));
  }

  void dram() {
    const DramConfig& config = machine_.dram;
    if (config.fixed_latency != 0) return;  // an ideal memory takes nothing
    const DramActivity& d = activity_.dram;
    const auto of = [&](const char* name, const char* unit) {
      return row("dram/" + config.name + "/" + name, unit);
    };
    const double burst = config.org.burst_bytes;
    const double clock_hz = config.clock_khz * 1e3;
    add("DRAM", "activates", Level::kMemory, number(d.activates), "rows", of("activate", kPerOp));
    add("DRAM", "reads", Level::kMemory, number(d.reads) * burst, "bytes", of("read", kPerByte));
    add("DRAM", "writes", Level::kMemory, number(d.writes) * burst, "bytes", of("write", kPerByte));
    add("DRAM", "refreshes", Level::kMemory, number(d.refreshes), "channels",
        of("refresh", kPerOp));
    add("DRAM", "active standby", Level::kMemory, number(d.open_cycles) / clock_hz, "channel s",
        of("active_standby", kMilliwatt));
    add("DRAM", "precharge standby", Level::kMemory,
        number(d.channel_cycles - d.open_cycles) / clock_hz, "channel s",
        of("precharge_standby", kMilliwatt));
  }

  void host() {
    const FloatCounts& floats = activity_.host;
    const bool ideal = machine_.dram.fixed_latency != 0;
    const HostBytes memory = ideal ? HostBytes{} : activity_.host_memory;
    const auto of = [&](const char* name) {
      return row("dram/" + machine_.dram.name + "/" + name, kPerByte);
    };
    add("host floats", "multiplications", Level::kHost, floats.mul, "FP32", row("fp32_mul"));
    add("host floats", "additions", Level::kHost, floats.add, "FP32", row("fp32_add"));
    add("host memory", "head, keys, values read", Level::kHost, memory.read, "bytes", of("read"));
    add("host memory", "keys, values written", Level::kHost, memory.written, "bytes", of("write"));
    add("host floats", "divisions, square roots", Level::kHost, floats.other, "FP32",
        row("fp32_other"));
  }

  const EnergyProfile& profile_;
  const EnergyMachine& machine_;
  const MachineActivity& activity_;
  const EngineCounts& counts_;
  std::string kind_;
  std::string prefix_;  // of rows that the ternary machine has without one
  double lanes_;
  MachineArea area_;
  EnergyLedger ledger_;
};

}  // namespace

EnergyLedger make_ledger(const EnergyProfile& profile, const EnergyMachine& machine,
                         const MachineActivity& activity) {
  return Lines(profile, machine, activity).all();
}

}  // namespace tercet
