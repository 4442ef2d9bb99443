// SPDX-License-Identifier: Apache-2.0
// Ledgers: figures by hand, wrong rows and counts refused, meters that add up.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

#include "base/error.h"
#include "host_driver/layout.h"
#include "sim/dram/machine_memory.h"
#include "study/energy/derived_rows.h"
#include "study/energy/ledger_check.h"
#include "study/energy/meter.h"
#include "study/report/energy_report.h"

namespace tercet {
namespace {

EnergyMachine tiny_machine(const char* memory = "dram") {
  const tercet_config& machine = find_machine("tiny");
  return {machine, machine_dram(memory, machine), kTernary};
}

/// Two tokens through one tile of 16 x 16, then drained.
MachineActivity small_activity() {
  MachineActivity a;
  a.engine.tokens = 2;
  a.engine.lanes_added = 100;
  a.engine.lanes_subtracted = 50;
  a.engine.input_toggles = 60;
  a.engine.accumulator_writes = 2;
  a.engine.accumulator_drains = 2;
  a.engine.two_bit_beats = 4;
  a.engine.weight_beats = 4;
  a.engine.group_loads = 2;
  a.engine.activation_beats = 2;
  a.engine.output_beats = 8;
  a.dram = {3, 4, 8, 1, 1000, 900};
  a.host = {10, 20, 30};
  a.host_memory = {1000, 100};
  a.products = 512;
  a.cycles = 1000;
  a.used_toggles = used_toggles(a.engine);
  return a;
}

EnergyLedger small_ledger() {
  return make_ledger(EnergyProfile::open("literature-7nm"), tiny_machine(), small_activity());
}

double line(const EnergyLedger& ledger, const std::string& component, const std::string& what) {
  for (const LedgerLine& l : ledger.lines) {
    if (l.component == component && l.what == what) return l.joule;
  }
  ADD_FAILURE() << component << ", " << what;
  return -1.0;
}

TEST(LedgerTest, FiguresAreCountsTimesRows) {
  const EnergyLedger ledger = small_ledger();
  check_ledger(ledger);
  constexpr double kPico = 1e-12;
  EXPECT_NEAR(line(ledger, "array", "additions"), 100 * 0.00869 * kPico, 1e-24);
  EXPECT_NEAR(line(ledger, "array", "subtractions"), 50 * 0.00869 * kPico, 1e-24);
  EXPECT_NEAR(line(ledger, "array", "zeros skipped"), (512 - 150) * 0.00869 * kPico, 1e-24);
  EXPECT_NEAR(line(ledger, "accumulators", "additions"), 2 * 16 * 0.0223 * kPico, 1e-24);
  EXPECT_NEAR(line(ledger, "accumulators", "SRAM writes"), 2 * 16 * 3 * 0.9375 * kPico, 1e-24);
  EXPECT_NEAR(line(ledger, "accumulators", "SRAM reads"), 2 * 16 * 3 * 0.9375 * kPico, 1e-24);
  // 16 KiB lie half way between 8 and 32 KiB.
  EXPECT_NEAR(line(ledger, "activation SRAM", "writes"), 2 * 16 * 1.0 * kPico, 1e-24);
  EXPECT_NEAR(line(ledger, "activation SRAM", "reads"), 2 * 16 * 1.0 * kPico, 1e-24);
  EXPECT_NEAR(line(ledger, "DRAM", "activates"), 3 * 1204.7 * kPico, 1e-18);
  EXPECT_NEAR(line(ledger, "DRAM", "reads"), 4 * 32 * 67.76 * kPico, 1e-18);
  EXPECT_NEAR(line(ledger, "DRAM", "writes"), 8 * 32 * 40.26 * kPico, 1e-18);
  EXPECT_NEAR(line(ledger, "DRAM", "refreshes"), 22386 * kPico, 1e-16);
  EXPECT_NEAR(line(ledger, "DRAM", "active standby"), 900 / 1.6e9 * 37.88e-3, 1e-15);
  EXPECT_NEAR(line(ledger, "host floats", "additions"), 20 * 0.38 * kPico, 1e-20);
  EXPECT_NEAR(ledger.component("host memory"), (1000 * 67.76 + 100 * 40.26) * kPico, 1e-18);
  EXPECT_NEAR(ledger.seconds(), 1e-6, 1e-15);
  EXPECT_LT(ledger.joule(EnergyLevel::kArithmetic), ledger.joule(EnergyLevel::kOnChip));
  EXPECT_NEAR(ledger.tops_per_watt(EnergyLevel::kMemory) * ledger.joule(EnergyLevel::kMemory),
              1024e-12, 1e-21);
}

/// A built-in profile without some of its rows.
EnergyProfile without(const std::string& name, const std::vector<std::string>& rows,
                      const std::vector<std::string>& declared = {}) {
  std::ifstream file("study/energy/profiles/" + name + ".json");
  nlohmann::json json = nlohmann::json::parse(file);
  nlohmann::json& all = json["rows"];
  for (const std::string& row : rows) {
    const auto at = std::find_if(all.begin(), all.end(),
                                 [&row](const nlohmann::json& r) { return r["name"] == row; });
    if (at == all.end()) throw Error("no row " + row);
    all.erase(at);
  }
  for (const std::string& row : declared) json["not_included"].push_back(row);
  return EnergyProfile::parse(json.dump(), "without.json");
}

/// The levels that have a figure of a report's machine, and a ratio.
std::vector<std::string> figures(const EnergyReport& report, bool ratios) {
  std::vector<std::string> names;
  for (const EnergyLevel level : kEnergyLevels) {
    const double figure =
        ratios ? energy_ratio(*report.baseline, report.ours, level) : report.ours.joule(level);
    if (!std::isnan(figure)) names.emplace_back(level_name(level));
  }
  return names;
}

/// The whole kind of the defect: whichever row of whichever machine is not there.
TEST(LedgerTest, ALevelThatLacksARowOfWhatItCountsHasNoFigureAndNoRatio) {
  const std::vector<std::string> all = {"arithmetic only", "on chip", "with memory", "whole token"};
  const auto upto = [&all](size_t n) {
    return std::vector<std::string>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n));
  };
  MachineActivity fp16 = small_activity();
  fp16.engine.lanes_added = fp16.engine.lanes_subtracted = 0;
  fp16.used_toggles = 0.0;
  const auto report = [&fp16](const EnergyProfile& profile) {
    EnergyMachine machine = tiny_machine();
    EnergyReport made = make_energy_report(profile, machine, small_activity(), 2, true);
    machine.elements = kFp16;
    add_baseline(profile, machine, fp16, "FP16 machine", "made up", &made);
    return made;
  };
  const EnergyReport whole = report(without("asap7", {}));
  EXPECT_EQ(figures(whole, false), all);
  EXPECT_EQ(figures(whole, true), all);
  struct Case {
    std::vector<std::string> rows;
    size_t figures;  // levels of ours
    size_t ratios;
  };
  const std::string dram = "dram/" + tiny_machine().dram.name + "/";
  for (const Case& c : std::vector<Case>{{{"ternary_add"}, 0, 0},
                                         {{"ternary_zero"}, 0, 0},
                                         {{"accumulate"}, 0, 0},
                                         {{"fp16_mac"}, 4, 0},
                                         {{"fp16_accumulate"}, 4, 0},
                                         {{"fp16_activity", "fp16_still"}, 4, 0},
                                         {{"idle_ternary_lane"}, 1, 1},
                                         {{"fp16_tile_register"}, 4, 1},
                                         {{"sram_32k"}, 1, 1},
                                         {{"wire"}, 1, 1},
                                         {{"area_ternary_lane", "cells_ternary_lane"}, 1, 1},
                                         {{"area_sram"}, 1, 1},
                                         {{"leakage_decode"}, 1, 1},
                                         {{dram + "read"}, 2, 2},
                                         {{dram + "refresh"}, 2, 2},
                                         {{"fp32_add"}, 3, 3}}) {
    const EnergyReport lacks = report(without("asap7", c.rows));
    EXPECT_EQ(figures(lacks, false), upto(c.figures)) << c.rows[0];
    EXPECT_EQ(figures(lacks, true), upto(c.ratios)) << c.rows[0];
    const std::string text = gaps_text(lacks.ours, &*lacks.baseline);
    EXPECT_NE(text.find("profile asap7 has no row"), std::string::npos) << text;
    for (const std::string& row : c.rows) {
      const bool needed = row.rfind("cells_", 0) != 0;
      EXPECT_EQ(text.find(row) != std::string::npos, needed) << text;
    }
    // What is left has the figures of before: nothing of it was made of the row.
    for (size_t i = 0; i < c.ratios; ++i) {
      EXPECT_EQ(energy_ratio(*lacks.baseline, lacks.ours, kEnergyLevels[i]),
                energy_ratio(*whole.baseline, whole.ours, kEnergyLevels[i]));
    }
    const nlohmann::ordered_json json = to_json(lacks);
    for (size_t i = 0; i < all.size(); ++i) {
      EXPECT_EQ(nlohmann::json::parse(json.dump())["ratios"][i]["ratio"].is_null(), i >= c.ratios);
    }
  }
}

