// SPDX-License-Identifier: Apache-2.0
#include "sim/rv32/execution.h"

#include "sim/rv32/hart.h"

namespace tercet::rv32 {

uint32_t Execution::rs1() const { return hart_.state_.x[rs1_field()]; }
uint32_t Execution::rs2() const { return hart_.state_.x[word_ >> 20 & 31]; }

void Execution::rd(uint32_t value) {
  const uint32_t index = word_ >> 7 & 31;
  if (index == 0) return;
  hart_.state_.x[index] = value;
  retire_->rd = index;
  retire_->value = value;
}

void Execution::link(uint32_t target) {
  if (target % 4 != 0) return trap(kFetchMisaligned, target);
  rd(pc_ + 4);
  go(target);
}

void Execution::branch(bool taken) {
  const uint32_t target = pc_ + imm_b();
  if (!taken) return;
  if (target % 4 != 0) return trap(kFetchMisaligned, target);
  go(target);
}

void Execution::trap(uint32_t cause, uint32_t value) {
  retire_->trap = true;
  retire_->interrupt = (cause & kInterruptCause) != 0;
  retire_->cause = cause;
  go(hart_.state_.csrs.enter_trap(cause, pc_, value));
}

void Execution::leave_trap() { go(hart_.state_.csrs.leave_trap()); }

void Execution::wait() { waits_ = !hart_.state_.csrs.wakes(); }

void Execution::csr(bool writes, uint32_t mask, uint32_t bits) {
  const uint32_t number = word_ >> 20;
  uint32_t before = 0;
  if (!hart_.state_.csrs.read(number, hart_.state_.cycle, &before) ||
      (writes && !hart_.state_.csrs.write(number, hart_.state_.cycle, (before & ~mask) | bits))) {
    return trap(kIllegalInstruction, word_);
  }
  rd(before);
}

/// A store if `store` is given, else a load. False if it trapped.
bool Execution::access(uint32_t address, uint32_t bytes, const uint32_t* store, uint32_t* load) {
  if (address % bytes != 0) {
    trap(store != nullptr ? kStoreMisaligned : kLoadMisaligned, address);
    return false;
  }
  const uint32_t shift = address % 4 * 8;
  const uint32_t strobes = ((1u << bytes) - 1) << (address % 4);
  uint32_t lanes = 0;
  if (store != nullptr) {
    lanes = bytes == 1   ? (*store & 0xff) * 0x01010101u
            : bytes == 2 ? (*store & 0xffff) * 0x00010001u
                         : *store;
  }
  uint32_t word = 0;
  if (hart_.has_data(address)) {
    if (store != nullptr) {
      hart_.write_data(address, lanes, strobes);
    } else {
      word = hart_.read_data(address);
      ++cycles_;
    }
  } else {
    const BusAnswer answer = hart_.environment_.access(
        {hart_.state_.cycle + 1, store != nullptr, address, lanes, strobes});
    cycles_ += 1 + answer.wait;
    if (answer.error) {
      trap(store != nullptr ? kStoreFault : kLoadFault, address);
      return false;
    }
    word = answer.rdata;
  }
  if (load != nullptr) *load = word >> shift;
  retire_->strobes = strobes;
  retire_->write = store != nullptr;
  retire_->address = address;
  retire_->wdata = lanes;
  return true;
}

}  // namespace tercet::rv32
