// SPDX-License-Identifier: Apache-2.0
// One driver test, every backend, bytes equal.
#include "tercet/driver.h"

#include <gtest/gtest.h>

#include <functional>

#include "backends.h"
#include "device_buffers.h"

namespace tercet {
namespace {

class DriverTest : public testing::TestWithParam<Backend> {
 protected:
  const tercet_config& machine() const { return GetParam().machine(); }
};

std::string name_of(const testing::TestParamInfo<Backend>& info) { return info.param.name(); }

INSTANTIATE_TEST_SUITE_P(Everywhere, DriverTest, testing::ValuesIn(all_backends()), name_of);

/// Runs `problem` and returns what is wrong.
std::string run(Driver& driver, const Problem& problem, Packing packing, int64_t m_tile) {
  const DeviceBuffers buffers(driver.transport(), driver.machine(), problem, packing, m_tile);
  driver.wait(driver.start(buffers.gemm()));
  return buffers.check_done();
}

TEST_P(DriverTest, EveryShapeIsExactAndTouchesNothingElse) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  Driver driver(*transport, machine());
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
  Driver driver(*transport, machine());
  const Problem problem = random_problem(7, 2 * machine().cols + 3, 2 * machine().rows + 1, 9);
  for (const int64_t m_tile : {1, 2, 3, 5, 7, 8}) {
    EXPECT_EQ(run(driver, problem, Packing::kTrit5, m_tile), "") << m_tile;
  }
}

TEST_P(DriverTest, ExtremesFitTheAccumulators) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  Driver driver(*transport, machine());
  for (const int8_t activation : {-128, 127, 0}) {
    for (const int8_t weight : {-1, 0, 1}) {
      const Problem problem = constant_problem(1, 3, machine().k_max, activation, weight);
      EXPECT_EQ(run(driver, problem, Packing::kTwoBit, 1), "") << int{activation} << int{weight};
    }
  }
}

TEST_P(DriverTest, CommandsAreQueuedAndCompleteInOrder) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  Driver driver(*transport, machine());
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

TEST_P(DriverTest, BadCommandsNameTheirErrorAndWriteNothing) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  Driver driver(*transport, machine());
  const Problem problem = random_problem(2, 20, 20, 5);
  const auto expect = [&](uint32_t code, const std::function<void(Gemm*)>& spoil) {
    const DeviceBuffers buffers(*transport, machine(), problem, Packing::kTwoBit, 2);
    Gemm gemm = buffers.gemm();
    spoil(&gemm);
    try {
      driver.wait(driver.start(gemm));
      ADD_FAILURE() << tercet_error_name(code) << " was accepted";
    } catch (const DeviceError& error) {
      EXPECT_EQ(error.code(), code) << error.what();
      EXPECT_NE(std::string(error.what()).find(tercet_error_name(code)), std::string::npos);
      EXPECT_NE(std::string(error.what()).find("m_tile="), std::string::npos);
    }
    EXPECT_EQ(buffers.check_untouched(), "");
    EXPECT_EQ(run(driver, problem, Packing::kTwoBit, 2), "") << "after " << tercet_error_name(code);
  };
  if (machine().k_max < TERCET_MAX_CMD_K) {
    expect(TERCET_ERR_BAD_SHAPE, [this](Gemm* g) { g->k = machine().k_max + 1; });
  }
  expect(TERCET_ERR_BAD_TILE, [this](Gemm* g) { g->m_tile = machine().tokens + 1; });
  expect(TERCET_ERR_BAD_TILE, [this](Gemm* g) {
    g->k = machine().k_max;
    g->m_tile = machine().tokens;
  });
  expect(TERCET_ERR_BAD_ALIGNMENT, [](Gemm* g) { g->activations += 1; });
  expect(TERCET_ERR_BAD_ALIGNMENT, [](Gemm* g) { g->weights += 8; });
  expect(TERCET_ERR_BAD_ALIGNMENT, [](Gemm* g) { g->outputs += 4; });
  const uint64_t last = (uint64_t{1} << machine().addr_bits) - machine().axi_bytes;
  expect(TERCET_ERR_BAD_ADDRESS, [last](Gemm* g) { g->activations = last; });
  expect(TERCET_ERR_BAD_ADDRESS, [last](Gemm* g) { g->weights = last; });
  expect(TERCET_ERR_BAD_ADDRESS, [last](Gemm* g) { g->outputs = last; });
  expect(TERCET_ERR_READ_DECERR, [](Gemm* g) { g->activations = uint64_t{1} << 36; });
  expect(TERCET_ERR_READ_DECERR, [](Gemm* g) { g->weights = uint64_t{1} << 36; });
  expect(TERCET_ERR_WRITE_DECERR, [](Gemm* g) { g->outputs = uint64_t{1} << 36; });
}

