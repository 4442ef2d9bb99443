// SPDX-License-Identifier: Apache-2.0
// What firmware does, without firmware: the meaning of docs/programming.md's rings.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/functional/core_control.h"
#include "sim/functional/descriptor.h"
#include "sim/functional/memory_bus.h"

namespace tercet {

/// One command at a time, kCommandCycles each. Fields of cycles and counters read 0.
class RingInterpreter {
 public:
  static constexpr uint64_t kCommandCycles = 32;
  static constexpr uint64_t kNever = UINT64_MAX;

  /// Borrows all. `run_gemm` executes a command that was checked and returns TERCET_ERR_NONE or the
  /// first bus error.
  RingInterpreter(const tercet_config& machine, CoreControl& control, MemoryBus& bus,
                  std::function<uint32_t(const Command&)> run_gemm);

  /// CORE_CTRL.run rose.
  void boot();
  /// DOORBELL, ABORT or CONSUMED was written.
  void look(uint64_t cycle);
  /// The next cycle in which something happens.
  uint64_t next_at() const { return next_at_; }
  /// Completes the command that is due.
  void step(uint64_t cycle);

 private:
  void schedule(uint64_t cycle);
  Record read_record(uint64_t ring, uint32_t place);
  void write_record(uint64_t address, const Record& words);
  Verdict execute(const Record& words);
  uint32_t copy(const Record& words);
  void get_info(const Record& words);
  void complete(const Record& words, const Verdict& verdict);
  void stop(uint32_t phase, uint32_t detail);

  const tercet_config& machine_;
  CoreControl& control_;
  MemoryBus& bus_;
  std::function<uint32_t(const Command&)> run_gemm_;
  bool ready_ = false;
  uint64_t queue_ = 0;
  uint64_t completions_ = 0;
  uint32_t queue_entries_ = 0;
  uint32_t completion_entries_ = 0;
  std::vector<MemoryWindow> windows_;
  uint32_t doorbell_ = 0;    // the last that made sense
  uint32_t abort_left_ = 0;  // of the commands waiting, so many are aborted
  uint64_t next_at_ = kNever;
};

}  // namespace tercet
