// SPDX-License-Identifier: Apache-2.0
#include "sim/rv32/hart.h"

#include "base/error.h"
#include "sim/rv32/execution.h"

namespace tercet::rv32 {
namespace {

constexpr uint32_t kOpcodeMask = 0x7f, kOpcodeLoad = 0x03, kOpcodeStore = 0x23;
constexpr uint32_t kOpcodeSystem = 0x73, kWfi = 0x10500073;

void check_size(const char* name, uint32_t bytes) {
  if (bytes < 4 || (bytes & (bytes - 1)) != 0) {
    fail("{}: {} is no power of two from 4", name, bytes);
  }
}

}  // namespace

Hart::Hart(const HartConfig& config, Environment& environment)
    : config_(config), environment_(environment) {
  check_size("itcm_bytes", config.itcm_bytes);
  check_size("dtcm_bytes", config.dtcm_bytes);
  itcm_.resize(config.itcm_bytes / 4);
  state_.dtcm.resize(config.dtcm_bytes / 4);
  state_.csrs = CsrFile(config.hart_id);
  decoded_.assign(itcm_.size(), &decode(0));
}

void Hart::reset() {
  state_.csrs = CsrFile(config_.hart_id);
  state_.pc = 0;
  state_.cycle = 1;
  state_.waiting = false;
}

void Hart::write_instruction(uint32_t offset, uint32_t word) {
  itcm_[offset / 4] = word;
  decoded_[offset / 4] = &decode(word);
}

void Hart::write_data(uint32_t address, uint32_t lanes, uint32_t strobes) {
  uint32_t& word = state_.dtcm[(address - config_.dtcm_base) / 4];
  for (uint32_t byte = 0; byte < 4; ++byte) {
    const uint32_t mask = (strobes >> byte & 1) * 0xffu << (8 * byte);
    word = (word & ~mask) | (lanes & mask);
  }
}

Reach Hart::reach(uint32_t* address) const {
  if (state_.pc >= config_.itcm_bytes) return Reach::kNone;
  const uint32_t word = itcm_[state_.pc / 4];
  const bool load = (word & kOpcodeMask) == kOpcodeLoad;
  const bool store = (word & kOpcodeMask) == kOpcodeStore;
  if ((!load && !store) || decoded_[state_.pc / 4]->mask == 0) return Reach::kNone;
  *address = state_.x[word >> 15 & 31] + (load ? load_offset(word) : store_offset(word));
  const uint32_t bytes = 1u << (word >> 12 & 3);
  if (*address % bytes != 0) return Reach::kNone;  // traps
  if (!has_data(*address)) return Reach::kBus;
  return load ? Reach::kDataLoad : Reach::kNone;
}

bool Hart::looks_at_external() const {
  if (state_.csrs.lets_in(kExternalInterrupt)) return true;
  if (state_.pc >= config_.itcm_bytes) return false;
  const uint32_t word = itcm_[state_.pc / 4];
  if (word == kWfi) return (enabled() & kExternalInterrupt) != 0;
  return (word & kOpcodeMask) == kOpcodeSystem && word >> 20 == kMip;
}

bool Hart::step(Retire* retire) {
  *retire = Retire{};
  retire->pc = state_.pc;
  state_.csrs.set_pending(environment_.interrupts(state_.cycle - 1));
  if (state_.csrs.interrupted() && !state_.waiting) {
    Execution x(*this, state_.pc, 0, retire);
    x.trap(state_.csrs.interrupt_cause(), 0);
    finish(x, retire);
  } else if (state_.pc >= config_.itcm_bytes) {
    Execution x(*this, state_.pc, 0, retire);
    x.trap(kFetchFault, state_.pc);
    finish(x, retire);
  } else {
    retire->insn = itcm_[state_.pc / 4];
    Execution x(*this, state_.pc, retire->insn, retire);
    decoded_[state_.pc / 4]->execute(x);
    state_.waiting = x.waits();
    if (state_.waiting) return ++state_.cycle, false;
    finish(x, retire);
  }
  return true;
}

void Hart::finish(const Execution& x, Retire* retire) {
  if (!retire->trap) state_.csrs.count_retired();
  retire->cycle = state_.cycle + x.cycles() - 1;
  state_.cycle += x.cycles() + (x.redirected() ? 1 : 0);
  state_.pc = x.next();
}

}  // namespace tercet::rv32
