/* SPDX-License-Identifier: Apache-2.0 */
/* The version that get_info tells: the firmware's, and of the reference device that stands for it.
 */
#ifndef TERCET_FIRMWARE_VERSION_H_
#define TERCET_FIRMWARE_VERSION_H_

enum {
  TERCET_FIRMWARE_VERSION = 0x00010000 /* major in 31:16, minor in 15:0 */
};

/* Causes that the firmware itself gives in FW_STATE.detail when it stops; those of a trap are
   below 16. The privileged specification leaves 24 to 31 to the platform. */
enum tercet_fault_cause {
  TERCET_FAULT_ENGINE_BUSY = 24,     /* the engine was not idle long after a soft reset */
  TERCET_FAULT_COMPLETION_RING = 25, /* a completion could not be written, four times */
};

#endif
