// SPDX-License-Identifier: Apache-2.0
// An access to the registers of the engine or to those of host and firmware.
#include "sim/systemc/reg_arbiter.h"

#include "sim/systemc/control.h"
#include "sim/systemc/csr.h"

namespace tercet {

bool RegArbiter::access(bool write, uint32_t offset, uint32_t* value) {
  if (offset < TERCET_CSR_CORE_CTRL) {
    return write ? csr->write(offset, *value) : csr->read(offset, value);
  }
  return write ? control->write(offset, *value) : control->read(offset, value);
}

bool RegArbiter::host_access(bool write, uint32_t offset, uint32_t* value) {
  host_ = shared_.clock.now();
  return access(write, offset, value);
}

}  // namespace tercet
