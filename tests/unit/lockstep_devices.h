// SPDX-License-Identifier: Apache-2.0
// The same accesses to two machines, which must answer alike and in the same cycle.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include "systemc_test_util.h"
#include "tercet/transport.h"

namespace tercet {

class Lockstep {
 public:
  Lockstep(Transport& a, Transport& b) : a_(a), b_(b) {}

  /// The value read; 0 if both refused.
  uint32_t read(uint32_t offset) {
    uint32_t x = 0;
    uint32_t y = 0;
    const BusResponse response = a_.csr_read(offset, &x);
    EXPECT_EQ(response, b_.csr_read(offset, &y)) << "read " << std::hex << offset << at();
    check_cycle();
    if (response != BusResponse::kOkay) return 0;
    EXPECT_EQ(x, y) << "read " << std::hex << offset << at();
    return x;
  }
  void write(uint32_t offset, uint32_t value) {
    EXPECT_EQ(a_.csr_write(offset, value), b_.csr_write(offset, value))
        << "write " << std::hex << offset << at();
    check_cycle();
  }
  bool wait(uint64_t cycles) {
    const bool raised = a_.wait_irq(cycles);
    EXPECT_EQ(raised, b_.wait_irq(cycles)) << "interrupt" << at();
    check_cycle();
    return raised;
  }
  void mem_write(uint64_t address, const void* data, uint64_t bytes) {
    a_.mem_write(address, data, bytes);
    b_.mem_write(address, data, bytes);
  }
  uint64_t cycle() const { return a_.cycle(); }

 private:
  std::string at() const { return " in cycle " + std::to_string(a_.cycle()); }
  void check_cycle() { ASSERT_EQ(a_.cycle(), b_.cycle()); }

  Transport& a_;
  Transport& b_;
};

/// Any command, one in eight of them bad, its data whatever lies there.
/// Outputs lie `outputs` further on.
inline void start_random(const tercet_config& machine, std::mt19937_64& rng, Lockstep& both,
                         uint32_t outputs = 0) {
  const GemmCase c = random_gemm(machine, rng);
  const Gemm& g = c.gemm;
  ASSERT_LE(g.outputs + outputs + static_cast<uint64_t>(output_bytes(machine, g.m, g.n)), uint64_t{2} << 20);
  const uint64_t flaw = rng() % 32;
  const auto packing = static_cast<uint32_t>(g.packing);
  const auto beats = static_cast<uint32_t>(weight_beats(machine, g.packing, g.n, g.k));
  both.write(TERCET_CSR_CMD_M, static_cast<uint32_t>(flaw == 0 ? 0 : g.m));
  both.write(TERCET_CSR_CMD_N, static_cast<uint32_t>(g.n));
  both.write(TERCET_CSR_CMD_K, static_cast<uint32_t>(g.k));
  both.write(TERCET_CSR_CMD_MTILE, static_cast<uint32_t>(g.m_tile));
  both.write(TERCET_CSR_CMD_FLAGS, packing);
  both.write(TERCET_CSR_CMD_WBEATS, beats + (flaw == 1 ? 1 : 0));
  both.write(TERCET_CSR_CMD_ACT_LO, static_cast<uint32_t>(g.activations) + (flaw == 2 ? 1 : 0));
  both.write(TERCET_CSR_CMD_WGT_LO, static_cast<uint32_t>(g.weights));
  both.write(TERCET_CSR_CMD_OUT_LO, static_cast<uint32_t>(g.outputs) + outputs);
  both.write(TERCET_CSR_CMD_OUT_HI, flaw == 3 ? TERCET_MAX_CMD_OUT_HI : 0);
  both.write(TERCET_CSR_START, 1);
}

}  // namespace tercet
