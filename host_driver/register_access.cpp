// SPDX-License-Identifier: Apache-2.0
// Bus errors become exceptions; identity; the engine's soft reset.
#include "host_driver/register_access.h"

#include "host_driver/device_error.h"

namespace tercet {
namespace {

constexpr uint64_t kResetCycles = 1'000'000;  // for outstanding bus transactions to finish
constexpr uint64_t kPollCycles = 64;          // between two looks at STATUS

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
  const uint64_t end = transport_.cycle() + kResetCycles;
  while (tercet_status_unpack(read(TERCET_CSR_STATUS)).idle == 0) {
    if (transport_.cycle() >= end) {
      throw TimeoutError(
          fmt::format("device: not idle {} cycles after a soft reset", kResetCycles));
    }
    transport_.wait_irq(kPollCycles);
  }
  write(TERCET_CSR_IRQ, read(TERCET_CSR_IRQ));
}

}  // namespace tercet
