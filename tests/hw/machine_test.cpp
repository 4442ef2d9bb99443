// SPDX-License-Identifier: Apache-2.0
// The whole machine with a program on its control core.
#include "Vtercet_edge.h"
#include "Vtercet_tiny.h"
#include "engine_bench.h"
#include "tests/hw/core/tiny_firmware.h"

namespace tercet {
namespace {

constexpr uint32_t kPage = 4096;

/// A machine with both rings in the first two pages of its memory.
template <class Top>
class Machine : public Engine<Top> {
 public:
  using Engine<Top>::Engine;

  void load(const std::vector<uint32_t>& program) {
    const auto store = [this](uint32_t at, uint32_t word) {
      REQUIRE(this->write(at, word) == BusResponse::kOkay);
      REQUIRE(this->read(at) == word);
    };
    REQUIRE(4 * program.size() <= TERCET_CORE_ITCM_BYTES);
    for (uint32_t i = 0; i < program.size(); ++i)
      store(TERCET_HOST_ITCM_WINDOW + 4 * i, program[i]);
    std::array<uint32_t, TERCET_BOOT_BLOCK_WORDS> words{};
    tercet_boot_block boot{};
    boot.magic = TERCET_BOOT_MAGIC;
    boot.queue_lo = static_cast<uint32_t>(kMemoryBase);
    boot.queue_hi = kMemoryBase >> 32;
    boot.completion_lo = static_cast<uint32_t>(kMemoryBase + kPage);
    boot.completion_hi = (kMemoryBase + kPage) >> 32;
    tercet_boot_block_pack(&boot, words.data());
    for (uint32_t i = 0; i < words.size(); ++i) store(TERCET_HOST_DTCM_WINDOW + 4 * i, words[i]);
    this->memory.used = 2 * kPage;
  }

  /// Puts the command into the ring, and its completion into the expected memory.
  void queue(uint32_t index, const Gemm& gemm) {
    tercet_gemm_command command{};
    command.opcode = TERCET_OPCODE_GEMM;
    command.packing = gemm.trit5;
    command.sequence = 0xabc0 + 7 * index;
    command.m = gemm.m;
    command.m_tile = gemm.m_tile;
    command.n = gemm.n;
    command.k = gemm.k;
    command.wbeats = static_cast<uint32_t>(gemm.wbeats);
    command.act_lo = static_cast<uint32_t>(gemm.act);
    command.act_hi = static_cast<uint32_t>(gemm.act >> 32);
    command.wgt_lo = static_cast<uint32_t>(gemm.wgt);
    command.wgt_hi = static_cast<uint32_t>(gemm.wgt >> 32);
    command.out_lo = static_cast<uint32_t>(gemm.out);
    command.out_hi = static_cast<uint32_t>(gemm.out >> 32);
    std::array<uint32_t, TERCET_GEMM_COMMAND_WORDS> words{};
    tercet_gemm_command_pack(&command, words.data());
    put_record(index * TERCET_RECORD_BYTES, words.data(), true);
    tercet_completion completion{};
    completion.sequence = command.sequence;
    completion.opcode = TERCET_OPCODE_GEMM;
    completion.index = index;
    std::array<uint32_t, TERCET_COMPLETION_WORDS> done{};
    tercet_completion_pack(&completion, done.data());
    put_record(kPage + index * TERCET_RECORD_BYTES, done.data(), false);
  }

  /// The host writes DOORBELL and reads RETIRED as fast as it is answered, until RETIRED is `count`
  /// too. False after `cycles`.
  bool storm(uint32_t count, uint64_t cycles) {
    Top& top = this->top();
    top.s_axil_awaddr_i = TERCET_CSR_DOORBELL;
    top.s_axil_wdata_i = count;
    top.s_axil_wstrb_i = 0xf;
    top.s_axil_araddr_i = TERCET_CSR_RETIRED;
    top.s_axil_bready_i = top.s_axil_rready_i = 1;
    top.s_axil_awvalid_i = top.s_axil_wvalid_i = top.s_axil_arvalid_i = 1;
    bool served = false;
    for (uint64_t i = 0; top.s_axil_awvalid_i != 0 || top.s_axil_arvalid_i != 0; ++i) {
      const bool over = served || i > cycles;
      this->settle();
      const bool write_ends = over && top.s_axil_awready_o != 0;
      const bool read_ends = over && top.s_axil_arready_o != 0;
      served |= top.s_axil_rvalid_o != 0 && top.s_axil_rdata_o == count;
      if (top.s_axil_rvalid_o != 0) ++storm_reads;
      this->tick();
      if (write_ends) top.s_axil_awvalid_i = top.s_axil_wvalid_i = 0;
      if (read_ends) top.s_axil_arvalid_i = 0;
    }
    for (int i = 0; i < 2; ++i) this->tick();
    top.s_axil_bready_i = top.s_axil_rready_i = 0;
    return served;
  }
  uint64_t storm_reads = 0;

