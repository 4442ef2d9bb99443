// SPDX-License-Identifier: Apache-2.0
#include "sim/rv32/hart.h"

#include "sim/rv32/execution.h"
#include "tercet/model/error.h"

namespace tercet::rv32 {
namespace {

void check_size(const char* name, uint32_t bytes) {
  if (bytes < 4 || (bytes & (bytes - 1)) != 0) {
    fail("{}: {} is no power of two from 4", name, bytes);
  }
}

}  // namespace

Hart::Hart(const HartConfig& config, Environment& environment)
    : config_(config), environment_(environment), csrs_(config.hart_id) {
  check_size("itcm_bytes", config.itcm_bytes);
  check_size("dtcm_bytes", config.dtcm_bytes);
  itcm_.resize(config.itcm_bytes / 4);
  dtcm_.resize(config.dtcm_bytes / 4);
  decoded_.assign(itcm_.size(), &decode(0));
}

void Hart::reset() {
  csrs_ = CsrFile(config_.hart_id);
  pc_ = 0;
  cycle_ = 1;
  waiting_ = false;
}

void Hart::write_instruction(uint32_t offset, uint32_t word) {
  itcm_[offset / 4] = word;
  decoded_[offset / 4] = &decode(word);
}

void Hart::write_data(uint32_t address, uint32_t lanes, uint32_t strobes) {
  uint32_t& word = dtcm_[(address - config_.dtcm_base) / 4];
  for (uint32_t byte = 0; byte < 4; ++byte) {
    const uint32_t mask = (strobes >> byte & 1) * 0xffu << (8 * byte);
    word = (word & ~mask) | (lanes & mask);
  }
}

bool Hart::step(Retire* retire) {
  *retire = Retire{};
  retire->pc = pc_;
  csrs_.set_pending(environment_.interrupts(cycle_ - 1));
  if (csrs_.interrupted() && !waiting_) {
    Execution x(*this, pc_, 0, retire);
    x.trap(csrs_.interrupt_cause(), 0);
    finish(x, retire);
  } else if (pc_ >= config_.itcm_bytes) {
    Execution x(*this, pc_, 0, retire);
    x.trap(kFetchFault, pc_);
    finish(x, retire);
  } else {
    retire->insn = itcm_[pc_ / 4];
    Execution x(*this, pc_, retire->insn, retire);
    decoded_[pc_ / 4]->execute(x);
    waiting_ = x.waits();
    if (waiting_) return ++cycle_, false;
    finish(x, retire);
  }
  return true;
}

void Hart::finish(const Execution& x, Retire* retire) {
  if (!retire->trap) csrs_.count_retired();
  retire->cycle = cycle_ + x.cycles() - 1;
  cycle_ += x.cycles() + (x.redirected() ? 1 : 0);
  pc_ = x.next();
}

}  // namespace tercet::rv32
