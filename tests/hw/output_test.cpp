// SPDX-License-Identifier: Apache-2.0
// rtl/memory/tercet_output.sv: accumulator banks to memory, with rows of four beats and of one.
#include <cstring>

#include "Voutput_narrow.h"
#include "Voutput_wide.h"
#include "axi_slave.h"

namespace tercet {
namespace {

constexpr uint32_t kCols = 16;
constexpr uint32_t kTokens = 8;
constexpr uint32_t kAccWidth = 24;
constexpr uint32_t kMaxBurst = 16;
constexpr uint64_t kBase = 0x12'3456'0000;
constexpr uint8_t kGuard = 0xa5;

struct Job {
  uint64_t address = 0;
  uint32_t rows = 0;
  uint32_t cols = 0;
  bool last = false;
};

template <class Top>
class Output : public Bench<Top> {
 public:
  static constexpr uint32_t kBeat = sizeof(std::declval<Top&>().wdata_o);
  Bytes memory = Bytes(1 << 16, kGuard);
  Bytes expected = memory;
  WriteSlave slave;
  std::array<std::array<std::array<int32_t, kCols>, kTokens>, 2> banks{};
  std::deque<Job> under_way;
  uint32_t done = 0;   // commands
  uint32_t freed = 0;  // banks

  Output(StallMode mode, uint64_t seed) : slave(memory, kBase, kBeat, mode, seed) {}

  /// Offers a job for this cycle, with random sums in its bank.
  void offer(const Job& job, Rng& rng) {
    Top& top = this->top();
    top.job_valid_i = 1;
    top.job_bank_i = bank_;
    top.job_addr_i = job.address;
    top.job_rows_i = static_cast<uint8_t>(job.rows);
    top.job_cols_i = static_cast<uint8_t>(job.cols);
    top.job_last_i = job.last;
    under_way.push_back(job);
    for (uint32_t t = 0; t < job.rows; ++t) {
      for (uint32_t c = 0; c < kCols; ++c) {
        const int32_t value = static_cast<int32_t>(rng.below(1 << kAccWidth)) - (1 << 23);
        banks[bank_][t][c] = value;
        const uint64_t to = job.address - kBase + (t * kCols + c) * 4;
        if (c < job.cols) std::memcpy(&expected[to], &value, 4);
      }
    }
    bank_ = !bank_;
  }

  void step() {
    Top& top = this->top();
    slave.drive();
    top.awready_i = slave.aw_ready;
    top.wready_i = slave.w_ready;
    top.bvalid_i = slave.b_valid;
    this->settle();
    WriteBeat beat;
    if (top.wvalid_o) {
      const auto* data = reinterpret_cast<const uint8_t*>(&top.wdata_o);
      beat = {Bytes(data, data + kBeat), top.wstrb_o, top.wlast_o != 0};
    }
    const uint32_t size = kBeat == 64 ? 6 : 4;
    slave.sample(top.awvalid_o, {top.awaddr_o, 0, top.awlen_o, size, 1}, top.wvalid_o, beat);
    const bool drain = top.drain_o;
    const bool bank = top.drain_bank_o;
    const uint32_t token = top.drain_token_o;
    done += top.done_o;
    if (top.bank_free_o) {
      ++freed;
      REQUIRE(!under_way.empty());
      under_way.pop_front();
    }
    this->tick();
    top.job_valid_i = 0;
    if (!drain) return;
    for (uint32_t c = 0; c < kCols; ++c) {
      set_bits(top.drain_row_i, c * kAccWidth, kAccWidth,
               static_cast<uint64_t>(banks[bank][token][c]));
    }
  }

  std::vector<Burst> bursts_of(const Job& job) {
    return cut_bursts(job.address, job.rows * kCols * 4 / kBeat, kBeat, kMaxBurst);
  }

