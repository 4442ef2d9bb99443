// SPDX-License-Identifier: Apache-2.0
// Bus errors become exceptions; counters; identity; the engine's soft reset.
#include "host_driver/register_access.h"

namespace tercet {
namespace {

constexpr uint64_t kResetCycles = 1'000'000;  // for outstanding bus transactions to finish

}  // namespace

uint32_t RegisterAccess::read(uint32_t offset) {
  uint32_t value = 0;
  const BusResponse response = transport_.csr_read(offset, &value);
  if (response != BusResponse::kOkay) {
    fail("device: read of register {:#05x} answered with bus response {}", offset,
         static_cast<int>(response));
  }
  return value;
}

void RegisterAccess::write(uint32_t offset, uint32_t value) {
  const BusResponse response = transport_.csr_write(offset, value);
  if (response != BusResponse::kOkay) {
    fail("device: write of register {:#05x} answered with bus response {}", offset,
         static_cast<int>(response));
  }
}

Counters RegisterAccess::read_counters() {
  Counters counters{};
  for (uint32_t i = 0; i < TERCET_COUNTER_COUNT; ++i) {
    const uint32_t offset = TERCET_COUNTER_BASE + 8 * i;
    const uint64_t low = read(offset);  // latches the high half
    counters[i] = uint64_t{read(offset + 4)} << 32 | low;
  }
  return counters;
}

bool RegisterAccess::poll(uint64_t max_cycles, const std::function<bool()>& done) {
  const uint64_t end = transport_.cycle() + max_cycles;
  while (!done()) {
    if (transport_.cycle() >= end) return false;
    transport_.wait_irq(kPollCycles);
  }
  return true;
}

void RegisterAccess::expect(uint32_t offset, const char* name, uint32_t wanted) {
  const uint32_t value = read(offset);
  if (value != wanted) {
    fail("device: {} is {:#010x}, but this driver's machine '{}' has {:#010x}", name, value,
         machine_.name, wanted);
  }
}

void RegisterAccess::check_identity() {
  expect(TERCET_CSR_ID, "ID", TERCET_HW_ID);
  expect(TERCET_CSR_VERSION, "VERSION", TERCET_HW_VERSION);
  expect(TERCET_CSR_CONFIG_HASH, "CONFIG_HASH", machine_.config_hash);
  expect(TERCET_CSR_GEOMETRY, "GEOMETRY", machine_.geometry);
}

void RegisterAccess::reset_engine(bool irq_enable) {
  tercet_ctrl ctrl{};
  ctrl.irq_enable = irq_enable ? 1 : 0;
  ctrl.soft_reset = 1;
  write(TERCET_CSR_CTRL, tercet_ctrl_pack(ctrl));
  const auto idle = [this] { return tercet_status_unpack(read(TERCET_CSR_STATUS)).idle != 0; };
  if (!poll(kResetCycles, idle)) {
    throw TimeoutError(fmt::format("device: not idle {} cycles after a soft reset", kResetCycles));
  }
  write(TERCET_CSR_IRQ, read(TERCET_CSR_IRQ));
}

}  // namespace tercet
