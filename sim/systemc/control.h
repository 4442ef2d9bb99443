// SPDX-License-Identifier: Apache-2.0
// The registers of host and firmware: the core, interrupts both ways, queue counts, the mover.
#pragma once

#include <cstdint>

#include "sim/functional/core_control.h"
#include "sim/systemc/shared.h"

namespace tercet {

class Csr;
class Mcu;
class TercetMover;

/// rtl/control/tercet_control.sv. A write is seen from the next cycle on.
class Control {
 public:
  explicit Control(const Shared& shared) : shared_(shared) {}

  Csr* csr = nullptr;
  Mcu* mcu = nullptr;
  TercetMover* mover = nullptr;

  /// An access in the present cycle; false: SLVERR.
  bool read(uint32_t offset, uint32_t* value) const;
  bool write(uint32_t offset, uint32_t value);

  /// The beginning of a cycle in which something has changed: sets the lines. `event`: a bit of IRQ
  /// is set.
  void update(bool event);
  /// The mover's last response came in the cycle before the present one.
  void mover_done() { mover_irq_ = true; }

  bool run() const { return run_; }
  bool host_irq() const { return (host_irq_ & queue_.host_irq_enable) != 0; }
  /// The core's external interrupt in this cycle.
  bool core_irq() const { return core_line_; }
  /// DOORBELL is ahead of RETIRED.
  bool waiting() const { return doorbell_ != queue_.retired; }

 private:
  uint32_t core_irq_bits() const;
  void set_run(bool run);
  uint32_t fw_state() const;

  const Shared& shared_;
  bool run_ = false;
  bool doorbell_irq_ = false;
  bool abort_irq_ = false;
  bool mover_irq_ = false;
  bool event_ = false;      // as of the last update()
  bool core_line_ = false;  // as of the last update()
  uint32_t host_irq_ = 0;
  uint32_t doorbell_ = 0;
  uint32_t fw_state_ = 0;
  QueueRegisters queue_;
  MoverOperation operation_;
};

}  // namespace tercet