 private:
  bool bank_ = false;
};

TEMPLATE_TEST_CASE("Output writes each job's columns and nothing else", "", Voutput_narrow,
                   Voutput_wide) {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  const StallMode bus = GENERATE(stall_modes());
  Stall job_stall(GENERATE(stall_modes()), seed);
  Output<TestType> output(bus, seed);
  std::vector<Burst> bursts;
  uint64_t address = kBase + 4096 - 3 * 64;
  uint32_t commands = 0;
  constexpr uint32_t kJobs = 60;
  for (uint32_t job = 0; job < kJobs;) {
    if (output.under_way.size() < 2 && !job_stall()) {
      const auto rows = static_cast<uint32_t>(1 + rng.below(kTokens));
      const auto cols = static_cast<uint32_t>(rng.below(2) != 0 ? kCols : 1 + rng.below(kCols));
      const Job next = {address, rows, cols, job + 1 == kJobs || rng.below(3) == 0};
      output.offer(next, rng);
      for (const Burst& burst : output.bursts_of(next)) bursts.push_back(burst);
      commands += next.last;
      address += uint64_t{rows} * kCols * 4 + rng.below(3) * 64;  // gaps are guard bytes
      ++job;
    }
    output.step();
  }
  while (!output.under_way.empty() || !output->quiet_o) output.step();
  output.step();
  REQUIRE(output.slave.quiet());
  REQUIRE(output.slave.bursts == bursts);
  REQUIRE(output.memory == output.expected);
  REQUIRE(output.done == commands);
  REQUIRE(output.freed == kJobs);
}

TEMPLATE_TEST_CASE("Output moves a beat a cycle when the bus takes it", "", Voutput_narrow,
                   Voutput_wide) {
  Rng rng(test_seed());
  Output<TestType> output(StallMode::kNone, 1);
  constexpr uint32_t kJobs = 20;
  const uint64_t start = output.cycle();
  for (uint32_t job = 0; job < kJobs;) {
    if (output.under_way.size() < 2) {
      output.offer({kBase + uint64_t{job} * kTokens * kCols * 4, kTokens, kCols, true}, rng);
      ++job;
    }
    output.step();
  }
  while (!output.under_way.empty()) output.step();
  const uint64_t beats = uint64_t{kJobs} * kTokens * kCols * 4 / Output<TestType>::kBeat;
  REQUIRE(output.cycle() - start <= beats + 3 * kJobs + 10);
}

TEMPLATE_TEST_CASE("Output finishes what it announced when halted, and can be flushed", "",
                   Voutput_narrow, Voutput_wide) {
  const uint64_t seed = test_seed();
  Rng rng(seed);
  const StallMode bus = GENERATE(stall_modes());
  for (int round = 0; round < 40; ++round) {
    Output<TestType> output(bus, seed + static_cast<uint64_t>(round));
    output.offer({kBase + 4096 - 64, kTokens, kCols, false}, rng);
    output.step();
    output.offer({kBase + 8192, kTokens, kCols, true}, rng);
    for (auto i = static_cast<int>(rng.below(60)); i > 0; --i) output.step();
    output->halt_i = 1;
    output.step();
    while (!output->quiet_o) output.step();
    const size_t announced = output.slave.bursts.size();
    for (int i = 0; i < 20; ++i) output.step();
    REQUIRE(output.slave.bursts.size() == announced);
    REQUIRE(output.slave.quiet());
    output->flush_i = 1;
    output.step();
    output->flush_i = 0;
    output->halt_i = 0;
    output.under_way.clear();
    output.memory.assign(output.memory.size(), kGuard);
    output.expected = output.memory;
    output.offer({kBase, 3, 5, true}, rng);
    const uint32_t done = output.done;
    for (int i = 0; i < 4 || !output->quiet_o; ++i) output.step();
    output.step();
    REQUIRE(output.memory == output.expected);
    REQUIRE(output.done == done + 1);
  }
}

}  // namespace
}  // namespace tercet
