// SPDX-License-Identifier: Apache-2.0
// The control core as an instruction-set simulator: same results, traps and cycles as
// rtl/control/tercet_core.sv.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/rv32/csr_file.h"
#include "sim/rv32/environment.h"
#include "sim/rv32/instructions.h"
#include "sim/rv32/retire.h"

namespace tercet::rv32 {

struct HartConfig {
  uint32_t itcm_bytes;  ///< at address 0; a power of two, as dtcm_bytes
  uint32_t dtcm_base;
  uint32_t dtcm_bytes;
  uint32_t hart_id = 0;
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
  uint64_t cycle() const { return cycle_; }
  uint32_t pc() const { return pc_; }
  /// In wfi: a step does nothing before an interrupt line rises.
  bool waiting() const { return waiting_; }
  /// Lets a wfi wait until it looks at the lines in `cycle` again.
  void wait_until(uint64_t cycle) {
    if (waiting_ && cycle > cycle_) cycle_ = cycle;
  }

  /// Words of the memories, by byte offset below their size.
  void write_instruction(uint32_t offset, uint32_t word);
  uint32_t read_instruction(uint32_t offset) const { return itcm_[offset / 4]; }
  void write_word(uint32_t offset, uint32_t word) { dtcm_[offset / 4] = word; }
  uint32_t read_word(uint32_t offset) const { return dtcm_[offset / 4]; }
  uint32_t x(uint32_t index) const { return x_[index]; }

 private:
  friend class Execution;

  bool has_data(uint32_t address) const { return address - config_.dtcm_base < config_.dtcm_bytes; }
  uint32_t read_data(uint32_t address) const { return dtcm_[(address - config_.dtcm_base) / 4]; }
  void write_data(uint32_t address, uint32_t lanes, uint32_t strobes);
  void finish(const Execution& x, Retire* retire);

  HartConfig config_;
  Environment& environment_;
  std::vector<uint32_t> itcm_, dtcm_;
  std::vector<const Instruction*> decoded_;  // of each word of itcm_
  std::array<uint32_t, 32> x_{};
  CsrFile csrs_;
  uint32_t pc_ = 0;
  uint64_t cycle_ = 1;
  bool waiting_ = false;
};

}  // namespace tercet::rv32