TEST(LedgerTest, WhatAProfileSaysThatItLeavesOutVoidsNoLevel) {
  const EnergyLedger whole =
      make_ledger(EnergyProfile::open("asap7"), tiny_machine(), small_activity());
  const EnergyLedger ledger = make_ledger(without("asap7", {"leakage_decode"}, {"leakage_decode"}),
                                          tiny_machine(), small_activity());
  check_ledger(ledger);
  EXPECT_NEAR(ledger.total_j, whole.total_j - line(whole, "leakage", "weight decode"), 1e-20);
  EXPECT_EQ(gaps_text(ledger, nullptr),
            "Not included (the profile has no energy for them): leakage: weight decode; leakage: "
            "SRAM.\n");
  const EnergyLedger paper =
      make_ledger(EnergyProfile::open("bitnet-paper-7nm"), tiny_machine(), small_activity());
  check_ledger(paper);
  EXPECT_NEAR(paper.joule(EnergyLevel::kArithmetic), 150 * 0.007e-12, 1e-24);
  EXPECT_TRUE(std::isnan(paper.joule(EnergyLevel::kOnChip)));
  EXPECT_TRUE(std::isnan(paper.watt(EnergyLevel::kMemory)));
  EXPECT_TRUE(std::isnan(paper.component("DRAM")));
  const EnergyLedger ideal =
      make_ledger(EnergyProfile::open("literature-7nm"), tiny_machine("ideal"), small_activity());
  EXPECT_EQ(ideal.component("DRAM"), 0.0);
}

