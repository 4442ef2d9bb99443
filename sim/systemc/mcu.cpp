// SPDX-License-Identifier: Apache-2.0
// Running ahead, meeting the machine, and coming back.
#include "sim/systemc/mcu.h"

#include <algorithm>

#include "sim/systemc/control.h"
#include "sim/systemc/mover.h"
#include "sim/systemc/reg_arbiter.h"
#include "tercet_hw.h"

namespace tercet {
namespace {

constexpr Cycle kAhead = 1000;  // a program that never meets the machine stays this near
constexpr uint32_t kWholeWord = 15;
constexpr uint32_t kRegisterBytes = 1u << TERCET_CSR_ADDR_BITS;

}  // namespace

Mcu::Mcu(const sc_core::sc_module_name& name, const Shared& shared)
    : Unit(name, shared), core_(static_cast<rv32::Environment&>(*this)) {}

bool Mcu::release() {
  const Cycle now = shared_.clock.now();
  if (stopped_from_ > now) {  // its last access is under way: it was never stopped
    if (stopped_from_ != kNever) wake(now);
    stopped_from_ = kNever;
    return false;
  }
  stopped_from_ = kNever;
  base_ = now + shared_.timing.release;
  core_.reset();
  asleep_ = false;
  seen_ = kNever;
  save();
  wake(base_);
  return true;
}

/// The core is in reset from the next cycle on, but for a bus access that is under way.
void Mcu::stop() {
  if (accessing_) return;  // it stops itself: run() sees to that
  const Cycle now = shared_.clock.now();
  rewind(now);
  const bool begun = begin() <= now && !core_.hart().waiting();
  const rv32::McuReach reach = core_.reach();
  if (begun && reach == rv32::McuReach::kOutside) {
    wake(std::max(begin() + 1, now));
    return;
  }
  stopped_from_ = now + shared_.timing.release;
  if (begun && reach == rv32::McuReach::kTimer) {
    step();
    ++stopped_from_;
  }
  wake_.cancel();
}

/// Runs again from where it was saved, up to the end of `now`: a load from the data memory that
/// would end later is lost.
void Mcu::rewind(Cycle now) {
  core_.restore(saved_);
  retired_.resize(saved_retired_);
  instructions_ = saved_instructions_;
  if (asleep_ && core_.hart().waiting()) return;
  while (begin() <= now) {
    const rv32::McuReach reach = core_.reach();
    if (reach == rv32::McuReach::kOutside) return;
    if (reach != rv32::McuReach::kInside && begin() == now) return;
    if (!step()) return;
  }
}

void Mcu::run() {
  const Cycle now = shared_.clock.now();
  if (stopped()) return;
  if (asleep_) core_.hart().wait_until(now + 1 - base_);
  if (asleep_ || begin() == now) save();
  asleep_ = false;
  while (true) {
    const Cycle first = begin();
    if (core_.hart().looks_at_external() && seen_ != first - 1) {
      if (first - 1 > now) return wake(first - 1);
      line_ = control->core_irq();
      seen_ = first - 1;
      save();
    }
    if (core_.reach() == rv32::McuReach::kOutside) {
      if (!meet(first, now)) return;
      continue;
    }
    if (first > now + kAhead) return wake(first);
    if (!step()) return sleep();
  }
}

/// The instruction that begins in cycle `first` makes an access, unless that is still to come.
bool Mcu::meet(Cycle first, Cycle now) {
  if (first + 1 > now) return wake(first + 1), false;
  uint32_t address = 0;
  core_.hart().reach(&address);
  const bool in_registers = (address ^ TERCET_CORE_BASE_REGISTERS) < kRegisterBytes;
  if (in_registers && !registers->grants(now)) return wake(now + 1), false;
  accessing_ = true;
  step();
  accessing_ = false;
  save();
  if (control->run()) return true;
  stopped_from_ = last_end_ + shared_.timing.release;
  return false;
}

bool Mcu::step() {
  rv32::Retire retire;
  if (!core_.step(&retire)) return false;
  last_end_ = base_ + retire.cycle;
  if (retire.trap) return true;
  retired_.push_back({last_end_, retire.pc});
  ++instructions_;
  return true;
}

/// In wfi. The timer wakes the core, or line_rises().
void Mcu::sleep() {
  asleep_ = true;
  wake_.cancel();
  const uint64_t due = core_.timer_due();
  if (due < kNever - base_) wake(std::max(base_ + due, begin() - 1));
}

void Mcu::line_rises() {
  if (asleep_ && core_.hart().looks_at_external()) wake(shared_.clock.now());
}

void Mcu::wake(Cycle cycle) {
  wake_.cancel();
  wake_.notify(shared_.clock.until_late(cycle));
}

void Mcu::save() {
  const Cycle now = shared_.clock.now();
  const auto later = std::find_if(retired_.begin(), retired_.end(),
                                  [now](const Retired& r) { return r.cycle > now; });
  if (later - retired_.begin() > 1) retired_.erase(retired_.begin(), later - 1);
  core_.save(&saved_);
  saved_retired_ = retired_.size();
  saved_instructions_ = instructions_;
}

uint32_t Mcu::retired_pc() const {
  const Cycle now = shared_.clock.now();
  uint32_t pc = 0;
  for (const Retired& r : retired_) {
    if (r.cycle < now) pc = r.pc;
  }
  return pc;
}

uint64_t Mcu::retired() const {
  const Cycle now = shared_.clock.now();
  const auto ahead = std::count_if(retired_.begin(), retired_.end(),
                                   [now](const Retired& r) { return r.cycle >= now; });
  return instructions_ - static_cast<uint64_t>(ahead);
}

uint32_t Mcu::interrupts(uint64_t) {
  constexpr uint32_t kLine = rv32::kExternalInterrupt;
  return line_ ? kLine : 0;
}

rv32::BusAnswer Mcu::access(const rv32::BusRequest& request) {
  rv32::BusAnswer answer;
  answer.wait = static_cast<uint32_t>(shared_.clock.now() - (base_ + request.cycle));
  if ((request.address ^ TERCET_CORE_BASE_REGISTERS) < kRegisterBytes) {
    const uint32_t offset = request.address ^ TERCET_CORE_BASE_REGISTERS;
    answer.rdata = request.wdata;
    answer.error =
        request.strobes != kWholeWord || !registers->access(request.write, offset, &answer.rdata);
    return answer;
  }
  const uint32_t offset = request.address ^ TERCET_CORE_BASE_MOVER;
  if (offset >= mover->buffer_bytes() || mover->busy()) {
    answer.error = true;
  } else if (request.write) {
    mover->write_word(offset, request.wdata, request.strobes);
  } else {
    answer.rdata = mover->read_word(offset);
    answer.wait += static_cast<uint32_t>(shared_.timing.buffer_read);
  }
  return answer;
}

}  // namespace tercet
