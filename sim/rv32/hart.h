// SPDX-License-Identifier: Apache-2.0
// The control core as an instruction-set simulator: same results, traps and cycles as
// rtl/core/tercet_core.sv.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/rv32/csr_file.h"
#include "sim/rv32/environment.h"
#include "sim/rv32/instructions.h"

namespace tercet::rv32 {

struct HartConfig {
  uint32_t itcm_bytes;  ///< at address 0; a power of two, as dtcm_bytes
  uint32_t dtcm_base;
  uint32_t dtcm_bytes;
  uint32_t hart_id = 0;
};

/// What the next instruction does beyond registers, unless an interrupt takes its place.
enum class Reach : uint8_t { kNone, kDataLoad, kBus };

/// All that a program changes, but for the world outside.
struct HartState {
  std::vector<uint32_t> dtcm;
  std::array<uint32_t, 32> x{};
  CsrFile csrs;
  uint32_t pc = 0;
  uint64_t cycle = 1;
  bool waiting = false;
};

/// Cycles (docs/core.md): 1 an instruction; +1 for a load from the data memory; +1 and the wait
/// states for an access to the bus; +1, without an instruction, after a jump, a branch taken, mret
/// or a trap. wfi takes as many more as it waits.
class Hart {
 public:
  /// Keeps a reference to `environment`. Memories and registers are 0.
  Hart(const HartConfig& config, Environment& environment);

  /// Back to address 0 and cycle 1, as after a release; memories and x1 to x31 keep their values.
  void reset();
  /// Executes an instruction or takes an interrupt, and tells what it did. False if it is a wfi
  /// that waits for another cycle.
  bool step(Retire* retire);

  /// In which the next instruction begins.
  uint64_t cycle() const { return state_.cycle; }
  uint32_t pc() const { return state_.pc; }
  /// In wfi: a step does nothing before an interrupt line rises.
  bool waiting() const { return state_.waiting; }
  /// Lets a wfi wait until it looks at the lines in `cycle` again.
  void wait_until(uint64_t cycle) {
    if (state_.waiting && cycle > state_.cycle) state_.cycle = cycle;
  }

  /// For a simulator that lets the hart run ahead of the world outside: what the next step reaches,
  /// and whether it depends on the external interrupt line.
  Reach reach(uint32_t* address) const;
  bool looks_at_external() const;
  uint32_t enabled() const { return state_.csrs.enabled(); }  ///< mie
  /// Whether the next step takes an interrupt if `lines` are those of the cycle before it.
  bool takes_interrupt(uint32_t lines) const { return !state_.waiting && state_.csrs.takes(lines); }

  /// A place to come back to. `to` keeps its storage.
  void save(HartState* to) const { *to = state_; }
  void restore(const HartState& from) { state_ = from; }

  /// Words of the memories, by byte offset below their size.
  void write_instruction(uint32_t offset, uint32_t word);
  uint32_t read_instruction(uint32_t offset) const { return itcm_[offset / 4]; }
  void write_word(uint32_t offset, uint32_t word) { state_.dtcm[offset / 4] = word; }
  uint32_t read_word(uint32_t offset) const { return state_.dtcm[offset / 4]; }
  uint32_t x(uint32_t index) const { return state_.x[index]; }

 private:
  friend class Execution;

  bool has_data(uint32_t address) const { return address - config_.dtcm_base < config_.dtcm_bytes; }
  uint32_t read_data(uint32_t address) const {
    return state_.dtcm[(address - config_.dtcm_base) / 4];
  }
  void write_data(uint32_t address, uint32_t lanes, uint32_t strobes);
  void finish(const Execution& x, Retire* retire);

  HartConfig config_;
  Environment& environment_;
  std::vector<uint32_t> itcm_;
  std::vector<const Instruction*> decoded_;  // of each word of itcm_
  HartState state_;
};

}  // namespace tercet::rv32