/// All levels of every built-in profile but the papers' are whole.
TEST(LedgerTest, BuiltInProfilesSayThemselvesWhatTheyLeaveOut) {
  MachineActivity activity = small_activity();
  activity.engine.core_instructions = 1;
  for (const std::string& name : EnergyProfile::built_in_names()) {
    for (const ElementFormat& elements : {kTernary, kInt8, kFp16}) {
      EnergyMachine machine = tiny_machine();
      machine.elements = elements;
      const EnergyLedger ledger = make_ledger(EnergyProfile::open(name), machine, activity);
      const bool paper = name.rfind("bitnet-paper", 0) == 0;
      EXPECT_TRUE(ledger.complete(EnergyLevel::kArithmetic)) << name;
      EXPECT_EQ(ledger.complete(EnergyLevel::kHost), !paper) << name << gaps_text(ledger, nullptr);
    }
  }
}

TEST(LedgerTest, AWrongLineRowOrCountIsRefused) {
  const auto refused = [](const std::string& what,
                          const std::function<void(EnergyLedger*)>& spoil) {
    EnergyLedger ledger = small_ledger();
    spoil(&ledger);
    try {
      check_ledger(ledger);
      ADD_FAILURE() << "accepted: " << what;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(what), std::string::npos) << error.what();
    }
  };
  refused("array, additions", [](EnergyLedger* l) { l->lines[0].joule *= 1.00001; });
  refused("array, additions", [](EnergyLedger* l) { l->lines[0].row.value *= 2; });
  refused("'source' is empty", [](EnergyLedger* l) { l->lines[1].row.source = ""; });
  refused("'kind' is 'guessed'", [](EnergyLedger* l) { l->lines[1].row.kind = "guessed"; });
  refused("'unit' is 'J'", [](EnergyLedger* l) { l->lines[1].row.unit = "J"; });
  refused("the sum of the lines", [](EnergyLedger* l) { l->lines.pop_back(); });
  refused("the total", [](EnergyLedger* l) { l->total_j *= 1.00001; });
  refused("tokens x lanes", [](EnergyLedger* l) { l->activity.engine.lanes_added = 1000; });
  refused("rows drained", [](EnergyLedger* l) { l->activity.engine.accumulator_drains = 3; });
  refused("toggles", [](EnergyLedger* l) { l->activity.engine.input_toggles = 1000; });
  refused("beats decoded", [](EnergyLedger* l) { l->activity.engine.trit5_beats = 1; });
  refused("power x time", [](EnergyLedger* l) { l->lines[0].watt *= 1.00001; });
  refused("power x time", [](EnergyLedger* l) { l->activity.cycles += 1; });
  refused("products", [](EnergyLedger* l) { l->activity.products = 513; });
}

