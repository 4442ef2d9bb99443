// SPDX-License-Identifier: Apache-2.0
// One driver test, every backend, bytes equal.
#include "host_driver/driver.h"

#include <gtest/gtest.h>

#include "tests/unit/host_driver/device_buffers.h"
#include "tests/unit/sim/backends.h"

namespace tercet {
namespace {

class DriverTest : public testing::TestWithParam<Backend> {
 protected:
  const tercet_config& machine() const { return GetParam().machine(); }
};

std::string name_of(const testing::TestParamInfo<Backend>& info) { return info.param.name(); }

INSTANTIATE_TEST_SUITE_P(Everywhere, DriverTest, testing::ValuesIn(with_rings(all_backends())),
                         name_of);

TEST_P(DriverTest, EveryShapeIsExactAndTouchesNothingElse) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  const std::unique_ptr<CommandPort> port = GetParam().make_port(*transport);
  CommandPort& driver = *port;
  const int64_t rows = machine().rows;
  const int64_t cols = machine().cols;
  const int64_t tokens = machine().tokens;
  uint64_t seed = 1;
  for (const int64_t m : {int64_t{1}, int64_t{2}, tokens, tokens + 3}) {
    for (const int64_t n : {int64_t{1}, cols - 1, cols, 2 * cols + 1}) {
      for (const int64_t k : {int64_t{1}, rows - 1, rows, 3 * rows + 5}) {
        for (const Packing packing : {Packing::kTwoBit, Packing::kTrit5}) {
          const Problem problem = random_problem(m, n, k, ++seed);
          const int64_t m_tile = std::min(m, max_m_tile(machine(), k));
          ASSERT_EQ(run(driver, problem, packing, m_tile), "") << "seed " << seed;
        }
      }
    }
  }
}

TEST_P(DriverTest, ShortTokenTilesGiveTheSame) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  const std::unique_ptr<CommandPort> port = GetParam().make_port(*transport);
  CommandPort& driver = *port;
  const Problem problem = random_problem(7, 2 * machine().cols + 3, 2 * machine().rows + 1, 9);
  for (const int64_t m_tile : {1, 2, 3, 5, 7, 8}) {
    EXPECT_EQ(run(driver, problem, Packing::kTrit5, m_tile), "") << m_tile;
  }
}

TEST_P(DriverTest, ExtremesFitTheAccumulators) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  const std::unique_ptr<CommandPort> port = GetParam().make_port(*transport);
  CommandPort& driver = *port;
  for (const int8_t activation : {-128, 127, 0}) {
    for (const int8_t weight : {-1, 0, 1}) {
      const Problem problem = constant_problem(1, 3, machine().k_max, activation, weight);
      EXPECT_EQ(run(driver, problem, Packing::kTwoBit, 1), "") << int{activation} << int{weight};
    }
  }
}

TEST_P(DriverTest, CommandsAreQueuedAndCompleteInOrder) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  const std::unique_ptr<CommandPort> port = GetParam().make_port(*transport);
  CommandPort& driver = *port;
  std::vector<Problem> problems;
  for (uint64_t i = 0; i < 6; ++i) {
    problems.push_back(random_problem(1 + static_cast<int64_t>(i) % 3, 40, 70, 100 + i));
  }
  std::vector<DeviceBuffers> buffers;
  uint64_t base = 4096;
  for (size_t i = 0; i < problems.size(); ++i) {
    const Packing packing = i % 2 == 0 ? Packing::kTwoBit : Packing::kTrit5;
    buffers.emplace_back(*transport, machine(), problems[i], packing, problems[i].m, base);
    base = buffers.back().end();
    base += machine().axi_bytes - base % machine().axi_bytes;
  }
  uint64_t ticket = 0;
  for (const DeviceBuffers& b : buffers) {
    const uint64_t next = driver.start(b.gemm());
    EXPECT_GT(next, ticket);
    ticket = next;
  }
  driver.wait(ticket);
  for (const DeviceBuffers& b : buffers) EXPECT_EQ(b.check_done(), "");
  EXPECT_NO_THROW(driver.wait(1));
  EXPECT_THROW(driver.wait(ticket + 1), Error);
}

TEST_P(DriverTest, CountersOfWorkAreThoseOfTheFunctionalMachine) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  const std::unique_ptr<Transport> functional =
      Backend{BackendKind::kFunctional, GetParam().config}.make();
  const std::unique_ptr<CommandPort> port = GetParam().make_port(*transport);
  CommandPort& driver = *port;
  Driver expected(*functional, machine());
  const Problem problem = random_problem(machine().tokens + 1, 70, 150, 3);
  for (const Packing packing : {Packing::kTwoBit, Packing::kTrit5}) {
    driver.clear_counters();
    expected.clear_counters();
    ASSERT_EQ(run(driver, problem, packing, machine().tokens), "");
    ASSERT_EQ(run(expected, problem, packing, machine().tokens), "");
    const Counters got = driver.read_counters();
    const Counters want = expected.read_counters();
    for (const int i :
         {TERCET_COUNTER_ARRAY_ACTIVE, TERCET_COUNTER_TILES, TERCET_COUNTER_WEIGHT_BEATS,
          TERCET_COUNTER_ACT_BEATS, TERCET_COUNTER_OUTPUT_BEATS}) {
      EXPECT_EQ(got[i], want[i]) << "counter " << i;
    }
  }
  driver.clear_counters();
  EXPECT_EQ(driver.read_counters(), Counters{});
}

}  // namespace
}  // namespace tercet
