/* SPDX-License-Identifier: Apache-2.0 */
/* The end of the firmware: says why, wakes the host, does nothing until the core is stopped. */
#include "hal.h"
#include "state.h"

void tercet_fault(uint32_t cause) {
  /* Bit 31 of mcause is bit 31 of FW_STATE; the code's low bits follow the phase. */
  tercet_write(TERCET_CSR_FW_STATE,
               (cause & 0x80000000u) | (cause & 0x7fffffu) << 8 | TERCET_FW_PHASE_FAULT);
  const struct tercet_host_irq_set set = {.fault = 1};
  tercet_write(TERCET_CSR_HOST_IRQ_SET, tercet_host_irq_set_pack(set));
  for (;;) tercet_wait_for_interrupt();
}
