// SPDX-License-Identifier: Apache-2.0
// Commands of the ring one by one, and what goes wrong with them in words.
#include <gtest/gtest.h>

#include "firmware/embedded.h"
#include "firmware/version.h"
#include "host_driver/firmware_driver.h"
#include "tests/unit/sim/ring_bench.h"

namespace tercet {
namespace {

class RingTest : public testing::TestWithParam<Backend> {};

INSTANTIATE_TEST_SUITE_P(Everywhere, RingTest, testing::ValuesIn(ring_backends()),
                         [](const auto& info) { return info.param.name(); });

/// On machines whose commands take their time.
class TimedRingTest : public testing::TestWithParam<Backend> {};

std::vector<Backend> timed_backends() {
  std::vector<Backend> backends;
  for (const Backend& backend : ring_backends()) {
    if (backend.kind == BackendKind::kRtl) backends.push_back(backend);
  }
  return backends;
}

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(TimedRingTest);  // in a build without RTL
INSTANTIATE_TEST_SUITE_P(Everywhere, TimedRingTest, testing::ValuesIn(timed_backends()),
                         [](const auto& info) { return info.param.name(); });

Descriptor plain(uint32_t opcode) {
  Descriptor words{};
  words[0] = opcode;
  return words;
}

template <typename Call>
std::string error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST_P(RingTest, GetInfoTellsTheMachineAndItsFirmware) {
  RingBench bench(GetParam(), 1, RingLayout::options(3, 4));
  Descriptor words = plain(TERCET_OPCODE_GET_INFO);
  words[8] = static_cast<uint32_t>(RingLayout::kBoth.base + 64);
  ASSERT_EQ(bench.run({words}).at(0).status, uint32_t{TERCET_ERR_NONE});
  std::array<uint32_t, TERCET_INFO_WORDS> record{};
  bench.transport().mem_read(words[8], record.data(), TERCET_RECORD_BYTES);
  tercet_info info;
  tercet_info_unpack(record.data(), &info);
  EXPECT_EQ(info.id, uint32_t{TERCET_HW_ID});
  EXPECT_EQ(info.config_hash, bench.machine().config_hash);
  EXPECT_EQ(info.firmware_version, uint32_t{TERCET_FIRMWARE_VERSION});
  EXPECT_EQ(info.queue_log2, 3u);
  EXPECT_EQ(info.completion_log2, 4u);
  EXPECT_EQ(info.windows, 4u);
  EXPECT_EQ(info.opcodes, 0x1fu);
  std::vector<uint8_t> after = bench.memory();
  EXPECT_EQ(bench.check_outside(), "");
}

TEST_P(RingTest, ReservedOpcodesSayThatTheyAreNotImplemented) {
  RingBench bench(GetParam(), 1, RingLayout::options());
  std::vector<Descriptor> commands;
  for (uint32_t opcode = TERCET_OPCODE_RMS_NORM; opcode <= TERCET_OPCODE_ACTIVATION; ++opcode) {
    commands.push_back(plain(opcode));
  }
  commands.push_back(plain(5));
  commands.push_back(plain(255));
  const std::vector<tercet_completion> done = bench.run(commands);
  for (size_t i = 0; i < done.size(); ++i) {
    const bool reserved = i < done.size() - 2;
    EXPECT_EQ(done[i].status,
              uint32_t{reserved ? TERCET_ERR_NOT_IMPLEMENTED : TERCET_ERR_BAD_OPCODE});
    EXPECT_EQ(done[i].opcode, commands[i][0]);
  }
}

TEST_P(RingTest, CompletionsCountTheWorkOfTheirCommand) {
  RingBench bench(GetParam(), 1, RingLayout::options());
  DescriptorSource source(bench.machine(), 2);
  for (int i = 0; i < 5; ++i) {
    const Descriptor words = source.gemm();
    tercet_gemm_command gemm;
    tercet_gemm_command_unpack(words.data(), &gemm);
    const tercet_completion done = bench.run({words}).at(0);
    ASSERT_EQ(done.status, uint32_t{TERCET_ERR_NONE});
    if (GetParam().kind == BackendKind::kFunctional) continue;  // has no counters there
    const uint32_t passes = (gemm.m + gemm.m_tile - 1) / gemm.m_tile;
    EXPECT_EQ(done.weight_beats, passes * gemm.wbeats);
    EXPECT_EQ(done.act_beats, activation_beats(bench.machine(), gemm.m, gemm.k));
    if (GetParam().kind == BackendKind::kRtl) {
      EXPECT_GT(done.cycles, done.array_active);
    }
  }
}

TEST_P(RingTest, ARefusalNamesCommandFieldAndLimit) {
  RingBench bench(GetParam(), 1, RingLayout::options());
  DescriptorSource source(bench.machine(), 3);
  const auto sentence = [&](Descriptor words) {
    const tercet_completion done = bench.run({words}).at(0);
    return describe_failure(bench.machine(), bench.queue().options(), words, done);
  };
  Descriptor words = source.gemm();
  words[10] = static_cast<uint32_t>(RingLayout::kReadable.base);
  std::string text = sentence(words);
  EXPECT_NE(text.find("gemm M="), std::string::npos) << text;
  EXPECT_NE(text.find("bad_window (35): outputs [0x10000, +0x"), std::string::npos) << text;
  EXPECT_NE(text.find("no window that allows writing; windows: [0x10000, +0x10000)r [0x28000"),
            std::string::npos)
      << text;
  words = source.gemm();
  words[13] = 7;
  text = sentence(words);
  EXPECT_NE(text.find("reserved_bits (34): word 13 = 0x00000007"), std::string::npos) << text;
  words = source.gemm();
  words[5] += 1;
  text = sentence(words);
  EXPECT_NE(text.find(fmt::format("wbeats = {}, the shape needs {}", words[5], words[5] - 1)),
            std::string::npos)
      << text;
}

TEST_P(TimedRingTest, TheWatchdogEndsACommandThatIsTooLong) {
  QueueOptions options = RingLayout::options();
  options.watchdog = 300;
  RingBench bench(GetParam(), 1, options);
  DescriptorSource source(bench.machine(), 3);
  Descriptor words = source.gemm();
  tercet_gemm_command gemm;
  tercet_gemm_command_unpack(words.data(), &gemm);
  gemm.m = 64;
  gemm.m_tile = 1;
  gemm.act_lo = static_cast<uint32_t>(RingLayout::kReadable.base);
  gemm.out_lo = static_cast<uint32_t>(RingLayout::kWritable.base);
  tercet_gemm_command_pack(&gemm, words.data());
  const std::vector<tercet_completion> done = bench.run({words, words});
  EXPECT_EQ(done[0].status, uint32_t{TERCET_ERR_WATCHDOG});
  EXPECT_TRUE(done[1].status == TERCET_ERR_ABORTED || done[1].status == TERCET_ERR_WATCHDOG);
  EXPECT_EQ(bench.run({plain(TERCET_OPCODE_FENCE)}).at(0).status, uint32_t{TERCET_ERR_NONE});
  EXPECT_EQ(bench.check_outside(), "");
}

TEST_P(RingTest, CopiesOfTheDriverMoveBytes) {
  const std::unique_ptr<Transport> transport = GetParam().make({}, RingLayout::kBytes);
  FirmwareDriver driver(*transport, GetParam().machine(),
                        parse_firmware("built-in", embedded_firmware()));
  std::vector<uint8_t> bytes(4096 + 256);
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<uint8_t>(i * 7 + i / 256);
  transport->mem_write(0x1f80, bytes.data(), bytes.size());
  driver.copy(0x1f80, 0x8080, static_cast<uint32_t>(bytes.size()));
  std::vector<uint8_t> copied(bytes.size());
  transport->mem_read(0x8080, copied.data(), copied.size());
  EXPECT_EQ(copied, bytes);
  const std::string text = error_of([&] { driver.copy(0x1f80, 0x1f80, 256); });
  EXPECT_NE(text.find("copy 256 bytes 0x1f80 to 0x1f80: device error bad_length"),
            std::string::npos)
      << text;
}

TEST(FirmwareFileTest, TheFirmwareFitsIntoEightKibibytes) {
  const FirmwareImage image = parse_firmware("built-in", embedded_firmware());
  uint32_t loaded = image.code_bytes;
  for (size_t i = TERCET_BOOT_BLOCK_WORDS; i < image.dtcm.size(); ++i) {
    if (image.dtcm[i] != 0) loaded = image.code_bytes + 4 * static_cast<uint32_t>(i + 1);
  }
  EXPECT_LE(loaded, 8192u);
  EXPECT_LE(image.data_bytes + 512, uint32_t{TERCET_CORE_DTCM_BYTES}) << "and a stack";
}

TEST(FirmwareFileTest, AnyByteMayBeWrong) {
  const std::vector<uint8_t> good = embedded_firmware();
  Rng rng(1);
  for (int i = 0; i < 5000; ++i) {
    std::vector<uint8_t> bytes = good;
    for (uint64_t n = 0; n <= rng.below(4); ++n) {
      bytes[rng.below(rng.below(2) == 0 ? 200 : bytes.size())] = static_cast<uint8_t>(rng.next());
    }
    try {
      const FirmwareImage image = parse_firmware("mutated.elf", bytes);
      EXPECT_LE(image.code_bytes, uint32_t{TERCET_CORE_ITCM_BYTES});
      EXPECT_LE(image.data_bytes, uint32_t{TERCET_CORE_DTCM_BYTES});
    } catch (const Error&) {
    }
  }
}

}  // namespace
}  // namespace tercet
