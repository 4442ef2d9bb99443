// SPDX-License-Identifier: Apache-2.0
// Whatever a host or a memory does to the rings: a named status for every command, no byte outside
// the windows, no hang, and good commands afterwards. TERCET_FAULT_COMMANDS makes it longer.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "tests/unit/sim/ring_bench.h"

namespace tercet {
namespace {

/// Commands of the largest test; the others use a share of it.
uint64_t fault_commands() {
  const char* text = std::getenv("TERCET_FAULT_COMMANDS");
  return text == nullptr ? 300 : std::strtoull(text, nullptr, 10);
}

std::vector<Backend> backends() {
  std::vector<Backend> backends = ring_backends();
  backends.erase(std::remove_if(backends.begin(), backends.end(),
                                [](const Backend& b) { return b.timing == "dram"; }),
                 backends.end());
  return backends;
}

class RingFaultTest : public testing::TestWithParam<Backend> {
 protected:
  bool plain() const { return GetParam().stalls == StallMode::kNone; }
  /// 1, or that of --gtest_random_seed. Each failure shows it.
  uint64_t seed_ = 1 + static_cast<uint64_t>(testing::GTEST_FLAG(random_seed));
};

INSTANTIATE_TEST_SUITE_P(Everywhere, RingFaultTest, testing::ValuesIn(backends()),
                         [](const auto& info) { return info.param.name(); });

bool is_named(uint32_t status) { return std::string(tercet_error_name(status)) != "unknown"; }

TEST_P(RingFaultTest, AnyDescriptorDoesWhatTheReferenceDoes) {
  SCOPED_TRACE(seed_);
  const QueueOptions options = RingLayout::options();
  RingBench bench(GetParam(), seed_, options);
  RingBench reference({BackendKind::kFunctional, GetParam().config}, seed_, options);
  DescriptorSource source(bench.machine(), seed_);
  std::set<uint32_t> seen;
  uint64_t left = fault_commands();
  while (left > 0) {
    std::vector<Descriptor> commands(std::min(left, 1 + source.rng().below(32)));
    left -= commands.size();
    for (Descriptor& words : commands) {
      words = source.rng().below(4) == 0 ? source.good() : source.mutated();
    }
    const std::vector<tercet_completion> got = bench.run(commands);
    const std::vector<tercet_completion> want = reference.run(commands);
    ASSERT_EQ(got.size(), want.size());
    for (size_t i = 0; i < got.size(); ++i) {
      ASSERT_STREQ(tercet_error_name(got[i].status), tercet_error_name(want[i].status))
          << fmt::format("{:08x}", fmt::join(commands[i], " "));
      ASSERT_TRUE(is_named(got[i].status));
      ASSERT_EQ(got[i].field, want[i].field);
      ASSERT_EQ(got[i].opcode, want[i].opcode);
      ASSERT_EQ(got[i].sequence, want[i].sequence);
      seen.insert(got[i].status);
    }
    ASSERT_EQ(bench.check_outside(), "");
    std::vector<uint8_t> memory = bench.memory();
    const std::vector<uint8_t> expected = reference.memory();
    const auto ring = static_cast<int64_t>(options.completions);  // cycles and counters differ
    std::copy_n(expected.begin() + ring, ring_bytes(5), memory.begin() + ring);
    ASSERT_TRUE(memory == expected);
  }
  EXPECT_EQ(bench.check_good_command(), "");
  if (fault_commands() < 1000) return;
  for (const uint32_t status :
       {TERCET_ERR_NONE, TERCET_ERR_BAD_SHAPE, TERCET_ERR_BAD_TILE, TERCET_ERR_BAD_ALIGNMENT,
        TERCET_ERR_BAD_WEIGHT_BEATS, TERCET_ERR_BAD_OPCODE, TERCET_ERR_NOT_IMPLEMENTED,
        TERCET_ERR_RESERVED_BITS, TERCET_ERR_BAD_WINDOW, TERCET_ERR_BAD_LENGTH}) {
    EXPECT_EQ(seen.count(status), 1u) << tercet_error_name(status) << " never came";
  }
}

TEST_P(RingFaultTest, BusErrorsAtAnyBeatEndInNamedStatuses) {
  SCOPED_TRACE(seed_);
  Rng rng(seed_);
  for (uint64_t trial = 0; trial < fault_commands() / 10; ++trial) {
    SCOPED_TRACE(trial);
    std::vector<MemoryFault> faults(1 + rng.below(3));
    for (MemoryFault& fault : faults) {
      fault.write = rng.below(2) != 0;
      fault.beat = rng.below(300);
      fault.response = rng.below(2) != 0 ? BusResponse::kSlverr : BusResponse::kDecerr;
    }
    RingBench bench(GetParam(), trial, RingLayout::options(), faults);
    DescriptorSource source(bench.machine(), rng.next());
    std::vector<Descriptor> commands(1 + rng.below(8));
    for (Descriptor& words : commands) words = source.good();
    try {
      for (const tercet_completion& completion : bench.run(commands)) {
        ASSERT_TRUE(
            completion.status == TERCET_ERR_NONE || completion.status == TERCET_ERR_READ_SLVERR ||
            completion.status == TERCET_ERR_READ_DECERR ||
            completion.status == TERCET_ERR_WRITE_SLVERR ||
            completion.status == TERCET_ERR_WRITE_DECERR || completion.status == TERCET_ERR_ABORTED)
            << tercet_error_name(completion.status);
      }
    } catch (const FirmwareError&) {  // four faults in one completion: not with three
      FAIL();
    }
    ASSERT_EQ(bench.check_outside(), "");
    std::string after = bench.check_good_command();
    for (int i = 0; i < 3 && !after.empty(); ++i)
      after = bench.check_good_command();  // faults left
    ASSERT_EQ(after, "");
  }
}

TEST_P(RingFaultTest, ACompletionRingThatCannotBeWrittenStopsTheFirmwareByName) {
  std::vector<MemoryFault> faults;
  for (uint64_t beat = 0; beat < 64; ++beat) faults.push_back({true, beat, BusResponse::kSlverr});
  RingBench bench(GetParam(), seed_, RingLayout::options(), faults);
  Descriptor nop{};
  try {
    bench.run({nop});
    FAIL();
  } catch (const FirmwareError& error) {
    EXPECT_NE(std::string(error.what()).find("cause 0x19"), std::string::npos) << error.what();
  }
  for (int i = 0; i < 64; ++i) {
    bench.queue().boot();
    try {
      if (bench.check_good_command().empty()) return;
    } catch (const FirmwareError&) {  // faults left
    }
  }
  FAIL() << "the firmware does not come back";
}

TEST_P(RingFaultTest, DoorbellStormsHurtNobody) {
  SCOPED_TRACE(seed_);
  RingBench bench(GetParam(), seed_, RingLayout::options(3, 4));
  DescriptorSource source(bench.machine(), seed_);
  Rng& rng = source.rng();
  uint64_t completed = 0;
  for (uint64_t round = 0; round < fault_commands() / 10; ++round) {
    const uint64_t commands = 1 + rng.below(8);
    for (uint64_t i = 0; i < commands; ++i) bench.queue().push(source.gemm());
    const auto told = static_cast<uint32_t>(bench.queue().pushed());
    for (uint64_t i = 0; i < rng.below(40); ++i) {
      // Ahead of what fits into the ring, or behind what was told before.
      const uint32_t wrong = rng.below(2) == 0
                                 ? told + 9 + static_cast<uint32_t>(rng.below(1u << 31))
                                 : static_cast<uint32_t>(completed - rng.below(completed + 1));
      bench.queue().registers().write(TERCET_CSR_DOORBELL, wrong);
    }
    bench.queue().ring();
    for (uint64_t i = 0; i < rng.below(20); ++i) {
      bench.queue().registers().write(TERCET_CSR_DOORBELL, told);
    }
    bench.queue().wait(bench.queue().pushed(), RingBench::kPatience);
    tercet_completion completion;
    while (bench.queue().take(&completion)) {
      ASSERT_EQ(completion.status, uint32_t{TERCET_ERR_NONE});
      ++completed;
    }
    ASSERT_EQ(completed, bench.queue().pushed());
  }
  EXPECT_EQ(bench.check_outside(), "");
  EXPECT_EQ(bench.check_good_command(), "");
}

TEST_P(RingFaultTest, RingsOfAnySizeFillUpAndWrap) {
  SCOPED_TRACE(seed_);
  for (const auto& [queue, completions] :
       std::vector<std::pair<uint32_t, uint32_t>>{{1, 1}, {1, 8}, {3, 3}, {6, 7}, {8, 8}}) {
    RingBench bench(GetParam(), seed_, RingLayout::options(queue, completions));
    DescriptorSource source(bench.machine(), seed_);
    uint64_t left = std::max<uint64_t>(fault_commands() / 10, plain() ? 600 : 100);
    tercet_completion completion;
    while (left > 0) {
      while (left > 0 && !bench.queue().full()) {
        bench.queue().push(source.rng().below(8) == 0 ? source.good() : Descriptor{});
        --left;
      }
      EXPECT_TRUE(left == 0 || bench.queue().full());
      if (bench.queue().full()) {
        EXPECT_THROW(bench.queue().push({}), Error);
      }
      bench.queue().ring();
      // Now and then the host does not look before the machine has stopped for want of room.
      if (source.rng().below(4) == 0) {
        for (int i = 0; i < 40; ++i) {
          bench.queue().registers().read(TERCET_CSR_RETIRED);
        }
      }
      bench.queue().wait(
          bench.queue().completed() + 1 + source.rng().below(bench.queue().pending()),
          RingBench::kPatience);
      while (bench.queue().take(&completion)) {
        ASSERT_EQ(completion.status, uint32_t{TERCET_ERR_NONE});
      }
    }
    bench.queue().wait(bench.queue().pushed(), RingBench::kPatience);
    while (bench.queue().take(&completion)) {
      ASSERT_EQ(completion.status, uint32_t{TERCET_ERR_NONE});
    }
    EXPECT_EQ(bench.check_outside(), "");
    EXPECT_EQ(bench.check_good_command(), "");
  }
}

TEST_P(RingFaultTest, ResetsAndAbortsAtAnyCycleLeaveAMachineThatWorks) {
  SCOPED_TRACE(seed_);
  RingBench bench(GetParam(), seed_, RingLayout::options());
  DescriptorSource source(bench.machine(), seed_);
  Rng& rng = source.rng();
  tercet_completion completion;
  for (uint64_t trial = 0; trial < fault_commands() / 10; ++trial) {
    SCOPED_TRACE(trial);
    for (uint64_t i = 0; i < 1 + rng.below(16); ++i) bench.queue().push(source.good());
    bench.queue().ring();
    const uint64_t end = bench.transport().cycle() + rng.below(4000);
    while (bench.transport().cycle() < end) {
      bench.queue().registers().read(TERCET_CSR_CORE_PC);
    }
    if (rng.below(2) == 0) {
      bench.queue().boot();
    } else {
      bench.queue().abort(RingBench::kPatience);
      EXPECT_EQ(bench.queue().pending(), 0u);
    }
    while (bench.queue().take(&completion)) {
      ASSERT_TRUE(completion.status == TERCET_ERR_NONE || completion.status == TERCET_ERR_ABORTED)
          << tercet_error_name(completion.status);
    }
    if (rng.below(4) == 0) {
      ASSERT_EQ(bench.check_good_command(), "");
    }
    ASSERT_EQ(bench.check_outside(), "");
  }
  EXPECT_EQ(bench.check_good_command(), "");
}

TEST_P(RingFaultTest, BadBootBlocksAreRefusedByWord) {
  RingBench bench(GetParam(), seed_, RingLayout::options());
  RegisterAccess& registers = bench.queue().registers();
  const auto boot_with = [&](uint32_t word, uint32_t value) {
    bench.queue().stop();
    std::array<uint32_t, TERCET_BOOT_BLOCK_WORDS> words{};
    const tercet_boot_block block = make_boot_block(bench.machine(), bench.queue().options());
    tercet_boot_block_pack(&block, words.data());
    words[word] = value;
    for (uint32_t i = 0; i < words.size(); ++i) {
      registers.write(TERCET_HOST_DTCM_WINDOW + 4 * i, words[i]);
    }
    registers.write(TERCET_CSR_CORE_CTRL, 1);
    tercet_fw_state state{};
    for (int i = 0; i < 100000 && state.phase == TERCET_FW_PHASE_OFF; ++i) {
      state = tercet_fw_state_unpack(registers.read(TERCET_CSR_FW_STATE));
    }
    EXPECT_EQ(state.phase, uint32_t{TERCET_FW_PHASE_BAD_BOOT}) << word;
    EXPECT_EQ(state.detail, word);
  };
  for (const auto& [word, value] : std::vector<std::pair<uint32_t, uint32_t>>{{0, 0},
                                                                              {1, 0},
                                                                              {2, 4097},
                                                                              {3, 256},
                                                                              {4, 64},
                                                                              {5, 1u << 31},
                                                                              {6, 0},
                                                                              {6, 0x0109},
                                                                              {6, 0x0203},
                                                                              {6, 0x00050505},
                                                                              {6, 1u << 24},
                                                                              {8, 1u << 29},
                                                                              {9, 1u << 29},
                                                                              {16, 1},
                                                                              {31, 1}}) {
    boot_with(word, value);
  }
  bench.queue().boot();
  EXPECT_EQ(bench.check_good_command(), "");
}

}  // namespace
}  // namespace tercet
