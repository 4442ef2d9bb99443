// SPDX-License-Identifier: Apache-2.0
// Both drivers on a device of the test's own: no simulator, no model. tests/unit/sim has the same
// driver on every machine.
#include <gtest/gtest.h>

#include <functional>
#include <memory>

#include "host_driver/accelerator.h"
#include "host_driver/driver.h"
#include "host_driver/firmware_driver.h"
#include "host_driver/sliced_transport.h"
#include "tests/unit/host_driver/device_buffers.h"
#include "tests/unit/host_driver/loop_device.h"

namespace tercet {
namespace {

std::string error_of(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

void expect_text(const std::string& text, const char* part) {
  EXPECT_NE(text.find(part), std::string::npos) << "got: " << text;
}

/// What the device takes for firmware.
FirmwareImage any_image() {
  FirmwareImage image;
  image.name = "any.elf";
  image.code_bytes = 4;
  image.data_bytes = 4 * TERCET_BOOT_BLOCK_WORDS;
  image.itcm.resize(TERCET_CORE_ITCM_BYTES / 4);
  image.dtcm.resize(TERCET_CORE_DTCM_BYTES / 4);
  return image;
}

/// By registers, or by rings.
class BothDriversTest : public testing::TestWithParam<bool> {
 protected:
  std::unique_ptr<CommandPort> port(uint64_t timeout_cycles = 0) {
    if (!GetParam()) return std::make_unique<Driver>(device_, machine_, timeout_cycles);
    return std::make_unique<FirmwareDriver>(device_, machine_, any_image(), timeout_cycles);
  }

  const tercet_config& machine_ = find_machine("tiny");
  LoopDevice device_{machine_};
};

INSTANTIATE_TEST_SUITE_P(Ports, BothDriversTest, testing::Values(false, true),
                         [](const auto& info) { return info.param ? "rings" : "registers"; });

TEST_P(BothDriversTest, ProductsAreExactAndTouchNothingElse) {
  const std::unique_ptr<CommandPort> driver = port();
  for (const int64_t n : {1, 16, 35}) {
    for (const int64_t k : {1, 16, 53}) {
      for (const int64_t m_tile : {1, 2, 5}) {
        const Problem problem = random_problem(5, n, k, static_cast<uint64_t>(n * k));
        EXPECT_EQ(run(*driver, problem, Packing::kTwoBit, m_tile), "");
        EXPECT_EQ(run(*driver, problem, Packing::kTrit5, m_tile), "");
      }
    }
  }
}

TEST_P(BothDriversTest, TheAcceleratorCutsWhatIsTooLongAndAddsTheParts) {
  Accelerator accelerator(port());
  std::vector<std::pair<int64_t, size_t>> told;  // rows and commands
  accelerator.observe([&](const GemmRecord& r) { told.emplace_back(r.m, r.commands); });
  const Problem problem = random_problem(3, 4, 2 * int64_t{machine_.k_max} + 7, 1);
  const Accelerator::WeightId id = accelerator.upload(problem.w(), Packing::kTrit5);
  std::vector<int32_t> acc(problem.expected.size());
  accelerator.gemm(id, problem.q.data(), problem.m, acc.data());
  EXPECT_EQ(acc, problem.expected);
  EXPECT_EQ(told, (std::vector<std::pair<int64_t, size_t>>{{3, 3}}));
  accelerator.release(id);
  EXPECT_EQ(accelerator.weight_bytes(), 0u);
  const Problem wide = random_problem(1, 4096, 4096, 1);
  expect_text(error_of([&] { accelerator.upload(wide.w(), Packing::kTwoBit); }),
              "w: device memory: ");
}

TEST_P(BothDriversTest, MoreCommandsThanFitCompleteInOrder) {
  const std::unique_ptr<CommandPort> driver = port();
  const Problem problem = random_problem(1, 3, 5, 2);
  std::vector<DeviceBuffers> buffers;
  std::vector<uint64_t> tickets;
  for (uint64_t i = 0; i < 150; ++i) {
    buffers.emplace_back(device_, machine_, problem, Packing::kTwoBit, 1, 4096 * (i + 1));
    tickets.push_back(driver->start(buffers.back().gemm()));
    ASSERT_EQ(tickets.back(), i + 1);
  }
  driver->wait(tickets[100]);
  for (size_t i = 0; i <= 100; ++i) ASSERT_EQ(buffers[i].check_done(), "") << i;
  driver->wait_all();
  for (const DeviceBuffers& b : buffers) ASSERT_EQ(b.check_done(), "");
  EXPECT_EQ(device_.most_in_flight, GetParam() ? 64u : 2u);
  expect_text(error_of([&] { driver->wait(tickets.back() + 1); }), "was not given out");
}

TEST_P(BothDriversTest, AnErrorOfTheMachineIsNamedAndSurvived) {
  const std::unique_ptr<CommandPort> driver = port();
  const Problem problem = random_problem(2, 20, 20, 5);
  device_.outcomes = {TERCET_ERR_BAD_TILE};
  try {
    run(*driver, problem, Packing::kTwoBit, 2);
    FAIL();
  } catch (const DeviceError& error) {
    EXPECT_EQ(error.code(), uint32_t{TERCET_ERR_BAD_TILE});
    expect_text(error.what(), "M=2 N=20 K=20 m_tile=2 packing=two_bit");
    expect_text(error.what(), "device error bad_tile (2)");
  }
  EXPECT_EQ(run(*driver, problem, Packing::kTwoBit, 2), "");
}

TEST_P(BothDriversTest, AHangIsATimeoutAndTheMachineIsUsableAfterwards) {
  const std::unique_ptr<CommandPort> driver = port();
  const Problem problem = random_problem(2, 20, 20, 5);
  device_.outcomes = {LoopDevice::kHang};
  const DeviceBuffers buffers(device_, machine_, problem, Packing::kTwoBit, 2);
  const uint64_t ticket = driver->start(buffers.gemm());
  EXPECT_THROW(driver->wait(ticket), TimeoutError);
  expect_text(error_of([&] { driver->wait(ticket); }), "was dropped by a reset");
  EXPECT_EQ(buffers.check_untouched(), "");
  device_.outcomes.clear();
  EXPECT_EQ(run(*driver, problem, Packing::kTwoBit, 2), "");
}

TEST_P(BothDriversTest, CountersAreThoseSinceTheyWereCleared) {
  const std::unique_ptr<CommandPort> driver = port();
  const Problem problem = random_problem(3, 20, 20, 5);
  for (int i = 0; i < 2; ++i) {
    driver->clear_counters();
    EXPECT_EQ(driver->read_counters(), Counters{});
    ASSERT_EQ(run(*driver, problem, Packing::kTwoBit, 2), "");
    EXPECT_EQ(driver->read_counters()[TERCET_COUNTER_WEIGHT_BEATS],
              2 * static_cast<uint64_t>(weight_beats(machine_, Packing::kTwoBit, 20, 20)));
  }
}

TEST_P(BothDriversTest, FieldsBeyondTheirRegistersAreRefusedByName) {
  const std::unique_ptr<CommandPort> driver = port();
  const auto expect = [&](const char* field, const std::function<void(Gemm*)>& spoil) {
    Gemm gemm{1, 1, 1, 1, Packing::kTwoBit, 4096, 8192, 12288};
    spoil(&gemm);
    expect_text(error_of([&] { driver->start(gemm); }), field);
  };
  expect("M = 0 is not in [1, 65535]", [](Gemm* g) { g->m = 0; });
  expect("M = 65536", [](Gemm* g) { g->m = TERCET_MAX_CMD_M + 1; });
  expect("N = ", [](Gemm* g) { g->n = int64_t{TERCET_MAX_CMD_N} + 1; });
  expect("K = 65536", [](Gemm* g) { g->k = TERCET_MAX_CMD_K + 1; });
  expect("m_tile = 256", [](Gemm* g) { g->m_tile = 256; });
  expect("activation address", [](Gemm* g) { g->activations = uint64_t{1} << 40; });
  expect("weight address", [](Gemm* g) { g->weights = uint64_t{1} << 40; });
  expect("output address", [](Gemm* g) { g->outputs = uint64_t{1} << 40; });
}

TEST_P(BothDriversTest, AnotherMachineIsRefusedByTheRegisterThatTells) {
  for (const auto& [offset, name] : std::map<uint32_t, const char*>{
           {TERCET_CSR_ID, "ID is 0x00000007, but this driver's machine 'tiny' has 0x"},
           {TERCET_CSR_VERSION, "VERSION is 0x00000007"},
           {TERCET_CSR_CONFIG_HASH, "CONFIG_HASH is 0x00000007"},
           {TERCET_CSR_GEOMETRY, "GEOMETRY is 0x00000007"}}) {
    const uint32_t good = std::exchange(device_.registers[offset], 7u);
    expect_text(error_of([this] { port(); }), name);
    device_.registers[offset] = good;
  }
  device_.refused = TERCET_CSR_CTRL;
  expect_text(error_of([this] { port(); }), "write of register 0x010 answered with bus response 2");
}

TEST(DriverAloneTest, AShortLimitIsKept) {
  const tercet_config& machine = find_machine("edge");
  LoopDevice device(machine);
  Driver hurried(device, machine, 10);
  const Problem problem = random_problem(1, 10, 10, 1);
  expect_text(error_of([&] { run(hurried, problem, Packing::kTwoBit, 1); }),
              "command 1 (M=1 N=10 K=10 m_tile=1 packing=two_bit): not done after 10 cycles");
  Driver patient(device, machine);
  EXPECT_EQ(run(patient, problem, Packing::kTwoBit, 1), "");
}

TEST(FirmwareDriverAloneTest, AFirmwareThatDoesNotStartIsNamed) {
  const tercet_config& machine = find_machine("tiny");
  LoopDevice device(machine);
  const auto boot = [&] { FirmwareDriver(device, machine, any_image()); };
  tercet_fw_state state{};
  state.phase = TERCET_FW_PHASE_BAD_BOOT;
  state.detail = 6;
  device.boot_phase = tercet_fw_state_pack(state);
  EXPECT_EQ(error_of(boot), "firmware any.elf: boot: word 6 of the boot block is refused");
  state.phase = TERCET_FW_PHASE_FAULT;
  device.boot_phase = tercet_fw_state_pack(state);
  device.registers[TERCET_CSR_CORE_PC] = 0x44;
  EXPECT_EQ(error_of(boot), "firmware any.elf: boot: stopped in phase 3, cause 0x6, pc 0x44");
  device.boot_phase = TERCET_FW_PHASE_OFF;
  EXPECT_EQ(error_of(boot), "firmware any.elf: not ready 1000000 cycles after its start, pc 0x44");
  device.boot_phase = TERCET_FW_PHASE_READY;
  EXPECT_NO_THROW(boot());
}

TEST(FirmwareDriverAloneTest, CopiesMoveBytes) {
  const tercet_config& machine = find_machine("tiny");
  LoopDevice device(machine);
  FirmwareDriver driver(device, machine, any_image());
  const uint64_t word = 0x0123456789abcdef;
  device.mem_write(0x1000, &word, sizeof word);
  driver.copy(0x1000, 0x3000, 64);
  uint64_t copied = 0;
  device.mem_read(0x3000, &copied, sizeof copied);
  EXPECT_EQ(copied, word);
  device.outcomes = {TERCET_ERR_BAD_LENGTH};
  expect_text(error_of([&] { driver.copy(0x1000, 0x1000, 64); }),
              "copy 64 bytes 0x1000 to 0x1000: device error bad_length (36): bytes = 64: at least "
              "one beat of 16");
}

TEST(QueueOptionsTest, WrongOptionsAreNamed) {
  const tercet_config& tiny = find_machine("tiny");
  const auto refused = [&](const char* name, const std::function<void(QueueOptions*)>& spoil) {
    QueueOptions options;
    options.queue_log2 = options.completion_log2 = 5;
    options.windows.resize(4);
    spoil(&options);
    expect_text(error_of([&] { make_boot_block(tiny, options); }), name);
  };
  refused("no error", [](QueueOptions*) {});
  refused("queue_log2 = 0 is not in [1, 8]", [](QueueOptions* o) { o->queue_log2 = 0; });
  refused("completion_log2 = 4 is not in [5, 8]", [](QueueOptions* o) { o->completion_log2 = 4; });
  refused("command ring = 0x1001", [](QueueOptions* o) { o->queue = 0x1001; });
  refused("completion ring [0xfffffff000", [](QueueOptions* o) {
    o->completions = (uint64_t{1} << 40) - 4096;
    o->completion_log2 = 8;
  });
  refused("5 windows, the limit is 4", [](QueueOptions* o) { o->windows.resize(5); });
  refused("window bytes = 0x10", [](QueueOptions* o) { o->windows[0].bytes = 16; });
}

TEST(AcceleratorTilingTest, TokensAreSpreadEvenlyOverAsFewPassesAsPossible) {
  const tercet_config& edge = find_machine("edge");
  EXPECT_EQ(Accelerator::choose_m_tile(edge, 1, 2560), 1);
  EXPECT_EQ(Accelerator::choose_m_tile(edge, 64, 2560), 64);
  EXPECT_EQ(Accelerator::choose_m_tile(edge, 65, 2560), 33);
  EXPECT_EQ(Accelerator::choose_m_tile(edge, 200, 2560), 50);
  EXPECT_EQ(Accelerator::choose_m_tile(edge, 64, 65535), 8);
}

TEST(SlicedTransportTest, LongWaitsCanBeBrokenOff) {
  const tercet_config& machine = find_machine("tiny");
  LoopDevice device(machine);
  int slices = 0;
  SlicedTransport sliced(device, [&slices] {
    if (++slices > 3) fail("stop");
  });
  EXPECT_EQ(error_of([&] { sliced.wait_irq(10 * SlicedTransport::kSlice); }), "stop");
  EXPECT_EQ(slices, 4);
  slices = 0;
  const uint64_t before = device.cycle();
  EXPECT_FALSE(sliced.wait_irq(2));
  EXPECT_EQ(device.cycle(), before + 2);
}

}  // namespace
}  // namespace tercet