TEST(LedgerTest, AReportWithAPlantedAreaIsRefused) {
  const std::string text = R"({"name": "p", "description": "d", "rows": [
      {"name": "area_ternary_lane", "value": 4.0, "unit": "um2", "node": "7 nm", "source": "s",
       "kind": "synthesised", "note": ""},
      {"name": "cells_ternary_lane", "value": 40, "unit": "cells", "node": "7 nm", "source": "s",
       "kind": "synthesised", "note": ""},
      {"name": "smallest_cell", "value": SMALLEST, "unit": "um2", "node": "7 nm", "source": "s",
       "kind": "literature", "note": ""}]})";
  const auto profile = [&text](const char* smallest) {
    std::string with = text;
    with.replace(with.find("SMALLEST"), 8, smallest);
    return EnergyProfile::parse(with, "planted.json");
  };
  EXPECT_NO_THROW(make_energy_report(profile("0.05"), tiny_machine(), small_activity(), 1, true));
  EXPECT_THROW(make_energy_report(profile("0.11"), tiny_machine(), small_activity(), 1, true),
               Error);
}

TEST(LedgerTest, CountsMustBeThoseOfFormulasAndWeights) {
  const EngineCounts counted = small_activity().engine;
  EngineCounts formula = counted;
  formula.input_toggles = 0;  // no formula knows it
  EXPECT_NO_THROW(check_formula_counts(counted, formula, 150));
  EXPECT_THROW(check_formula_counts(counted, formula, 151), Error);
  formula.group_loads += 1;
  EXPECT_THROW(check_formula_counts(counted, formula, 150), Error);
}

TEST(LedgerTest, CountsThatDoNotFitTogetherExactlyAreRefused) {
  MachineActivity good = small_activity();
  good.dram.channel_cycles = 3200;  // of two channels at 1.6 GHz, in 1000 cycles at 1 GHz
  const EnergyMachine machine = tiny_machine();
  ASSERT_EQ(machine.dram.org.channels * machine.dram.clock_khz / machine.machine.clock_mhz, 3200u);
  EXPECT_NO_THROW(check_exact_counts(good, machine, 1, "q_proj"));
  const auto refused = [&](const std::string& what,
                           const std::function<void(MachineActivity*)>& spoil) {
    MachineActivity a = good;
    spoil(&a);
    try {
      check_exact_counts(a, machine, 1, "q_proj");
      ADD_FAILURE() << "accepted: " << what;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find("q_proj: " + what), std::string::npos)
          << error.what();
    }
  };
  refused("rows of sums", [](MachineActivity* a) { a->engine.accumulator_reads += 1; });
  refused("weight beats", [](MachineActivity* a) { a->engine.two_bit_beats -= 1; });
  refused("bytes of outputs", [](MachineActivity* a) { a->engine.output_beats += 1; });
  refused("96 bytes came over the bus, the DRAM read 64",
          [](MachineActivity* a) { a->dram.reads = 2; });
  refused("3205 cycles", [](MachineActivity* a) { a->dram.channel_cycles = 3205; });
}

