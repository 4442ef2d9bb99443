// SPDX-License-Identifier: Apache-2.0
// Timelines of RTL and SystemC: the same slices and the same active cycles, to the cycle.
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "sim/trace/trace_sink.h"
#include "sim/verilated/verilated_options.h"
#include "systemc_test_util.h"

namespace tercet {
namespace {

/// (track, begin, end, name, command, index), so that order is that of time.
using Slice = std::tuple<std::string, uint64_t, uint64_t, std::string, uint64_t, uint64_t>;

class Recorder : public TraceSink {
 public:
  void slice(const TraceSlice& s) override {
    slices_.push_back(
        {trace_track_name(s.track), s.begin, s.end, std::string(s.name), s.command, s.index});
  }
  void active(TraceTrack track, uint64_t first, uint64_t count) override {
    for (uint64_t i = 0; i < count; ++i) active_[trace_track_name(track)].push_back(first + i);
  }

  void clear() {
    slices_.clear();
    active_.clear();
  }

  std::vector<Slice> slices() const {
    std::vector<Slice> sorted = slices_;
    std::sort(sorted.begin(), sorted.end());
    return sorted;
  }
  const std::map<std::string, std::vector<uint64_t>>& active_cycles() const { return active_; }

 private:
  std::vector<Slice> slices_;
  std::map<std::string, std::vector<uint64_t>> active_;
};

std::string text(const Slice& s) {
  const auto& [track, begin, end, name, command, index] = s;
  return track + " " + name + " of command " + std::to_string(command) + ", " +
         std::to_string(index) + ": [" + std::to_string(begin) + ", " + std::to_string(end) + ")";
}

void expect_same(const Recorder& got, const Recorder& expected) {
  const std::vector<Slice> a = got.slices();
  const std::vector<Slice> b = expected.slices();
  for (size_t i = 0; i < std::min(a.size(), b.size()); ++i) ASSERT_EQ(text(a[i]), text(b[i]));
  EXPECT_EQ(a.size(), b.size());
  EXPECT_TRUE(got.active_cycles() == expected.active_cycles());
}

/// Machine and memory.
using Setting = std::pair<const char*, const char*>;

class Slices : public testing::TestWithParam<Setting> {
 protected:
  void SetUp() override {
    SystemcOptions options = systemc_options(GetParam().second);
    options.trace = &systemc_slices_;
    systemc_ = make_systemc_device(machine_, options);
    VerilatedOptions rtl;
    rtl.memory_bytes = options.memory_bytes;
    rtl.timing = options.timing;
    rtl.slices = &rtl_slices_;
    rtl_ = make_verilated_device(machine_, rtl);
  }

