// SPDX-License-Identifier: Apache-2.0
// Takes a command from the shadow registers, checks it, and starts loaders and sequencer with it.
#pragma once

#include <cstdint>
#include <systemc>

#include "sim/systemc/perf.h"
#include "sim/systemc/shared.h"

namespace tercet {

class Csr;
class Dma;
class Sequencer;
class Supervisor;

class Dispatch : public Unit {
 public:
  Dispatch(const sc_core::sc_module_name& name, const Shared& shared, Perf& perf);

  Csr* csr = nullptr;
  Dma* dma = nullptr;
  Sequencer* sequencer = nullptr;
  Supervisor* supervisor = nullptr;

  /// The shadow holds a command from `cycle` on.
  void pending(Cycle cycle);
  /// Something that a command may wait for has changed.
  void changed() {
    if (ready_ != kNever) wake_.notify(sc_core::SC_ZERO_TIME);
  }
  void flush();

  /// What a pending command waits for; empty if none does.
  const char* waits_for() const;

 private:
  void run() override;
  Cycle start_from() const;
  void start(Cycle now);

  Perf& perf_;
  Cycle ready_ = kNever;  // the pending command's products are formed and judged
  bool refused_ = false;
  uint64_t accepted_ = 0;  // commands
};

}  // namespace tercet
