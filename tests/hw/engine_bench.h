// SPDX-License-Identifier: Apache-2.0
// tercet_top between its register bus and the test's AXI slave.
#pragma once

#include <cstring>

#include "axi_slave.h"
#include "gemm.h"
#include "sim/verilated/axi_lite_master.h"

namespace tercet {

constexpr uint64_t kMemoryBase = 0x5a'fff0'0000;  // commands cross a 4 GiB boundary

template <class Top>
class Engine : public Bench<Top> {
 public:
  static constexpr uint32_t kBeat = sizeof(std::declval<Top&>().m_axi_rdata_i);
  const tercet_config& config = *tercet_config_find(kBeat == 16 ? "tiny" : "edge");
  Memory memory{kBeat == 16 ? 1u << 20 : 8u << 20, kMemoryBase};
  ReadSlave reads;
  WriteSlave writes;

  Engine(StallMode mode, uint64_t seed, uint32_t latency = 20)
      : Bench<Top>(uint64_t{1} << 40),
        reads(kBeat, latency, mode, seed),
        writes(memory.actual, kMemoryBase, kBeat, mode, ~seed),
        registers_(this->top(), *this) {
    registers_.reset();
  }

  void tick() {
    Top& top = this->top();
    reads.drive();
    writes.drive();
    top.m_axi_arready_i = reads.ar_ready;
    top.m_axi_rvalid_i = reads.r_valid;
    if (reads.r_valid) {
      top.m_axi_rid_i = reads.r_id;
      top.m_axi_rlast_i = reads.r_last;
      top.m_axi_rresp_i = reads.r_response;
      const uint64_t at = reads.r_address - kMemoryBase;
      if (at + kBeat > memory.used) fail("read past every buffer");
      std::memcpy(&top.m_axi_rdata_i, &memory.actual[at], kBeat);
    }
    top.m_axi_awready_i = writes.aw_ready;
    top.m_axi_wready_i = writes.w_ready;
    top.m_axi_bvalid_i = writes.b_valid;
    top.m_axi_bresp_i = writes.b_response;
    this->settle();
    if (!top.m_axi_rready_o || !top.m_axi_bready_o) fail("the engine holds up a response");
    reads.sample(top.m_axi_arvalid_o, {top.m_axi_araddr_o, top.m_axi_arid_o, top.m_axi_arlen_o,
                                       top.m_axi_arsize_o, top.m_axi_arburst_o});
    WriteBeat beat;
    if (top.m_axi_wvalid_o) {
      const auto* data = reinterpret_cast<const uint8_t*>(&top.m_axi_wdata_o);
      beat = {Bytes(data, data + kBeat), top.m_axi_wstrb_o, top.m_axi_wlast_o != 0};
    }
    writes.sample(
        top.m_axi_awvalid_o,
        {top.m_axi_awaddr_o, 0, top.m_axi_awlen_o, top.m_axi_awsize_o, top.m_axi_awburst_o},
        top.m_axi_wvalid_o, beat);
    Bench<Top>::tick();
  }

  BusResponse write(uint32_t offset, uint64_t value) {
    return registers_.write(offset, static_cast<uint32_t>(value));
  }
  uint32_t read(uint32_t offset) {
    uint32_t value = 0;
    if (registers_.read(offset, &value) != BusResponse::kOkay) fail("register {:#x}", offset);
    return value;
  }
  uint64_t counter(uint32_t index) {
    const uint64_t low = read(TERCET_COUNTER_BASE + 8 * index);
    return uint64_t{read(TERCET_COUNTER_BASE + 8 * index + 4)} << 32 | low;
  }
  tercet_status status() { return tercet_status_unpack(read(TERCET_CSR_STATUS)); }

  /// Programs the shadow and starts it, once the command before is accepted. Returns what START
  /// is answered with.
  BusResponse start(const Gemm& gemm) {
    for (int i = 0; status().start_pending != 0; ++i) {
      if (i == 1000000) fail("a start stays pending");
    }
    const std::array<std::pair<uint32_t, uint64_t>, 12> values = {{
        {TERCET_CSR_CMD_M, gemm.m},
        {TERCET_CSR_CMD_N, gemm.n},
        {TERCET_CSR_CMD_K, gemm.k},
        {TERCET_CSR_CMD_MTILE, gemm.m_tile},
        {TERCET_CSR_CMD_FLAGS, gemm.trit5},
        {TERCET_CSR_CMD_WBEATS, gemm.wbeats},
        {TERCET_CSR_CMD_ACT_LO, gemm.act},
        {TERCET_CSR_CMD_ACT_HI, gemm.act >> 32},
        {TERCET_CSR_CMD_WGT_LO, gemm.wgt},
        {TERCET_CSR_CMD_WGT_HI, gemm.wgt >> 32},
        {TERCET_CSR_CMD_OUT_LO, gemm.out},
        {TERCET_CSR_CMD_OUT_HI, gemm.out >> 32},
    }};
    for (const auto& [offset, value] : values) {
      if (write(offset, value) != BusResponse::kOkay) fail("register {:#x} is refused", offset);
    }
    return write(TERCET_CSR_START, tercet_start_pack({1}));
  }

  bool output_is_right(const Gemm& gemm) const {
    const uint64_t at = gemm.out - kMemoryBase;
    return std::memcmp(&memory.actual[at], &memory.expected[at], gemm.out_bytes) == 0;
  }

  /// Waits for STATUS.idle; false after `cycles`.
  bool wait_idle(uint64_t cycles) {
    for (const uint64_t end = this->cycle() + cycles; this->cycle() < end;) {
      if (status().idle != 0) return true;
      for (int i = 0; i < 10; ++i) tick();
    }
    return false;
  }

  /// Resets and waits until nothing is left.
  void soft_reset() {
    write(TERCET_CSR_CTRL, tercet_ctrl_pack({1, 1, 0}));
    REQUIRE(wait_idle(20000));
    REQUIRE((reads.quiet() && writes.quiet()));
    const tercet_status now = status();
    REQUIRE((now.error == 0 && now.start_pending == 0 && now.irq == 0));
    for (const uint32_t offset :
         {TERCET_CSR_ERROR, TERCET_CSR_IRQ, TERCET_CSR_STARTED, TERCET_CSR_COMPLETED}) {
      REQUIRE(read(offset) == 0);
    }
  }

  /// Runs one command that must succeed, in memory of its own.
  void run_good(Gemm gemm, Rng& rng) {
    memory.used = 0;
    memory.actual.assign(memory.actual.size(), Memory::kGuard);
    memory.expected = memory.actual;
    place_random(&gemm, config, &memory, rng);
    const uint32_t completed = read(TERCET_CSR_COMPLETED);
    REQUIRE(start(gemm) == BusResponse::kOkay);
    REQUIRE(wait_idle(gemm.patience(config)));
    REQUIRE(read(TERCET_CSR_ERROR) == TERCET_ERR_NONE);
    REQUIRE(read(TERCET_CSR_COMPLETED) == completed + 1);
    REQUIRE((memory.actual == memory.expected));  // outputs, and guard bytes everywhere
  }

 private:
  AxiLiteMaster<Top, Engine> registers_;
};

}  // namespace tercet
