// SPDX-License-Identifier: Apache-2.0
// What goes wrong on the SystemC device: refused commands, bus errors, resets.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "systemc_test_util.h"

namespace tercet {
namespace {

class SystemcErrors : public testing::Test {
 protected:
  uint32_t read(Transport& device, uint32_t offset) {
    uint32_t value = 0;
    EXPECT_EQ(device.csr_read(offset, &value), BusResponse::kOkay) << offset;
    return value;
  }

  /// The error code with which a device with these faults ends the command.
  uint32_t code_of(const GemmCase& c, std::vector<MemoryFault> faults = {}) {
    SystemcOptions options = systemc_options("dram");
    options.faults = std::move(faults);
    SystemcDevice device(machine_, options);
    Driver driver(device, machine_);
    load(device, c);
    try {
      driver.wait(driver.start(c.gemm));
    } catch (const DeviceError& error) {
      // The driver has reset the machine: the next command works.
      GemmCase again = good_;
      EXPECT_EQ(run_gemm(driver, again).outputs, expected_);
      return error.code();
    }
    return TERCET_ERR_NONE;
  }

  void SetUp() override {
    std::mt19937_64 rng(11);
    do {
      good_ = random_gemm(machine_, rng);
    } while (good_.gemm.m < 3);
    SystemcDevice device(machine_, systemc_options());
    Driver driver(device, machine_);
    expected_ = run_gemm(driver, good_).outputs;
  }