TEST_P(DriverTest, FieldsBeyondTheirRegistersAreRefusedByName) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  Driver driver(*transport, machine());
  const Gemm good{1, 1, 1, 1, Packing::kTwoBit, 4096, 8192, 12288};
  const auto expect = [&](const char* field, Gemm gemm) {
    try {
      driver.start(gemm);
      ADD_FAILURE() << field;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(field), std::string::npos) << error.what();
    }
  };
  Gemm gemm = good;
  gemm.m = 0;
  expect("M = 0", gemm);
  gemm = good;
  gemm.m = TERCET_MAX_CMD_M + 1;
  expect("M = 65536", gemm);
  gemm = good;
  gemm.n = int64_t{TERCET_MAX_CMD_N} + 1;
  expect("N = ", gemm);
  gemm = good;
  gemm.k = TERCET_MAX_CMD_K + 1;
  expect("K = 65536", gemm);
  gemm = good;
  gemm.m_tile = 256;
  expect("m_tile = 256", gemm);
  gemm = good;
  gemm.outputs = uint64_t{1} << 40;
  expect("output address", gemm);
}

TEST_P(DriverTest, BusErrorsAreReportedAndSurvived) {
  for (const bool write : {false, true}) {
    for (const BusResponse response : {BusResponse::kSlverr, BusResponse::kDecerr}) {
      for (const uint64_t beat : {0, 1, 7}) {
        const std::unique_ptr<Transport> transport = GetParam().make({{write, beat, response}});
        Driver driver(*transport, machine());
        const Problem problem = random_problem(3, 70, 200, beat);
        const bool slverr = response == BusResponse::kSlverr;
        const uint32_t code = write ? (slverr ? TERCET_ERR_WRITE_SLVERR : TERCET_ERR_WRITE_DECERR)
                                    : (slverr ? TERCET_ERR_READ_SLVERR : TERCET_ERR_READ_DECERR);
        try {
          run(driver, problem, Packing::kTwoBit, 3);
          ADD_FAILURE() << "no error";
        } catch (const DeviceError& error) {
          EXPECT_EQ(error.code(), code) << error.what();
        }
        EXPECT_EQ(run(driver, problem, Packing::kTrit5, 3), "");
      }
    }
  }
}

TEST_P(DriverTest, AnErrorDropsTheCommandsBehindIt) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  Driver driver(*transport, machine());
  const Problem problem = random_problem(2, 20, 20, 5);
  const DeviceBuffers first(*transport, machine(), problem, Packing::kTwoBit, 2);
  const DeviceBuffers second(*transport, machine(), problem, Packing::kTwoBit, 2, 65536);
  Gemm bad = first.gemm();
  bad.weights += 1;
  uint64_t good_ticket = 0;
  try {
    driver.start(bad);
    good_ticket = driver.start(second.gemm());
    driver.wait(good_ticket);
    ADD_FAILURE() << "no error";
  } catch (const DeviceError& error) {
    EXPECT_EQ(error.code(), uint32_t{TERCET_ERR_BAD_ALIGNMENT});
  }
  EXPECT_EQ(second.check_untouched(), "");
  if (good_ticket != 0) {
    EXPECT_THROW(driver.wait(good_ticket), Error);
  }
  driver.wait(driver.start(second.gemm()));
  EXPECT_EQ(second.check_done(), "");
}

TEST_P(DriverTest, WaitsEndAndTheMachineIsUsableAfterwards) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  const Problem problem = random_problem(1, 300, 300, 5);
  {
    Driver hurried(*transport, machine(), 10);
    try {
      run(hurried, problem, Packing::kTwoBit, 1);
      ADD_FAILURE() << "no timeout";
    } catch (const TimeoutError& error) {
      EXPECT_NE(std::string(error.what()).find("not done after 10 cycles"), std::string::npos)
          << error.what();
    }
  }
  Driver patient(*transport, machine());
  EXPECT_EQ(run(patient, problem, Packing::kTwoBit, 1), "");
}

TEST_P(DriverTest, CountersOfWorkAreThoseOfTheFunctionalMachine) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  const std::unique_ptr<Transport> functional = Backend{false, GetParam().config}.make();
  Driver driver(*transport, machine());
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

TEST_P(DriverTest, AnotherMachineIsRefused) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  tercet_config other = machine();
  other.config_hash ^= 1;
  EXPECT_THROW(Driver(*transport, other), Error);
  other = machine();
  other.geometry ^= 1;
  EXPECT_THROW(Driver(*transport, other), Error);
}

TEST_P(DriverTest, CommandRegistersAreFrozenWhileAStartIsPending) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  Driver driver(*transport, machine());
  const Problem problem = random_problem(4, 500, 500, 5);
  const DeviceBuffers buffers(*transport, machine(), problem, Packing::kTwoBit, 4);
  driver.start(buffers.gemm());
  driver.start(buffers.gemm());
  uint32_t status = 0;
  ASSERT_EQ(transport->csr_read(TERCET_CSR_STATUS, &status), BusResponse::kOkay);
  ASSERT_EQ(tercet_status_unpack(status).start_pending, 1u);
  EXPECT_EQ(transport->csr_write(TERCET_CSR_CMD_M, 1), BusResponse::kSlverr);
  EXPECT_EQ(transport->csr_write(TERCET_CSR_START, 1), BusResponse::kSlverr);
  EXPECT_EQ(transport->csr_write(TERCET_CSR_ID, 1), BusResponse::kSlverr);
  EXPECT_EQ(transport->csr_read(TERCET_CSR_START + 4, &status), BusResponse::kSlverr);
  driver.wait_all();
  EXPECT_EQ(buffers.check_done(), "");
}

}  // namespace
}  // namespace tercet
