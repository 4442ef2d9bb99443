// SPDX-License-Identifier: Apache-2.0
#include "sim/rv32/timer.h"

#include "tercet_hw.h"

namespace tercet::rv32 {

BusAnswer Timer::access(const BusRequest& request) {
  const auto answer = [](uint64_t word) {
    return BusAnswer{static_cast<uint32_t>(word), false, 0};
  };
  const BusAnswer error{0, true, 0};
  const bool mtime = request.address == TERCET_CORE_TIMER_MTIME_LO ||
                     request.address == TERCET_CORE_TIMER_MTIME_HI;
  const bool mapped = mtime || request.address == TERCET_CORE_TIMER_MTIMECMP_LO ||
                      request.address == TERCET_CORE_TIMER_MTIMECMP_HI ||
                      request.address == TERCET_CORE_TIMER_MSIP;
  if (!mapped || request.strobes != 15 || (request.write && mtime)) return error;
  if (request.write) {
    before_ = now_;
    written_at_ = request.cycle;
    write(request.address, request.wdata);
    return answer(0);
  }
  switch (request.address) {
    case TERCET_CORE_TIMER_MTIME_LO:
      return answer(request.cycle);
    case TERCET_CORE_TIMER_MTIME_HI:
      return answer(request.cycle >> 32);
    case TERCET_CORE_TIMER_MTIMECMP_LO:
      return answer(now_.mtimecmp);
    case TERCET_CORE_TIMER_MTIMECMP_HI:
      return answer(now_.mtimecmp >> 32);
    default:
      return answer(now_.msip ? 1 : 0);
  }
}

void Timer::write(uint32_t offset, uint32_t value) {
  uint64_t& cmp = now_.mtimecmp;
  switch (offset) {
    case TERCET_CORE_TIMER_MTIMECMP_LO:
      cmp = (cmp >> 32 << 32) | value;
      break;
    case TERCET_CORE_TIMER_MTIMECMP_HI:
      cmp = static_cast<uint32_t>(cmp) | static_cast<uint64_t>(value) << 32;
      break;
    default:
      now_.msip = (value & 1) != 0;
      break;
  }
}

uint32_t Timer::interrupts(uint64_t cycle) const {
  const Registers& seen = cycle > written_at_ ? now_ : before_;
  uint32_t lines = 0;
  if (cycle >= seen.mtimecmp) lines |= kTimerInterrupt;
  if (seen.msip) lines |= kSoftwareInterrupt;
  return lines;
}

}  // namespace tercet::rv32