  const tercet_config& machine_ = find_machine("tiny");
  GemmCase good_;
  std::vector<uint8_t> expected_;
};

TEST_F(SystemcErrors, OutputsThatFillNoBeatAreRefused) {
  tercet_config narrow = machine_;
  narrow.cols = narrow.axi_bytes / 8;
  try {
    const SystemcDevice device(narrow, systemc_options("ideal"));
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("cols = 2"), std::string::npos) << error.what();
  }
}

TEST_F(SystemcErrors, BadCommandsAreRefusedWithTheirCode) {
  GemmCase c = good_;
  c.gemm.k = machine_.k_max + 1;
  EXPECT_EQ(code_of(c), uint32_t{TERCET_ERR_BAD_SHAPE});
  c = good_;
  c.gemm.m_tile = machine_.tokens + 1;
  c.gemm.weights += 1;  // the first check that fails is the code
  EXPECT_EQ(code_of(c), uint32_t{TERCET_ERR_BAD_TILE});
  c = good_;
  c.gemm.outputs += 4;
  EXPECT_EQ(code_of(c), uint32_t{TERCET_ERR_BAD_ALIGNMENT});
  c = good_;
  c.gemm.outputs = (uint64_t{1} << machine_.addr_bits) - machine_.axi_bytes;
  EXPECT_EQ(code_of(c), uint32_t{TERCET_ERR_BAD_ADDRESS});
}

TEST_F(SystemcErrors, BusErrorsEndTheCommandWithTheirCode) {
  for (const uint64_t beat : {uint64_t{0}, uint64_t{5}, uint64_t{11}}) {
    EXPECT_EQ(code_of(good_, {{false, beat, BusResponse::kSlverr}}),
              uint32_t{TERCET_ERR_READ_SLVERR});
    EXPECT_EQ(code_of(good_, {{false, beat, BusResponse::kDecerr}}),
              uint32_t{TERCET_ERR_READ_DECERR});
    EXPECT_EQ(code_of(good_, {{true, beat, BusResponse::kSlverr}}),
              uint32_t{TERCET_ERR_WRITE_SLVERR});
    EXPECT_EQ(code_of(good_, {{true, beat, BusResponse::kDecerr}}),
              uint32_t{TERCET_ERR_WRITE_DECERR});
  }
}

TEST_F(SystemcErrors, ADeadlockIsAnErrorThatNamesTheUnitThatWaits) {
  // Queues without a place: dispatch waits for ever.
  const auto message = [&](uint32_t TimingTable::*places, const char* memory) -> std::string {
    SystemcOptions options = systemc_options(memory);
    options.latencies.*places = 0;
    SystemcDevice device(machine_, options);
    Driver driver(device, machine_);
    load(device, good_);
    try {
      driver.wait(driver.start(good_.gemm));
    } catch (const TimeoutError& error) {
      return std::string("timeout: ") + error.what();
    } catch (const Error& error) {
      return error.what();
    }
    return "the command ended";
  };
  for (const char* memory : {"ideal", "dram"}) {
    for (const auto& [places, unit] :
         {std::pair{&TimingTable::in_flight, "dispatch: a place among the commands in flight"},
          std::pair{&TimingTable::queue_depth, "dispatch: a place in the sequencer's queue"}}) {
      const std::string what = message(places, memory);
      EXPECT_EQ(what.find("systemc: deadlock in cycle "), 0u) << what;
      EXPECT_NE(what.find(unit), std::string::npos) << what;
    }
  }
}

TEST_F(SystemcErrors, AddressesBehindTheMemoryAreDecodeErrors) {
  SystemcDevice device(machine_, systemc_options());
  Driver driver(device, machine_);
  GemmCase c = good_;
  load(device, c);
  c.gemm.activations = device.mem_size();
  EXPECT_THROW(driver.wait(driver.start(c.gemm)), DeviceError);
  c = good_;
  c.gemm.outputs = device.mem_size() - machine_.axi_bytes;
  EXPECT_THROW(driver.wait(driver.start(c.gemm)), DeviceError);
  EXPECT_EQ(run_gemm(driver, good_).outputs, expected_);
}

TEST_F(SystemcErrors, ASoftResetAtAnyTimeLeavesAWorkingMachine) {
  SystemcDevice device(machine_, systemc_options("dram"));
  Driver driver(device, machine_);
  load(device, good_);
  for (uint64_t cycles = 0; cycles < 2000; cycles += 37) {
    driver.start(good_.gemm);
    device.wait_irq(cycles);
    driver.reset();
    EXPECT_EQ(read(device, TERCET_CSR_STARTED), 0u);
    EXPECT_EQ(read(device, TERCET_CSR_COMPLETED), 0u);
    EXPECT_EQ(read(device, TERCET_CSR_ERROR), uint32_t{TERCET_ERR_NONE});
  }
  EXPECT_EQ(run_gemm(driver, good_).outputs, expected_);
}

TEST_F(SystemcErrors, AccessesOutsideTheMapAreRefused) {
  SystemcDevice device(machine_, systemc_options());
  uint32_t value = 0;
  EXPECT_EQ(device.csr_read(0xffc, &value), BusResponse::kSlverr);
  EXPECT_EQ(device.csr_read(TERCET_CSR_ID + 1, &value), BusResponse::kSlverr);
  EXPECT_EQ(device.csr_write(TERCET_CSR_ID, 0), BusResponse::kSlverr);
  EXPECT_EQ(device.csr_write(TERCET_CSR_CYCLES_BUSY_LO, 0), BusResponse::kSlverr);
  EXPECT_EQ(device.csr_write(TERCET_CSR_CMD_M, 0xffffffff), BusResponse::kOkay);
  EXPECT_EQ(read(device, TERCET_CSR_CMD_M), uint32_t{TERCET_MAX_CMD_M});
}

TEST_F(SystemcErrors, CommandRegistersAreFrozenWhileAStartIsPending) {
  SystemcDevice device(machine_, systemc_options());
  for (const uint32_t offset : {TERCET_CSR_START, TERCET_CSR_CMD_M, TERCET_CSR_START}) {
    const bool first = offset == TERCET_CSR_START && device.cycle() == 0;
    EXPECT_EQ(device.csr_write(offset, 1), first ? BusResponse::kOkay : BusResponse::kSlverr);
  }
}

}  // namespace
}  // namespace tercet
