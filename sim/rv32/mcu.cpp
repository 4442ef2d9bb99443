// SPDX-License-Identifier: Apache-2.0
#include "sim/rv32/mcu.h"

#include "tercet_hw.h"

namespace tercet::rv32 {
namespace {

constexpr uint32_t kTimerBytes = 256;

}  // namespace

Mcu::Mcu(Environment& outside)
    : outside_(outside),
      hart_({TERCET_CORE_ITCM_BYTES, TERCET_CORE_BASE_DTCM, TERCET_CORE_DTCM_BYTES}, *this) {}

void Mcu::reset() {
  timer_ = Timer();
  hart_.reset();
}

McuReach Mcu::reach() {
  if (hart_.takes_interrupt(interrupts(hart_.cycle() - 1))) return McuReach::kInside;
  uint32_t address = 0;
  switch (hart_.reach(&address)) {
    case Reach::kDataLoad:
      return McuReach::kDataLoad;
    case Reach::kBus:
      return address - TERCET_CORE_BASE_TIMER < kTimerBytes ? McuReach::kTimer : McuReach::kOutside;
    default:
      return McuReach::kInside;
  }
}

void Mcu::save(McuState* to) const {
  to->timer = timer_;
  hart_.save(&to->hart);
}

void Mcu::restore(const McuState& from) {
  timer_ = from.timer;
  hart_.restore(from.hart);
}

uint32_t Mcu::interrupts(uint64_t cycle) {
  return timer_.interrupts(cycle) | (outside_.interrupts(cycle) & kExternalInterrupt);
}

BusAnswer Mcu::access(const BusRequest& request) {
  const uint32_t offset = request.address - TERCET_CORE_BASE_TIMER;
  if (offset >= kTimerBytes) return outside_.access(request);
  BusRequest own = request;
  own.address = offset;
  return timer_.access(own);
}

}  // namespace tercet::rv32
