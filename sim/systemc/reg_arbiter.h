// SPDX-License-Identifier: Apache-2.0
// Host and core share the registers: the host goes first, the core waits while the host asks.
#pragma once

#include <cstdint>

#include "sim/systemc/shared.h"

namespace tercet {

class Control;
class Csr;

/// rtl/control/tercet_reg_arbiter.sv.
class RegArbiter {
 public:
  explicit RegArbiter(const Shared& shared) : shared_(shared) {}

  Control* control = nullptr;
  Csr* csr = nullptr;

  /// A whole word at a register offset, in the present cycle; false: SLVERR.
  bool access(bool write, uint32_t offset, uint32_t* value);
  /// The same by the host, who keeps the core off for this cycle.
  bool host_access(bool write, uint32_t offset, uint32_t* value);
  /// Whether the core may make an access in `cycle`, the present one; late in it.
  bool grants(Cycle cycle) const { return host_ != cycle; }

 private:
  const Shared& shared_;
  Cycle host_ = kNever;  // the host's last access
};

}  // namespace tercet
