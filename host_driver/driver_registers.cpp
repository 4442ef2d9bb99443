// SPDX-License-Identifier: Apache-2.0
// The driver's register accesses: command fields, counters.
#include "host_driver/driver.h"

namespace tercet {

void Driver::write_command(const Gemm& gemm) {
  tercet_cmd_flags flags{};
  flags.packing = static_cast<uint32_t>(gemm.packing);
  tercet_start start{};
  start.go = 1;
  const auto low = [](uint64_t address) { return static_cast<uint32_t>(address); };
  const auto high = [](uint64_t address) { return static_cast<uint32_t>(address >> 32); };
  write(TERCET_CSR_CMD_M, static_cast<uint32_t>(gemm.m));
  write(TERCET_CSR_CMD_N, static_cast<uint32_t>(gemm.n));
  write(TERCET_CSR_CMD_K, static_cast<uint32_t>(gemm.k));
  write(TERCET_CSR_CMD_MTILE, static_cast<uint32_t>(gemm.m_tile));
  write(TERCET_CSR_CMD_FLAGS, tercet_cmd_flags_pack(flags));
  write(TERCET_CSR_CMD_WBEATS,
        static_cast<uint32_t>(weight_beats(machine_, gemm.packing, gemm.n, gemm.k)));
  write(TERCET_CSR_CMD_ACT_LO, low(gemm.activations));
  write(TERCET_CSR_CMD_ACT_HI, high(gemm.activations));
  write(TERCET_CSR_CMD_WGT_LO, low(gemm.weights));
  write(TERCET_CSR_CMD_WGT_HI, high(gemm.weights));
  write(TERCET_CSR_CMD_OUT_LO, low(gemm.outputs));
  write(TERCET_CSR_CMD_OUT_HI, high(gemm.outputs));
  write(TERCET_CSR_START, tercet_start_pack(start));
}

Counters Driver::read_counters() {
  Counters counters{};
  for (uint32_t i = 0; i < TERCET_COUNTER_COUNT; ++i) {
    const uint32_t offset = TERCET_COUNTER_BASE + 8 * i;
    const uint64_t low = read(offset);  // latches the high half
    counters[i] = static_cast<uint64_t>(read(offset + 4)) << 32 | low;
  }
  return counters;
}

void Driver::clear_counters() {
  tercet_ctrl ctrl{};
  ctrl.irq_enable = 1;
  ctrl.perf_clear = 1;
  write(TERCET_CSR_CTRL, tercet_ctrl_pack(ctrl));
}

}  // namespace tercet
