// SPDX-License-Identifier: Apache-2.0
// The driver's register accesses: identity, command fields, counters.
#include "tercet/driver.h"

namespace tercet {
namespace {

void check_field(const Gemm& gemm, const char* name, int64_t value, int64_t limit) {
  if (value < 1 || value > limit) {
    fail("command ({}): {} = {} is not in [1, {}]", describe(gemm), name, value, limit);
  }
}

void check_address(const Gemm& gemm, const char* name, uint64_t address, uint32_t high_limit) {
  if (address >> 32 > high_limit) {
    fail("command ({}): {} address {:#x} does not fit its registers", describe(gemm), name,
         address);
  }
}

}  // namespace

uint32_t Driver::read(uint32_t offset) {
  uint32_t value = 0;
  const BusResponse response = transport_.csr_read(offset, &value);
  if (response != BusResponse::kOkay) {
    fail("device: read of register {:#05x} answered with bus response {}", offset,
         static_cast<int>(response));
  }
  return value;
}

void Driver::write(uint32_t offset, uint32_t value) {
  const BusResponse response = transport_.csr_write(offset, value);
  if (response != BusResponse::kOkay) {
    fail("device: write of register {:#05x} answered with bus response {}", offset,
         static_cast<int>(response));
  }
}

void Driver::expect(uint32_t offset, const char* name, uint32_t wanted) {
  const uint32_t value = read(offset);
  if (value != wanted) {
    fail("device: {} is {:#010x}, but this driver's machine '{}' has {:#010x}", name, value,
         machine_.name, wanted);
  }
}

void Driver::check_fields(const Gemm& gemm) const {
  check_field(gemm, "M", gemm.m, TERCET_MAX_CMD_M);
  check_field(gemm, "N", gemm.n, TERCET_MAX_CMD_N);
  check_field(gemm, "K", gemm.k, TERCET_MAX_CMD_K);
  check_field(gemm, "m_tile", gemm.m_tile, TERCET_MAX_CMD_MTILE);
  check_field(gemm, "weight beats", weight_beats(machine_, gemm.packing, gemm.n, gemm.k),
              UINT32_MAX);
  check_address(gemm, "activation", gemm.activations, TERCET_MAX_CMD_ACT_HI);
  check_address(gemm, "weight", gemm.weights, TERCET_MAX_CMD_WGT_HI);
  check_address(gemm, "output", gemm.outputs, TERCET_MAX_CMD_OUT_HI);
}

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