  void wait_irq(uint64_t cycles) {
    for (uint64_t i = 0; this->top().irq_o == 0; ++i) {
      REQUIRE(i < cycles);
      this->tick();
    }
  }

 private:
  void put_record(uint32_t at, const uint32_t* words, bool now) {
    std::memcpy(&this->memory.expected[at], words, TERCET_RECORD_BYTES);
    if (now) std::memcpy(&this->memory.actual[at], words, TERCET_RECORD_BYTES);
  }
};

TEMPLATE_TEST_CASE("A program loaded through the windows serves a ring of GEMMs", "", Vtercet_tiny,
                   Vtercet_edge) {
  const uint64_t seed = test_seed();
  const StallMode mode = GENERATE(stall_modes());
  INFO("seed " << seed);
  Rng rng(seed);
  Machine<TestType> machine(mode, seed);
  const tercet_config& c = machine.config;
  machine.load(tiny_firmware(c.axi_bytes));
  constexpr uint32_t kCommands = 5;
  uint64_t patience = 0;
  for (uint32_t i = 0; i < kCommands; ++i) {
    Gemm gemm = random_gemm(c, 2, rng);
    place_random(&gemm, c, &machine.memory, rng);
    machine.queue(i, gemm);
    patience += gemm.patience(c);
  }
  REQUIRE(machine.read(TERCET_CSR_CORE_STATUS) == 1);
  machine.write(TERCET_CSR_CTRL, tercet_ctrl_pack({0, 0, 1}));
  machine.write(TERCET_CSR_HOST_IRQ_ENABLE, tercet_host_irq_enable_pack({1, 1}));
  machine.write(TERCET_CSR_CORE_CTRL, 1);
  REQUIRE(machine.read(TERCET_CSR_CORE_STATUS) == 0);
  for (uint32_t left = kCommands; left > 0;) {
    const auto more = static_cast<uint32_t>(1 + rng.below(left));
    left -= more;
    machine.write(TERCET_CSR_DOORBELL, kCommands - left);
    while (machine.read(TERCET_CSR_RETIRED) != kCommands - left) {
      machine.wait_irq(patience);
      REQUIRE(machine.status().irq == 1);
      REQUIRE(machine.write(TERCET_CSR_HOST_IRQ, ~0u) == BusResponse::kOkay);
    }
    REQUIRE(machine.write(TERCET_HOST_ITCM_WINDOW, 0) == BusResponse::kSlverr);
  }
  REQUIRE(tercet_fw_state_unpack(machine.read(TERCET_CSR_FW_STATE)).phase == TERCET_FW_PHASE_READY);
  REQUIRE(machine.counter(TERCET_COUNTER_QUEUE_IDLE) > 0);
  REQUIRE((machine.memory.actual == machine.memory.expected));

  // Stopped, the core is as before its release.
  const uint32_t first = tiny_firmware(c.axi_bytes).front();
  machine.write(TERCET_CSR_CORE_CTRL, 0);
  for (int i = 0; machine.read(TERCET_CSR_CORE_STATUS) == 0; ++i) REQUIRE(i < 10);
  REQUIRE(machine.read(TERCET_CSR_FW_STATE) == 0);
  REQUIRE(machine.read(TERCET_CSR_CORE_PC) % 4 == 0);
  REQUIRE(machine.read(TERCET_HOST_ITCM_WINDOW) == first);
}

TEMPLATE_TEST_CASE("A host that asks without a pause does not keep the core from its work", "",
                   Vtercet_tiny, Vtercet_edge) {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Machine<TestType> machine(StallMode::kNone, seed);
  const tercet_config& c = machine.config;
  machine.load(tiny_firmware(c.axi_bytes));
  constexpr uint32_t kCommands = 3;
  uint64_t patience = 0;
  for (uint32_t i = 0; i < kCommands; ++i) {
    Gemm gemm = random_gemm(c, 2, rng);
    place_random(&gemm, c, &machine.memory, rng);
    machine.queue(i, gemm);
    patience += gemm.patience(c);
  }
  machine.write(TERCET_CSR_CTRL, tercet_ctrl_pack({0, 0, 1}));
  machine.write(TERCET_CSR_CORE_CTRL, 1);
  const uint64_t start = machine.cycle();
  REQUIRE(machine.storm(kCommands, patience));
  // Two accesses take at most four cycles, as the core asks in between.
  REQUIRE(machine.storm_reads >= (machine.cycle() - start) / 4);
  REQUIRE((machine.memory.actual == machine.memory.expected));
}

}  // namespace
}  // namespace tercet