TEST(LedgerTest, ARatioNeedsRowsOnBothSides) {
  const EnergyLedger ours = small_ledger();
  EnergyLedger baseline = small_ledger();
  for (const EnergyLevel level : kEnergyLevels) {
    EXPECT_DOUBLE_EQ(energy_ratio(baseline, ours, level), 1.0);
  }
  baseline.lines.erase(baseline.lines.begin(), baseline.lines.begin() + 3);
  EXPECT_TRUE(std::isnan(energy_ratio(baseline, ours, EnergyLevel::kArithmetic))) << "no array";
  const EnergyLedger ideal =
      make_ledger(EnergyProfile::open("literature-7nm"), tiny_machine("ideal"), small_activity());
  EXPECT_TRUE(std::isnan(energy_ratio(ours, ideal, EnergyLevel::kMemory)));
  EXPECT_FALSE(std::isnan(energy_ratio(ours, ideal, EnergyLevel::kOnChip)));
}

TEST(LedgerTest, ARowInTheWrongUnitIsRefused) {
  const std::string text = R"({"name": "p", "description": "d", "rows": [
      {"name": "ternary_add", "value": 1, "unit": "pJ/byte", "node": "7 nm", "source": "s",
       "kind": "literature", "note": ""}]})";
  EXPECT_THROW(make_ledger(EnergyProfile::parse(text, "p.json"), tiny_machine(), small_activity()),
               Error);
}

/// A profile of lanes at 1 pJ a weight that is not 0, 0.5 pJ one that is; a fifth of it at rest.
EnergyProfile lanes_profile(const std::string& rows) {
  const auto row = [](const char* name, const char* value, const char* unit) {
    return std::string(R"({"name": ")") + name + R"(", "value": )" + value + R"(, "unit": ")" +
           unit + R"(", "node": "7 nm", "source": "s", "kind": "synthesised", "note": ""})";
  };
  std::string text = R"({"name": "p", "description": "d",
      "not_included": ["idle_ternary_lane", "idle_fp16_lane"], "rows": [)" +
                     row("ternary_add", "1", "pJ/op") + "," + row("ternary_zero", "0.5", "pJ/op") +
                     "," + row("fp16_mac", "2", "pJ/op");
  if (rows.find('a') != std::string::npos) {
    text +=
        "," + row("ternary_activity", "0.5", "share") + "," + row("fp16_activity", "0.5", "share");
  }
  if (rows.find('s') != std::string::npos) {
    text += "," + row("ternary_still", "0.2", "share") + "," + row("fp16_still", "0.4", "share");
  }
  if (rows.find('0') != std::string::npos) text += "," + row("ternary_activity", "0", "share");
  if (rows.find('2') != std::string::npos) text += "," + row("ternary_still", "2", "share");
  return EnergyProfile::parse(text + "]}", "lanes.json");
}

