// SPDX-License-Identifier: Apache-2.0
// Reports of a machine.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "study/report/machine_report.h"

namespace tercet {
namespace {

TEST(MachineReportTest, SharesAddUp) {
  Counters counters{};
  counters[TERCET_COUNTER_CYCLES_BUSY] = 1000;
  counters[TERCET_COUNTER_ARRAY_ACTIVE] = 500;
  counters[TERCET_COUNTER_STALL_WEIGHTS] = 200;
  counters[TERCET_COUNTER_STALL_ACTS] = 100;
  counters[TERCET_COUNTER_STALL_OUTPUT] = 50;
  counters[TERCET_COUNTER_WEIGHT_BEATS] = 600;
  counters[TERCET_COUNTER_ACT_BEATS] = 40;
  const tercet_config& edge = find_machine("edge");
  const MachineReport report = make_machine_report(edge, counters, 500 * 4096);
  EXPECT_DOUBLE_EQ(report.array, 0.5);
  EXPECT_DOUBLE_EQ(report.read_beats, 0.64);
  EXPECT_NEAR(
      report.active + report.stall_weights + report.stall_acts + report.stall_output + report.other,
      1.0, 1e-12);
  const nlohmann::ordered_json json = to_json(report);
  EXPECT_EQ(json["counters"]["weight_beats"], 600);
  EXPECT_DOUBLE_EQ(json["cycles_by_cause"]["other"].get<double>(), report.other);
}

TEST(MachineReportTest, NothingCountedIsNothingDivided) {
  const MachineReport report = make_machine_report(find_machine("tiny"), Counters{}, 0);
  EXPECT_EQ(report.array, 0.0);
  EXPECT_EQ(report.other, 0.0);
}

}  // namespace
}  // namespace tercet
