// SPDX-License-Identifier: Apache-2.0
// On every backend: bad commands, bus errors and hangs are named, and survived.
#include <gtest/gtest.h>

#include <functional>

#include "host_driver/driver.h"
#include "tests/unit/host_driver/device_buffers.h"
#include "tests/unit/sim/backends.h"

namespace tercet {
namespace {

class DriverErrorTest : public testing::TestWithParam<Backend> {
 protected:
  const tercet_config& machine() const { return GetParam().machine(); }
};

std::string name_of(const testing::TestParamInfo<Backend>& info) { return info.param.name(); }

INSTANTIATE_TEST_SUITE_P(Everywhere, DriverErrorTest, testing::ValuesIn(all_backends()), name_of);

TEST_P(DriverErrorTest, BadCommandsNameTheirErrorAndWriteNothing) {
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

TEST_P(DriverErrorTest, BusErrorsAreReportedAndSurvived) {
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

TEST_P(DriverErrorTest, AnErrorDropsTheCommandsBehindIt) {
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

TEST_P(DriverErrorTest, WaitsEndAndTheMachineIsUsableAfterwards) {
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

TEST_P(DriverErrorTest, AnotherMachineIsRefused) {
  const std::unique_ptr<Transport> transport = GetParam().make();
  tercet_config other = machine();
  other.config_hash ^= 1;
  EXPECT_THROW(Driver(*transport, other), Error);
  other = machine();
  other.geometry ^= 1;
  EXPECT_THROW(Driver(*transport, other), Error);
}

TEST_P(DriverErrorTest, CommandRegistersAreFrozenWhileAStartIsPending) {
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