TEST(LedgerTest, LanesFollowTheActivityOfTheirInputs) {
  constexpr double kPico = 1e-12;
  const auto ledger = [](const char* rows, const MachineActivity& activity,
                         const ElementFormat& elements = kTernary) {
    EnergyMachine machine = tiny_machine();
    machine.elements = elements;
    EnergyLedger made = make_ledger(lanes_profile(rows), machine, activity);
    check_ledger(made);
    return made;
  };
  // 60 of 2 x 16 x 8 bits change, half of which is 0.5: what follows takes 60 / 128 of itself.
  const MachineActivity a = small_activity();
  const double part = 0.2 + 0.8 * 60.0 / 128.0;
  const EnergyLedger ours = ledger("as", a);
  EXPECT_TRUE(ours.lanes_follow);
  EXPECT_NEAR(line(ours, "array", "additions"), 100 * part * kPico, 1e-22);
  EXPECT_NEAR(line(ours, "array", "zeros skipped"), 362 * 0.5 * part * kPico, 1e-22);
  EXPECT_EQ(ours.lines[0].row.kind, "scaled");
  const EnergyLedger plain = ledger("", a);
  EXPECT_FALSE(plain.lanes_follow);
  EXPECT_NEAR(line(plain, "array", "additions"), 100 * kPico, 1e-22);
  MachineActivity padded = a;  // lanes of padding work as all others
  padded.products = 300;
  EXPECT_NEAR(ledger("as", padded, kFp16).component("array"),
              512 * 2 * (0.4 + 0.6 * 60.0 / 128.0) * kPico, 1e-21);
  // Products of other zeros and other activity add up: a whole run is the sum of its parts.
  MachineActivity b = a;
  b.engine.lanes_added = 10;
  b.engine.input_toggles = 200;
  b.used_toggles = used_toggles(b.engine);
  MachineActivity both = a;
  both += b;
  EXPECT_NEAR(ledger("as", both).component("array"),
              ours.component("array") + ledger("as", b).component("array"), 1e-22);
  for (const char* wrong : {"a", "s", "0s", "a2"}) {
    EXPECT_THROW(ledger(wrong, a), Error) << wrong;
  }
  MachineActivity more = a;
  more.used_toggles = 150 * 16 * 8 + 1;
  EXPECT_THROW(ledger("", more), Error);
}

TEST(LedgerTest, PartsMustAddUpToTheWhole) {
  const EnergyLedger ledger = small_ledger();
  EXPECT_THROW(check_parts({&ledger},
                           make_ledger(EnergyProfile::open("literature-7nm"), tiny_machine("ideal"),
                                       small_activity()),
                           EnergyLevel::kHost, "parts"),
               Error);
  MachineActivity first = small_activity();
  MachineActivity both = first;
  both += first;
  const EnergyLedger whole =
      make_ledger(EnergyProfile::open("literature-7nm"), tiny_machine(), both);
  EXPECT_NO_THROW(check_parts({&ledger, &ledger}, whole, EnergyLevel::kHost, "parts"));
  const MachineActivity rest = both - first;
  EXPECT_EQ(rest.engine.input_toggles, first.engine.input_toggles);
  EXPECT_EQ(rest.cycles, first.cycles);
  EXPECT_EQ(rest.used_toggles, first.used_toggles);
  EXPECT_TRUE(rest.dram == first.dram);
}

TEST(LedgerTest, CountsOfTwoMachinesMustBeEqual) {
  const MachineActivity a = small_activity();
  MachineActivity b = a;
  EXPECT_NO_THROW(check_equal_counts(a, b, "q_proj"));
  b.engine.trit5_beats = 1;
  EXPECT_THROW(check_equal_counts(a, b, "q_proj"), Error);
  b = a;
  b.dram.activates = 4;
  EXPECT_THROW(check_equal_counts(a, b, "q_proj"), Error);
  b = a;
  b.cycles += 1;
  EXPECT_THROW(check_equal_counts(a, b, "q_proj"), Error);
}

TEST(LedgerTest, SramEnergyGrowsWithTheSizeAndIsLevelOutside) {
  const EnergyProfile profile = EnergyProfile::open("literature-7nm");
  const auto at = [&profile](double kib) { return sram_row(profile, "x", kib * 1024).row->value; };
  EXPECT_DOUBLE_EQ(at(1), 0.9375);
  EXPECT_DOUBLE_EQ(at(8), 0.9375);
  EXPECT_DOUBLE_EQ(at(32), 1.0625);
  EXPECT_NEAR(at(512), 1.0625 + 0.8 * (1.75 - 1.0625), 1e-12);
  EXPECT_DOUBLE_EQ(at(1024), 1.75);
  EXPECT_DOUBLE_EQ(at(4096), 1.75);
}

}  // namespace
}  // namespace tercet
