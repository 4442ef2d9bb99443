// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_csr.sv with accesses to its register port.
#pragma once

#include "Vcsr.h"
#include "bench.h"
#include "tercet_hw.h"

namespace tercet {

/// The engine runs and is empty until a test says otherwise.
class Csr : public Bench<Vcsr> {
 public:
  Csr() {
    top().running_i = 1;
    top().empty_i = 1;
  }
  /// True if the access was accepted.
  bool write(uint32_t offset, uint32_t value, bool partial = false) {
    top().write_i = 1;
    top().addr_i = static_cast<uint16_t>(offset);
    top().wdata_i = value;
    top().partial_i = partial;
    settle();
    const bool accepted = top().error_o == 0;
    tick();
    top().write_i = 0;
    top().partial_i = 0;
    settle();
    return accepted;
  }
  bool read(uint32_t offset, uint32_t* value) {
    top().read_i = 1;
    top().addr_i = static_cast<uint16_t>(offset);
    settle();
    *value = top().rdata_o;
    const bool accepted = top().error_o == 0;
    tick();
    top().read_i = 0;
    return accepted;
  }
  uint32_t value(uint32_t offset) {
    uint32_t value = 0;
    REQUIRE(read(offset, &value));
    return value;
  }
  /// One cycle with a signal set.
  void pulse(CData& signal) {
    signal = 1;
    tick();
    signal = 0;
    settle();
  }
};

}  // namespace tercet
