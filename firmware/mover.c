/* SPDX-License-Identifier: Apache-2.0 */
/* One transfer of the mover at a time. Addresses are pairs of words, low half first. */
#include "hal.h"
#include "state.h"

void tercet_mover_start(uint32_t go, const uint32_t* src, const uint32_t* dst, uint32_t beats) {
  if (src != 0) {
    tercet_write(TERCET_CSR_MOVER_SRC_LO, src[0]);
    tercet_write(TERCET_CSR_MOVER_SRC_HI, src[1]);
  }
  if (dst != 0) {
    tercet_write(TERCET_CSR_MOVER_DST_LO, dst[0]);
    tercet_write(TERCET_CSR_MOVER_DST_HI, dst[1]);
  }
  tercet_write(TERCET_CSR_MOVER_BEATS, beats);
  tercet_write(TERCET_CSR_MOVER_GO, go);
}

uint32_t tercet_mover_wait(void) {
  for (;;) {
    const struct tercet_mover_status status =
        tercet_mover_status_unpack(tercet_read(TERCET_CSR_MOVER_STATUS));
    if (status.busy == 0) return status.error;
  }
}
