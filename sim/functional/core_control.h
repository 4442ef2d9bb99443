// SPDX-License-Identifier: Apache-2.0
// The registers through which host and firmware talk, and the host's windows into the core.
#pragma once

#include <cstdint>
#include <vector>

#include "host_driver/transport.h"
#include "sim/functional/mover.h"
#include "tercet_hw.h"

namespace tercet {

/// Of the registers of host and firmware, those that read as they were written.
struct QueueRegisters {
  uint32_t host_irq_enable = 0;
  uint32_t core_irq_enable = 0;
  uint32_t retired = 0;
  uint32_t consumed = 0;

  /// The register at `offset`; false if it is none of these.
  bool read(uint32_t offset, uint32_t* value) const;
  bool write(uint32_t offset, uint32_t value);
};

/// Registers from CORE_CTRL on and the two memories. What a core does with them is someone else's.
class CoreControl : public QueueRegisters {
 public:
  CoreControl(const tercet_config& machine, MemoryBus& bus);

  /// False if `offset` is neither one of these registers nor inside a window. `engine_irq` is
  /// whether IRQ has a bit set.
  bool read(uint32_t offset, uint64_t cycle, bool engine_irq, uint32_t* value,
            BusResponse* response) const;
  bool write(uint32_t offset, uint64_t cycle, uint32_t value, BusResponse* response);

  bool irq_line() const { return (host_irq & host_irq_enable) != 0; }
  /// The core's external interrupt.
  bool core_irq_line(uint64_t cycle, bool engine_irq) const {
    return (core_irq(cycle, engine_irq) & core_irq_enable) != 0;
  }
  uint32_t core_irq(uint64_t cycle, bool engine_irq) const;
  Mover& mover() { return mover_; }
  const std::vector<uint32_t>& itcm() const { return itcm_; }
  const std::vector<uint32_t>& dtcm() const { return dtcm_; }

  bool run = false;
  uint32_t core_pc = 0;
  uint32_t host_irq = 0;
  uint32_t doorbell = 0;
  uint32_t fw_state = 0;
  bool doorbell_rang = false;  ///< CORE_IRQ.doorbell
  bool abort_asked = false;    ///< CORE_IRQ.abort

 private:
  bool read_register(uint32_t offset, uint64_t cycle, bool engine_irq, uint32_t* value) const;
  bool write_register(uint32_t offset, uint64_t cycle, uint32_t value, BusResponse* response);
  void clear_core_irq(uint32_t value, uint64_t cycle);

  Mover mover_;
  std::vector<uint32_t> itcm_;
  std::vector<uint32_t> dtcm_;
  uint64_t mover_seen_ = 0;  // ends of transfers up to this cycle are no interrupt any more
};

}  // namespace tercet