  const tercet_config& machine_ = find_machine(GetParam().first);
  Recorder systemc_slices_;
  Recorder rtl_slices_;
  std::unique_ptr<Transport> systemc_;
  std::unique_ptr<Transport> rtl_;
};

/// A copy by the mover, apart from the products.
void start_copy(Transport& device, const tercet_config& machine, uint32_t beats) {
  constexpr uint32_t kFrom = 16u << 20, kTo = 20u << 20;
  device.csr_write(TERCET_CSR_MOVER_SRC_LO, kFrom + 3 * machine.axi_bytes);
  device.csr_write(TERCET_CSR_MOVER_DST_LO, kTo + 5 * machine.axi_bytes);
  device.csr_write(TERCET_CSR_MOVER_BEATS, beats);
  device.csr_write(TERCET_CSR_MOVER_GO, tercet_mover_go_pack({0, 0, 1}));
}

void wait_copy(Transport& device) {
  uint32_t status = 1;
  while (tercet_mover_status_unpack(status).busy != 0) {
    device.csr_read(TERCET_CSR_MOVER_STATUS, &status);
  }
}

TEST_P(Slices, OfRtlAndSystemcAreEqual) {
  Driver systemc(*systemc_, machine_);
  Driver rtl(*rtl_, machine_);
  std::mt19937_64 rng(33);
  const int points = machine_.rows == 16 ? 120 : 30;
  for (int i = 0; i < points && !HasFatalFailure(); ++i) {
    // Two in flight now and then, and a reset, after which commands are counted from 0.
    const GemmCase c = random_gemm(machine_, rng);
    const bool twice = rng() % 2 == 0;
    const auto copied = static_cast<uint32_t>(rng() % 3 == 0 ? 0 : rng() % 60);
    for (Driver* driver : {&systemc, &rtl}) {
      if (i % 16 == 15) driver->reset();
      load(driver->transport(), c);
      driver->start(c.gemm);
      if (copied != 0) start_copy(driver->transport(), machine_, copied);
      if (twice) driver->start(c.gemm);
      driver->wait_all();
      wait_copy(driver->transport());
      driver->read_counters();
    }
    SCOPED_TRACE(describe(c.gemm));
    expect_same(systemc_slices_, rtl_slices_);
    ASSERT_EQ(rtl_slices_.active_cycles().size(), 3U);
    systemc_slices_.clear();
    rtl_slices_.clear();
  }
}

TEST_P(Slices, AddUpToTheCounters) {
  Driver driver(*rtl_, machine_);
  std::mt19937_64 rng(7);
  const Recorder& slices = rtl_slices_;
  const GemmCase c = random_gemm(machine_, rng);
  load(*rtl_, c);
  driver.wait(driver.start(c.gemm));
  const Counters counters = driver.read_counters();
  const auto& cycles = slices.active_cycles();
  EXPECT_EQ(cycles.at("array").size(), counters[TERCET_COUNTER_ARRAY_ACTIVE]);
  EXPECT_EQ(cycles.at("dma read").size(),
            counters[TERCET_COUNTER_WEIGHT_BEATS] + counters[TERCET_COUNTER_ACT_BEATS]);
  EXPECT_EQ(cycles.at("dma write").size(), counters[TERCET_COUNTER_OUTPUT_BEATS]);
  std::map<std::string, int64_t> count;
  for (const Slice& s : slices.slices()) ++count[std::get<3>(s)];
  const int64_t tiles =
      divide_up(c.gemm.m, c.gemm.m_tile) * divide_up(c.gemm.n, int64_t{machine_.cols});
  EXPECT_EQ(count["gemm"], 1);
  EXPECT_EQ(count["n_tile"], tiles);
  EXPECT_EQ(count["job"], tiles);
}

INSTANTIATE_TEST_SUITE_P(Machines, Slices,
                         testing::Values(Setting{"tiny", "ideal"}, Setting{"tiny", "dram"},
                                         Setting{"edge", "ideal"}, Setting{"edge", "dram"}),
                         [](const auto& info) {
                           return std::string(info.param.first) + "_" + info.param.second;
                         });

/// Of an FST file: begin, end, and the power of ten of a second that they count. They stand in the
/// header block, big-endian.
struct FstTimes {
  explicit FstTimes(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::string head(74, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    for (size_t i = 0; i < 8; ++i) {
      begin = begin << 8 | static_cast<uint8_t>(head[9 + i]);
      end = end << 8 | static_cast<uint8_t>(head[17 + i]);
    }
    unit = static_cast<int8_t>(head[73]);
  }
  uint64_t begin = 0;
  uint64_t end = 0;
  int unit = 0;
};

TEST(Waveform, ACycleLastsAsLongAsTheClockSays) {
  const std::string file = testing::TempDir() + "waveform.fst";
  tercet_config machine = find_machine("tiny");
  for (const uint32_t mhz : {1000u, 800u, 3000u}) {
    machine.clock_mhz = mhz;
    VerilatedOptions options;
    options.memory_bytes = 1 << 20;
    options.trace = {file, 20, 31};
    const auto device = make_verilated_device(machine, options);
    EXPECT_FALSE(device->wait_irq(100));
    const std::optional<WaveformCounts> counts = device->finish_waveform();
    ASSERT_TRUE(counts.has_value());
    EXPECT_EQ(std::tuple(counts->first, counts->cycles, counts->run_last), std::tuple(20, 11, 100));
    EXPECT_EQ(counts->bytes, std::filesystem::file_size(file));
    const FstTimes times(file);
    EXPECT_EQ(times.unit, -12);
    EXPECT_EQ(times.begin, (20'000'000 + mhz / 2) / mhz);
    EXPECT_EQ(times.end, (30'500'000 + mhz / 2) / mhz);  // the falling edge of cycle 30
  }
  std::filesystem::remove(file);
}

TEST(Waveform, AWindowAfterTheRunLeavesNoFile) {
  const std::string file = testing::TempDir() + "missed.fst";
  VerilatedOptions options;
  options.memory_bytes = 1 << 20;
  options.trace = {file, 101, 200};
  const auto device = make_verilated_device(find_machine("tiny"), options);
  device->wait_irq(100);
  const WaveformCounts counts = device->finish_waveform().value();
  EXPECT_EQ(std::tuple(counts.bytes, counts.cycles, counts.run_last), std::tuple(0, 0, 100));
  EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace tercet
