/* SPDX-License-Identifier: Apache-2.0 */
/* Generated from rtl/spec by scripts/gen_hw.py; do not edit. */
/* Register offsets and fields, records, error codes, constants and machines. */

#ifndef TERCET_HW_H_
#define TERCET_HW_H_

#include <stdint.h>

/* Byte offsets of the registers. */
enum tercet_csr {
  TERCET_CSR_ID = 0x000, /* Identifies the device. */
  TERCET_CSR_VERSION = 0x004, /* Version of this register map. */
  TERCET_CSR_CONFIG_HASH = 0x008, /* CRC-32 of the hardware contract and this machine's configuration. */
  TERCET_CSR_GEOMETRY = 0x00c, /* Size of the array, as powers of two. */
  TERCET_CSR_CTRL = 0x010, /* Control of the whole device. */
  TERCET_CSR_STATUS = 0x014, /* What the device is doing. */
  TERCET_CSR_IRQ = 0x018, /* Pending interrupt causes; writing 1 to a bit clears it. */
  TERCET_CSR_ERROR = 0x01c, /* The first error since soft_reset. */
  TERCET_CSR_STARTED = 0x020, /* Commands accepted since reset. */
  TERCET_CSR_COMPLETED = 0x024, /* Commands whose last write was answered since reset. */
  TERCET_CSR_CMD_M = 0x040, /* Next command: tokens, the rows of the activation and output matrices. */
  TERCET_CSR_CMD_N = 0x044, /* Next command: outputs a token. */
  TERCET_CSR_CMD_K = 0x048, /* Next command: length of each dot product. */
  TERCET_CSR_CMD_MTILE = 0x04c, /* Next command: tokens held on chip at a time. */
  TERCET_CSR_CMD_FLAGS = 0x050, /* Next command: options. */
  TERCET_CSR_CMD_WBEATS = 0x054, /* Next command: length of the weight stream, which is read once for each m_tile. */
  TERCET_CSR_CMD_ACT_LO = 0x058, /* Next command: address of the activations, low half. */
  TERCET_CSR_CMD_ACT_HI = 0x05c, /* Next command: address of the activations, high half. */
  TERCET_CSR_CMD_WGT_LO = 0x060, /* Next command: address of the packed weights, low half. */
  TERCET_CSR_CMD_WGT_HI = 0x064, /* Next command: address of the packed weights, high half. */
  TERCET_CSR_CMD_OUT_LO = 0x068, /* Next command: address of the outputs, low half. */
  TERCET_CSR_CMD_OUT_HI = 0x06c, /* Next command: address of the outputs, high half. */
  TERCET_CSR_START = 0x070, /* Hands the command registers to the sequencer. */
  TERCET_CSR_CYCLES_BUSY_LO = 0x080, /* Cycles with any command in flight. */
  TERCET_CSR_CYCLES_BUSY_HI = 0x084, /* Cycles with any command in flight. */
  TERCET_CSR_ARRAY_ACTIVE_LO = 0x088, /* Cycles in which the array accepts a token. */
  TERCET_CSR_ARRAY_ACTIVE_HI = 0x08c, /* Cycles in which the array accepts a token. */
  TERCET_CSR_STALL_WEIGHTS_LO = 0x090, /* Cycles the compute stage has a command but waits for a weight tile. */
  TERCET_CSR_STALL_WEIGHTS_HI = 0x094, /* Cycles the compute stage has a command but waits for a weight tile. */
  TERCET_CSR_STALL_ACTS_LO = 0x098, /* Cycles the compute stage has a command but waits for activations. */
  TERCET_CSR_STALL_ACTS_HI = 0x09c, /* Cycles the compute stage has a command but waits for activations. */
  TERCET_CSR_STALL_OUTPUT_LO = 0x0a0, /* Cycles the compute stage has a command but waits for a free accumulator bank. */
  TERCET_CSR_STALL_OUTPUT_HI = 0x0a4, /* Cycles the compute stage has a command but waits for a free accumulator bank. */
  TERCET_CSR_TILES_LO = 0x0a8, /* Weight tiles consumed. */
  TERCET_CSR_TILES_HI = 0x0ac, /* Weight tiles consumed. */
  TERCET_CSR_WEIGHT_BEATS_LO = 0x0b0, /* AXI beats of weights read. */
  TERCET_CSR_WEIGHT_BEATS_HI = 0x0b4, /* AXI beats of weights read. */
  TERCET_CSR_ACT_BEATS_LO = 0x0b8, /* AXI beats of activations read. */
  TERCET_CSR_ACT_BEATS_HI = 0x0bc, /* AXI beats of activations read. */
  TERCET_CSR_OUTPUT_BEATS_LO = 0x0c0, /* AXI beats of outputs written. */
  TERCET_CSR_OUTPUT_BEATS_HI = 0x0c4, /* AXI beats of outputs written. */
  TERCET_CSR_LAST_CYCLES_LO = 0x0c8, /* Cycles of the most recently completed command, from its acceptance to its last write response. */
  TERCET_CSR_LAST_CYCLES_HI = 0x0cc, /* Cycles of the most recently completed command, from its acceptance to its last write response. */
  TERCET_CSR_QUEUE_IDLE_LO = 0x0d0, /* Cycles with no command in flight though DOORBELL is ahead of RETIRED: what the firmware costs. */
  TERCET_CSR_QUEUE_IDLE_HI = 0x0d4, /* Cycles with no command in flight though DOORBELL is ahead of RETIRED: what the firmware costs. */
  TERCET_CSR_CORE_CTRL = 0x200, /* The control core. */
  TERCET_CSR_CORE_STATUS = 0x204, /* What the control core is doing. */
  TERCET_CSR_CORE_PC = 0x208, /* For debugging. */
  TERCET_CSR_HOST_IRQ = 0x20c, /* The firmware's interrupts to the host; writing 1 to a bit clears it. */
  TERCET_CSR_HOST_IRQ_SET = 0x210, /* Raises bits of HOST_IRQ. */
  TERCET_CSR_HOST_IRQ_ENABLE = 0x214, /* Bits of HOST_IRQ that raise the interrupt line. */
  TERCET_CSR_CORE_IRQ = 0x218, /* Interrupts to the control core. */
  TERCET_CSR_CORE_IRQ_ENABLE = 0x21c, /* Bits of CORE_IRQ that raise the core's external interrupt. */
  TERCET_CSR_DOORBELL = 0x220, /* Host to firmware: commands written to the ring since boot. */
  TERCET_CSR_ABORT = 0x224, /* Host to firmware: drop the queue. */
  TERCET_CSR_RETIRED = 0x228, /* Firmware to host: completions written to their ring since boot. */
  TERCET_CSR_CONSUMED = 0x22c, /* Host to firmware: completions that the host has read since boot. */
  TERCET_CSR_FW_STATE = 0x230, /* Firmware to host; cleared when the core is stopped. */
  TERCET_CSR_MOVER_SRC_LO = 0x240, /* Mover: memory address to read, low half. */
  TERCET_CSR_MOVER_SRC_HI = 0x244, /* Mover: memory address to read, high half. */
  TERCET_CSR_MOVER_DST_LO = 0x248, /* Mover: memory address to write, low half. */
  TERCET_CSR_MOVER_DST_HI = 0x24c, /* Mover: memory address to write, high half. */
  TERCET_CSR_MOVER_BEATS = 0x250, /* Mover: length; a load or store is at most one burst inside a 4 KiB page. */
  TERCET_CSR_MOVER_GO = 0x254, /* Starts the mover; SLVERR while it is busy. Exactly one bit. */
  TERCET_CSR_MOVER_STATUS = 0x258, /* What the mover is doing. */
  TERCET_COUNTER_BASE = 0x080, /* The LO half of counter 0. */
  TERCET_CSR_ADDR_BITS = 12, /* Address bits of the registers. */
};

/* The performance counters: LO of counter i is at TERCET_COUNTER_BASE + 8 * i, HI 4 above it. */
enum tercet_counter {
  TERCET_COUNTER_CYCLES_BUSY = 0, /* Cycles with any command in flight. */
  TERCET_COUNTER_ARRAY_ACTIVE = 1, /* Cycles in which the array accepts a token. */
  TERCET_COUNTER_STALL_WEIGHTS = 2, /* Cycles the compute stage has a command but waits for a weight tile. */
  TERCET_COUNTER_STALL_ACTS = 3, /* Cycles the compute stage has a command but waits for activations. */
  TERCET_COUNTER_STALL_OUTPUT = 4, /* Cycles the compute stage has a command but waits for a free accumulator bank. */
  TERCET_COUNTER_TILES = 5, /* Weight tiles consumed. */
  TERCET_COUNTER_WEIGHT_BEATS = 6, /* AXI beats of weights read. */
  TERCET_COUNTER_ACT_BEATS = 7, /* AXI beats of activations read. */
  TERCET_COUNTER_OUTPUT_BEATS = 8, /* AXI beats of outputs written. */
  TERCET_COUNTER_LAST_CYCLES = 9, /* Cycles of the most recently completed command, from its acceptance to its last write response. */
  TERCET_COUNTER_QUEUE_IDLE = 10, /* Cycles with no command in flight though DOORBELL is ahead of RETIRED: what the firmware costs. */
  TERCET_COUNTER_COUNT = 11,
};

/* How a command's weights are stored in memory. */
enum tercet_packing {
  TERCET_PACKING_TWO_BIT = 0, /* Two bits a weight, as bit planes of the array's rows. */
  TERCET_PACKING_TRIT5 = 1, /* Five weights in one byte, 1.6 bits a weight. */
};

/* AXI4 read transaction ids, one for each stream. */
enum tercet_axi_id {
  TERCET_AXI_ID_ACT = 0, /* Activation reads (and the output writes). */
  TERCET_AXI_ID_WEIGHT = 1, /* Weight reads. */
  TERCET_AXI_ID_MOVER = 2, /* Reads of the mover. */
};

/* What the control core sees where; other data addresses are on its bus. */
enum tercet_core_base {
  TERCET_CORE_BASE_ITCM = 0, /* Instruction memory: fetches only. */
  TERCET_CORE_BASE_DTCM = 268435456, /* Data memory: loads and stores only. */
  TERCET_CORE_BASE_TIMER = 536870912, /* Timer, 256 bytes. */
  TERCET_CORE_BASE_REGISTERS = 536875008, /* The registers of this page, 4 KiB. */
  TERCET_CORE_BASE_MOVER = 536879104, /* Buffer of the mover, max_burst_beats * axi_bytes; words and parts of words. */
};

/* Registers of the control core's timer: offsets in bytes, whole words only. */
enum tercet_core_timer {
  TERCET_CORE_TIMER_MTIME_LO = 0, /* Cycles since the core was released, bits 31:0; read only. */
  TERCET_CORE_TIMER_MTIME_HI = 4, /* Bits 63:32 of mtime; read only. */
  TERCET_CORE_TIMER_MTIMECMP_LO = 8, /* The timer interrupt is pending from this mtime on, bits 31:0. */
  TERCET_CORE_TIMER_MTIMECMP_HI = 12, /* Bits 63:32 of mtimecmp. */
  TERCET_CORE_TIMER_MSIP = 16, /* Bit 0 is the software interrupt. */
};

/* What a command descriptor asks for. */
enum tercet_opcode {
  TERCET_OPCODE_NOP = 0, /* Nothing; completes. */
  TERCET_OPCODE_GEMM = 1, /* One GEMM on the engine. */
  TERCET_OPCODE_COPY = 2, /* Copies bytes from memory to memory. */
  TERCET_OPCODE_FENCE = 3, /* Completes when all commands before it have completed. */
  TERCET_OPCODE_GET_INFO = 4, /* Writes a device information record. */
  TERCET_OPCODE_RMS_NORM = 16, /* Reserved for a vector engine: completes with not_implemented. */
  TERCET_OPCODE_QUANTISE = 17, /* Reserved for a vector engine: completes with not_implemented. */
  TERCET_OPCODE_ROPE = 18, /* Reserved for a vector engine: completes with not_implemented. */
  TERCET_OPCODE_SOFTMAX = 19, /* Reserved for a vector engine: completes with not_implemented. */
  TERCET_OPCODE_ATTENTION = 20, /* Reserved for a vector engine: completes with not_implemented. */
  TERCET_OPCODE_ACTIVATION = 21, /* Reserved for a vector engine: completes with not_implemented. */
};

/* What commands may do with a memory window; a sum. */
enum tercet_window_access {
  TERCET_WINDOW_ACCESS_READ = 1, /* Read it. */
  TERCET_WINDOW_ACCESS_WRITE = 2, /* Write it. */
};

/* FW_STATE.phase. */
enum tercet_fw_phase {
  TERCET_FW_PHASE_OFF = 0, /* The core was released but has not got as far. */
  TERCET_FW_PHASE_READY = 1, /* The firmware serves the ring. */
  TERCET_FW_PHASE_BAD_BOOT = 2, /* The boot block is not valid; FW_STATE.detail is the word. */
  TERCET_FW_PHASE_FAULT = 3, /* The firmware trapped; FW_STATE.detail is mcause. */
};

/* Limits, and the values of the registers that identify the device. */
enum tercet_constant {
  TERCET_K_MAX = 65535, /* Largest K of one command on any machine; 128 * k_max stays below 2^23, so a 24-bit accumulator cannot overflow. */
  TERCET_BEAT_PLANES = 8, /* Bit planes of the array's rows in one beat of weights. */
  TERCET_TWO_BIT_BEAT_COLS = 4, /* Columns whose weights one beat holds in two_bit packing. */
  TERCET_TRIT5_BEAT_COLS = 5, /* Columns whose weights one beat holds in trit5 packing. */
  TERCET_CORE_ITCM_BYTES = 8192, /* Instruction memory of the control core. */
  TERCET_CORE_DTCM_BYTES = 4096, /* Data memory of the control core. */
  TERCET_HOST_ADDR_BITS = 18, /* Byte address bits of the host's register bus: registers from 0, then the two windows. */
  TERCET_HOST_ITCM_WINDOW = 65536, /* Host address of the instruction memory; answers SLVERR while the core runs. */
  TERCET_HOST_DTCM_WINDOW = 131072, /* Host address of the data memory; answers SLVERR while the core runs. */
  TERCET_RECORD_BYTES = 64, /* Bytes of a command descriptor, a completion and a device information record. */
  TERCET_WINDOWS = 4, /* Memory windows in the boot block. */
  TERCET_BOOT_MAGIC = 1414415188, /* First word of a valid boot block: the letters TCNT. */
  TERCET_MAX_QUEUE_LOG2 = 8, /* Largest ring of commands or completions, as a power of two. */
  TERCET_HW_ID = 0x54524354, /* Identifies the device. */
  TERCET_HW_VERSION = 0x10000, /* Version of this register map. */
};

/* Codes of the ERROR register. */
enum tercet_error_code {
  TERCET_ERR_NONE = 0, /* No error. */
  TERCET_ERR_BAD_SHAPE = 1, /* M, N or K is zero, or K is over the machine's limit. */
  TERCET_ERR_BAD_TILE = 2, /* m_tile is zero, over the tokens of a tile, or m_tile * k_tiles does not fit the activation SRAM. */
  TERCET_ERR_BAD_ALIGNMENT = 3, /* An address is not a multiple of the AXI beat. */
  TERCET_ERR_BAD_WEIGHT_BEATS = 4, /* CMD_WBEATS is not what the shape and packing need. */
  TERCET_ERR_READ_SLVERR = 5, /* The memory answered a read with SLVERR. */
  TERCET_ERR_READ_DECERR = 6, /* The memory answered a read with DECERR. */
  TERCET_ERR_WRITE_SLVERR = 7, /* The memory answered a write with SLVERR. */
  TERCET_ERR_WRITE_DECERR = 8, /* The memory answered a write with DECERR. */
  TERCET_ERR_BAD_ADDRESS = 9, /* A buffer ends past the address space. */
  TERCET_ERR_BAD_OPCODE = 32, /* The firmware knows no such opcode. */
  TERCET_ERR_NOT_IMPLEMENTED = 33, /* The opcode is reserved and does nothing yet. */
  TERCET_ERR_RESERVED_BITS = 34, /* A reserved bit of the descriptor is set; the field is its word. */
  TERCET_ERR_BAD_WINDOW = 35, /* A buffer is not inside one window that allows the access; the field is its first word. */
  TERCET_ERR_BAD_LENGTH = 36, /* A length is zero, too long or not a multiple of its unit; the field is its word. */
  TERCET_ERR_WATCHDOG = 37, /* The engine did not finish the command in the boot block's watchdog cycles. */
  TERCET_ERR_ABORTED = 38, /* The host aborted, or an earlier command of the queue failed on the engine while this one was in it. */
};

/* The name of an error code, or "unknown". */
static inline const char* tercet_error_name(unsigned code) {
  switch (code) {
    case TERCET_ERR_NONE: return "none";
    case TERCET_ERR_BAD_SHAPE: return "bad_shape";
    case TERCET_ERR_BAD_TILE: return "bad_tile";
    case TERCET_ERR_BAD_ALIGNMENT: return "bad_alignment";
    case TERCET_ERR_BAD_WEIGHT_BEATS: return "bad_weight_beats";
    case TERCET_ERR_READ_SLVERR: return "read_slverr";
    case TERCET_ERR_READ_DECERR: return "read_decerr";
    case TERCET_ERR_WRITE_SLVERR: return "write_slverr";
    case TERCET_ERR_WRITE_DECERR: return "write_decerr";
    case TERCET_ERR_BAD_ADDRESS: return "bad_address";
    case TERCET_ERR_BAD_OPCODE: return "bad_opcode";
    case TERCET_ERR_NOT_IMPLEMENTED: return "not_implemented";
    case TERCET_ERR_RESERVED_BITS: return "reserved_bits";
    case TERCET_ERR_BAD_WINDOW: return "bad_window";
    case TERCET_ERR_BAD_LENGTH: return "bad_length";
    case TERCET_ERR_WATCHDOG: return "watchdog";
    case TERCET_ERR_ABORTED: return "aborted";
    default: return "unknown";
  }
}

/* VERSION: Version of this register map. */
struct tercet_version {
  uint32_t minor; /* Raised when registers are added. */
  uint32_t major; /* Raised when an existing register changes its meaning. */
};

static inline uint32_t tercet_version_pack(struct tercet_version fields) {
  return (fields.minor & 0xffffu) |
         ((fields.major & 0xffffu) << 16);
}

static inline struct tercet_version tercet_version_unpack(uint32_t word) {
  struct tercet_version fields;
  fields.minor = word & 0xffffu;
  fields.major = (word >> 16) & 0xffffu;
  return fields;
}

/* GEOMETRY: Size of the array, as powers of two. */
struct tercet_geometry {
  uint32_t rows_log2; /* Base-2 logarithm of the rows, the activations of one dot product. */
  uint32_t cols_log2; /* Base-2 logarithm of the columns, the dot products at a time. */
  uint32_t tokens_log2; /* Base-2 logarithm of the tokens of a tile. */
  uint32_t axi_bytes_log2; /* Base-2 logarithm of the bytes of an AXI beat. */
};

static inline uint32_t tercet_geometry_pack(struct tercet_geometry fields) {
  return (fields.rows_log2 & 0xfu) |
         ((fields.cols_log2 & 0xfu) << 4) |
         ((fields.tokens_log2 & 0xfu) << 8) |
         ((fields.axi_bytes_log2 & 0xfu) << 12);
}

static inline struct tercet_geometry tercet_geometry_unpack(uint32_t word) {
  struct tercet_geometry fields;
  fields.rows_log2 = word & 0xfu;
  fields.cols_log2 = (word >> 4) & 0xfu;
  fields.tokens_log2 = (word >> 8) & 0xfu;
  fields.axi_bytes_log2 = (word >> 12) & 0xfu;
  return fields;
}

/* CTRL: Control of the whole device. */
struct tercet_ctrl {
  uint32_t irq_enable; /* Lets a pending bit of IRQ raise the interrupt line. */
  uint32_t soft_reset; /* Writing 1 drops every command, waits for the bus transactions still open, and clears ERROR. */
  uint32_t perf_clear; /* Writing 1 zeroes the performance counters. */
};

static inline uint32_t tercet_ctrl_pack(struct tercet_ctrl fields) {
  return (fields.irq_enable & 0x1u) |
         ((fields.soft_reset & 0x1u) << 1) |
         ((fields.perf_clear & 0x1u) << 2);
}

static inline struct tercet_ctrl tercet_ctrl_unpack(uint32_t word) {
  struct tercet_ctrl fields;
  fields.irq_enable = word & 0x1u;
  fields.soft_reset = (word >> 1) & 0x1u;
  fields.perf_clear = (word >> 2) & 0x1u;
  return fields;
}

/* STATUS: What the device is doing. */
struct tercet_status {
  uint32_t idle; /* No command is in flight or waiting. */
  uint32_t start_pending; /* A started command waits for the one before it, so START must not be written. */
  uint32_t irq; /* Level of the interrupt line. */
  uint32_t error; /* ERROR holds a code, and commands are refused until soft_reset. */
};

static inline uint32_t tercet_status_pack(struct tercet_status fields) {
  return (fields.idle & 0x1u) |
         ((fields.start_pending & 0x1u) << 1) |
         ((fields.irq & 0x1u) << 2) |
         ((fields.error & 0x1u) << 3);
}

static inline struct tercet_status tercet_status_unpack(uint32_t word) {
  struct tercet_status fields;
  fields.idle = word & 0x1u;
  fields.start_pending = (word >> 1) & 0x1u;
  fields.irq = (word >> 2) & 0x1u;
  fields.error = (word >> 3) & 0x1u;
  return fields;
}

/* IRQ: Pending interrupt causes; writing 1 to a bit clears it. */
struct tercet_irq {
  uint32_t done; /* A command completed. */
  uint32_t error; /* A command failed. */
};

static inline uint32_t tercet_irq_pack(struct tercet_irq fields) {
  return (fields.done & 0x1u) |
         ((fields.error & 0x1u) << 1);
}

static inline struct tercet_irq tercet_irq_unpack(uint32_t word) {
  struct tercet_irq fields;
  fields.done = word & 0x1u;
  fields.error = (word >> 1) & 0x1u;
  return fields;
}

/* ERROR: The first error since soft_reset. */
struct tercet_error {
  uint32_t code; /* An error code of the table below. */
};

static inline uint32_t tercet_error_pack(struct tercet_error fields) {
  return (fields.code & 0xffu);
}

static inline struct tercet_error tercet_error_unpack(uint32_t word) {
  struct tercet_error fields;
  fields.code = word & 0xffu;
  return fields;
}

/* CMD_FLAGS: Next command: options. */
struct tercet_cmd_flags {
  uint32_t packing; /* Weight packing: 0 two_bit, 1 trit5. */
};

static inline uint32_t tercet_cmd_flags_pack(struct tercet_cmd_flags fields) {
  return (fields.packing & 0x1u);
}

static inline struct tercet_cmd_flags tercet_cmd_flags_unpack(uint32_t word) {
  struct tercet_cmd_flags fields;
  fields.packing = word & 0x1u;
  return fields;
}

/* START: Hands the command registers to the sequencer. */
struct tercet_start {
  uint32_t go; /* Writing 1 takes a copy of the command registers, which may then be written again. */
};

static inline uint32_t tercet_start_pack(struct tercet_start fields) {
  return (fields.go & 0x1u);
}

static inline struct tercet_start tercet_start_unpack(uint32_t word) {
  struct tercet_start fields;
  fields.go = word & 0x1u;
  return fields;
}

/* CORE_CTRL: The control core. */
struct tercet_core_ctrl {
  uint32_t run; /* 0 holds the core in reset: the host may use the windows once CORE_STATUS.stopped is set. */
};

static inline uint32_t tercet_core_ctrl_pack(struct tercet_core_ctrl fields) {
  return (fields.run & 0x1u);
}

static inline struct tercet_core_ctrl tercet_core_ctrl_unpack(uint32_t word) {
  struct tercet_core_ctrl fields;
  fields.run = word & 0x1u;
  return fields;
}

/* CORE_STATUS: What the control core is doing. */
struct tercet_core_status {
  uint32_t stopped; /* The core is held in reset and its last bus access is over. */
};

static inline uint32_t tercet_core_status_pack(struct tercet_core_status fields) {
  return (fields.stopped & 0x1u);
}

static inline struct tercet_core_status tercet_core_status_unpack(uint32_t word) {
  struct tercet_core_status fields;
  fields.stopped = word & 0x1u;
  return fields;
}

/* HOST_IRQ: The firmware's interrupts to the host; writing 1 to a bit clears it. */
struct tercet_host_irq {
  uint32_t completion; /* RETIRED has risen. */
  uint32_t fault; /* FW_STATE tells of a fault. */
};

static inline uint32_t tercet_host_irq_pack(struct tercet_host_irq fields) {
  return (fields.completion & 0x1u) |
         ((fields.fault & 0x1u) << 1);
}

static inline struct tercet_host_irq tercet_host_irq_unpack(uint32_t word) {
  struct tercet_host_irq fields;
  fields.completion = word & 0x1u;
  fields.fault = (word >> 1) & 0x1u;
  return fields;
}

/* HOST_IRQ_SET: Raises bits of HOST_IRQ. */
struct tercet_host_irq_set {
  uint32_t completion; /* Sets HOST_IRQ.completion. */
  uint32_t fault; /* Sets HOST_IRQ.fault. */
};

static inline uint32_t tercet_host_irq_set_pack(struct tercet_host_irq_set fields) {
  return (fields.completion & 0x1u) |
         ((fields.fault & 0x1u) << 1);
}

static inline struct tercet_host_irq_set tercet_host_irq_set_unpack(uint32_t word) {
  struct tercet_host_irq_set fields;
  fields.completion = word & 0x1u;
  fields.fault = (word >> 1) & 0x1u;
  return fields;
}

/* HOST_IRQ_ENABLE: Bits of HOST_IRQ that raise the interrupt line. */
struct tercet_host_irq_enable {
  uint32_t completion; /* HOST_IRQ.completion does. */
  uint32_t fault; /* HOST_IRQ.fault does. */
};

static inline uint32_t tercet_host_irq_enable_pack(struct tercet_host_irq_enable fields) {
  return (fields.completion & 0x1u) |
         ((fields.fault & 0x1u) << 1);
}

static inline struct tercet_host_irq_enable tercet_host_irq_enable_unpack(uint32_t word) {
  struct tercet_host_irq_enable fields;
  fields.completion = word & 0x1u;
  fields.fault = (word >> 1) & 0x1u;
  return fields;
}

/* CORE_IRQ: Interrupts to the control core. */
struct tercet_core_irq {
  uint32_t doorbell; /* DOORBELL was written. */
  uint32_t abort; /* ABORT was written. */
  uint32_t engine; /* A bit of IRQ is set, whatever CTRL.irq_enable is. */
  uint32_t mover; /* The mover has finished. */
};

static inline uint32_t tercet_core_irq_pack(struct tercet_core_irq fields) {
  return (fields.doorbell & 0x1u) |
         ((fields.abort & 0x1u) << 1) |
         ((fields.engine & 0x1u) << 2) |
         ((fields.mover & 0x1u) << 3);
}

static inline struct tercet_core_irq tercet_core_irq_unpack(uint32_t word) {
  struct tercet_core_irq fields;
  fields.doorbell = word & 0x1u;
  fields.abort = (word >> 1) & 0x1u;
  fields.engine = (word >> 2) & 0x1u;
  fields.mover = (word >> 3) & 0x1u;
  return fields;
}

/* CORE_IRQ_ENABLE: Bits of CORE_IRQ that raise the core's external interrupt. */
struct tercet_core_irq_enable {
  uint32_t doorbell; /* CORE_IRQ.doorbell does. */
  uint32_t abort; /* CORE_IRQ.abort does. */
  uint32_t engine; /* CORE_IRQ.engine does. */
  uint32_t mover; /* CORE_IRQ.mover does. */
};

static inline uint32_t tercet_core_irq_enable_pack(struct tercet_core_irq_enable fields) {
  return (fields.doorbell & 0x1u) |
         ((fields.abort & 0x1u) << 1) |
         ((fields.engine & 0x1u) << 2) |
         ((fields.mover & 0x1u) << 3);
}

static inline struct tercet_core_irq_enable tercet_core_irq_enable_unpack(uint32_t word) {
  struct tercet_core_irq_enable fields;
  fields.doorbell = word & 0x1u;
  fields.abort = (word >> 1) & 0x1u;
  fields.engine = (word >> 2) & 0x1u;
  fields.mover = (word >> 3) & 0x1u;
  return fields;
}

/* ABORT: Host to firmware: drop the queue. */
struct tercet_abort {
  uint32_t go; /* Writing 1 sets CORE_IRQ.abort: all commands up to DOORBELL complete, those that had not yet with aborted. */
};

static inline uint32_t tercet_abort_pack(struct tercet_abort fields) {
  return (fields.go & 0x1u);
}

static inline struct tercet_abort tercet_abort_unpack(uint32_t word) {
  struct tercet_abort fields;
  fields.go = word & 0x1u;
  return fields;
}

/* FW_STATE: Firmware to host; cleared when the core is stopped. */
struct tercet_fw_state {
  uint32_t phase; /* A value of fw_phase. */
  uint32_t detail; /* What the phase says; bit 31 of mcause is bit 31. */
};

static inline uint32_t tercet_fw_state_pack(struct tercet_fw_state fields) {
  return (fields.phase & 0xffu) |
         ((fields.detail & 0xffffffu) << 8);
}

static inline struct tercet_fw_state tercet_fw_state_unpack(uint32_t word) {
  struct tercet_fw_state fields;
  fields.phase = word & 0xffu;
  fields.detail = (word >> 8) & 0xffffffu;
  return fields;
}

/* MOVER_GO: Starts the mover; SLVERR while it is busy. Exactly one bit. */
struct tercet_mover_go {
  uint32_t load; /* Memory to the start of the buffer. */
  uint32_t store; /* Start of the buffer to memory. */
  uint32_t copy; /* Memory to memory through the buffer, a burst at a time. */
};

static inline uint32_t tercet_mover_go_pack(struct tercet_mover_go fields) {
  return (fields.load & 0x1u) |
         ((fields.store & 0x1u) << 1) |
         ((fields.copy & 0x1u) << 2);
}

static inline struct tercet_mover_go tercet_mover_go_unpack(uint32_t word) {
  struct tercet_mover_go fields;
  fields.load = word & 0x1u;
  fields.store = (word >> 1) & 0x1u;
  fields.copy = (word >> 2) & 0x1u;
  return fields;
}

/* MOVER_STATUS: What the mover is doing. */
struct tercet_mover_status {
  uint32_t busy; /* A transfer is under way. */
  uint32_t error; /* Error code of the last transfer, read_* or write_*; 0 is none. */
};

static inline uint32_t tercet_mover_status_pack(struct tercet_mover_status fields) {
  return (fields.busy & 0x1u) |
         ((fields.error & 0xffu) << 8);
}

static inline struct tercet_mover_status tercet_mover_status_unpack(uint32_t word) {
  struct tercet_mover_status fields;
  fields.busy = word & 0x1u;
  fields.error = (word >> 8) & 0xffu;
  return fields;
}

/* Descriptor of opcode gemm: out[m][n] = act[m][k] * wgt[n][k]^T. */
enum { TERCET_GEMM_COMMAND_WORDS = 16 };

struct tercet_gemm_command {
  uint32_t opcode; /* gemm. */
  uint32_t packing; /* A value of packing. */
  uint32_t sequence; /* The host's number, copied to the completion. */
  uint32_t m; /* Tokens. */
  uint32_t m_tile; /* Tokens on chip at a time. */
  uint32_t n; /* Outputs a token. */
  uint32_t k; /* Length of each dot product. */
  uint32_t wbeats; /* Beats of the weight stream. */
  uint32_t act_lo; /* Address of the activations. */
  uint32_t act_hi; /* Its bits 39:32. */
  uint32_t wgt_lo; /* Address of the packed weights. */
  uint32_t wgt_hi; /* Its bits 39:32. */
  uint32_t out_lo; /* Address of the outputs. */
  uint32_t out_hi; /* Its bits 39:32. */
};

static inline void tercet_gemm_command_pack(const struct tercet_gemm_command* fields, uint32_t words[TERCET_GEMM_COMMAND_WORDS]) {
  words[0] = (fields->opcode & 0xffu) |
             ((fields->packing & 0x1u) << 8);
  words[1] = (fields->sequence & 0xffffffffu);
  words[2] = (fields->m & 0xffffu) |
             ((fields->m_tile & 0xffu) << 16);
  words[3] = (fields->n & 0xffffffu);
  words[4] = (fields->k & 0xffffu);
  words[5] = (fields->wbeats & 0xffffffffu);
  words[6] = (fields->act_lo & 0xffffffffu);
  words[7] = (fields->act_hi & 0xffu);
  words[8] = (fields->wgt_lo & 0xffffffffu);
  words[9] = (fields->wgt_hi & 0xffu);
  words[10] = (fields->out_lo & 0xffffffffu);
  words[11] = (fields->out_hi & 0xffu);
  words[12] = 0;
  words[13] = 0;
  words[14] = 0;
  words[15] = 0;
}

static inline void tercet_gemm_command_unpack(const uint32_t words[TERCET_GEMM_COMMAND_WORDS], struct tercet_gemm_command* fields) {
  fields->opcode = words[0] & 0xffu;
  fields->packing = (words[0] >> 8) & 0x1u;
  fields->sequence = words[1] & 0xffffffffu;
  fields->m = words[2] & 0xffffu;
  fields->m_tile = (words[2] >> 16) & 0xffu;
  fields->n = words[3] & 0xffffffu;
  fields->k = words[4] & 0xffffu;
  fields->wbeats = words[5] & 0xffffffffu;
  fields->act_lo = words[6] & 0xffffffffu;
  fields->act_hi = words[7] & 0xffu;
  fields->wgt_lo = words[8] & 0xffffffffu;
  fields->wgt_hi = words[9] & 0xffu;
  fields->out_lo = words[10] & 0xffffffffu;
  fields->out_hi = words[11] & 0xffu;
}

/* The first word with a reserved bit set, or -1. */
static inline int tercet_gemm_command_reserved(const uint32_t words[TERCET_GEMM_COMMAND_WORDS]) {
  if ((words[0] & 0xfffffe00u) != 0) return 0;
  if ((words[2] & 0xff000000u) != 0) return 2;
  if ((words[3] & 0xff000000u) != 0) return 3;
  if ((words[4] & 0xffff0000u) != 0) return 4;
  if ((words[7] & 0xffffff00u) != 0) return 7;
  if ((words[9] & 0xffffff00u) != 0) return 9;
  if ((words[11] & 0xffffff00u) != 0) return 11;
  if ((words[12] & 0xffffffffu) != 0) return 12;
  if ((words[13] & 0xffffffffu) != 0) return 13;
  if ((words[14] & 0xffffffffu) != 0) return 14;
  if ((words[15] & 0xffffffffu) != 0) return 15;
  return -1;
}

/* Descriptor of opcode copy. Addresses and length are multiples of a beat; the buffers may not overlap. */
enum { TERCET_COPY_COMMAND_WORDS = 16 };

struct tercet_copy_command {
  uint32_t opcode; /* copy. */
  uint32_t sequence; /* The host's number, copied to the completion. */
  uint32_t bytes; /* Length. */
  uint32_t src_lo; /* Address to read. */
  uint32_t src_hi; /* Its bits 39:32. */
  uint32_t dst_lo; /* Address to write. */
  uint32_t dst_hi; /* Its bits 39:32. */
};

static inline void tercet_copy_command_pack(const struct tercet_copy_command* fields, uint32_t words[TERCET_COPY_COMMAND_WORDS]) {
  words[0] = (fields->opcode & 0xffu);
  words[1] = (fields->sequence & 0xffffffffu);
  words[2] = (fields->bytes & 0xffffffffu);
  words[3] = 0;
  words[4] = 0;
  words[5] = 0;
  words[6] = (fields->src_lo & 0xffffffffu);
  words[7] = (fields->src_hi & 0xffu);
  words[8] = (fields->dst_lo & 0xffffffffu);
  words[9] = (fields->dst_hi & 0xffu);
  words[10] = 0;
  words[11] = 0;
  words[12] = 0;
  words[13] = 0;
  words[14] = 0;
  words[15] = 0;
}

static inline void tercet_copy_command_unpack(const uint32_t words[TERCET_COPY_COMMAND_WORDS], struct tercet_copy_command* fields) {
  fields->opcode = words[0] & 0xffu;
  fields->sequence = words[1] & 0xffffffffu;
  fields->bytes = words[2] & 0xffffffffu;
  fields->src_lo = words[6] & 0xffffffffu;
  fields->src_hi = words[7] & 0xffu;
  fields->dst_lo = words[8] & 0xffffffffu;
  fields->dst_hi = words[9] & 0xffu;
}

/* The first word with a reserved bit set, or -1. */
static inline int tercet_copy_command_reserved(const uint32_t words[TERCET_COPY_COMMAND_WORDS]) {
  if ((words[0] & 0xffffff00u) != 0) return 0;
  if ((words[3] & 0xffffffffu) != 0) return 3;
  if ((words[4] & 0xffffffffu) != 0) return 4;
  if ((words[5] & 0xffffffffu) != 0) return 5;
  if ((words[7] & 0xffffff00u) != 0) return 7;
  if ((words[9] & 0xffffff00u) != 0) return 9;
  if ((words[10] & 0xffffffffu) != 0) return 10;
  if ((words[11] & 0xffffffffu) != 0) return 11;
  if ((words[12] & 0xffffffffu) != 0) return 12;
  if ((words[13] & 0xffffffffu) != 0) return 13;
  if ((words[14] & 0xffffffffu) != 0) return 14;
  if ((words[15] & 0xffffffffu) != 0) return 15;
  return -1;
}

/* Descriptor of opcodes nop, fence and get_info. */
enum { TERCET_PLAIN_COMMAND_WORDS = 16 };

struct tercet_plain_command {
  uint32_t opcode; /* nop, fence or get_info. */
  uint32_t sequence; /* The host's number, copied to the completion. */
  uint32_t dst_lo; /* get_info: where the record goes; 0 otherwise. */
  uint32_t dst_hi; /* Its bits 39:32. */
};

static inline void tercet_plain_command_pack(const struct tercet_plain_command* fields, uint32_t words[TERCET_PLAIN_COMMAND_WORDS]) {
  words[0] = (fields->opcode & 0xffu);
  words[1] = (fields->sequence & 0xffffffffu);
  words[2] = 0;
  words[3] = 0;
  words[4] = 0;
  words[5] = 0;
  words[6] = 0;
  words[7] = 0;
  words[8] = (fields->dst_lo & 0xffffffffu);
  words[9] = (fields->dst_hi & 0xffu);
  words[10] = 0;
  words[11] = 0;
  words[12] = 0;
  words[13] = 0;
  words[14] = 0;
  words[15] = 0;
}

static inline void tercet_plain_command_unpack(const uint32_t words[TERCET_PLAIN_COMMAND_WORDS], struct tercet_plain_command* fields) {
  fields->opcode = words[0] & 0xffu;
  fields->sequence = words[1] & 0xffffffffu;
  fields->dst_lo = words[8] & 0xffffffffu;
  fields->dst_hi = words[9] & 0xffu;
}

/* The first word with a reserved bit set, or -1. */
static inline int tercet_plain_command_reserved(const uint32_t words[TERCET_PLAIN_COMMAND_WORDS]) {
  if ((words[0] & 0xffffff00u) != 0) return 0;
  if ((words[2] & 0xffffffffu) != 0) return 2;
  if ((words[3] & 0xffffffffu) != 0) return 3;
  if ((words[4] & 0xffffffffu) != 0) return 4;
  if ((words[5] & 0xffffffffu) != 0) return 5;
  if ((words[6] & 0xffffffffu) != 0) return 6;
  if ((words[7] & 0xffffffffu) != 0) return 7;
  if ((words[9] & 0xffffff00u) != 0) return 9;
  if ((words[10] & 0xffffffffu) != 0) return 10;
  if ((words[11] & 0xffffffffu) != 0) return 11;
  if ((words[12] & 0xffffffffu) != 0) return 12;
  if ((words[13] & 0xffffffffu) != 0) return 13;
  if ((words[14] & 0xffffffffu) != 0) return 14;
  if ((words[15] & 0xffffffffu) != 0) return 15;
  return -1;
}

/* What became of a command. */
enum { TERCET_COMPLETION_WORDS = 16 };

struct tercet_completion {
  uint32_t sequence; /* The command's. */
  uint32_t status; /* An error code; 0 is success. */
  uint32_t opcode; /* The command's. */
  uint32_t field; /* The descriptor's word that was refused. */
  uint32_t index; /* Commands retired before this one since boot. */
  uint32_t cycles; /* gemm: LAST_CYCLES; copy: cycles the mover took; else 0. */
  uint32_t array_active; /* gemm: growth of ARRAY_ACTIVE since the completion before. */
  uint32_t stall_weights; /* The same of STALL_WEIGHTS. */
  uint32_t stall_acts; /* The same of STALL_ACTS. */
  uint32_t stall_output; /* The same of STALL_OUTPUT. */
  uint32_t tiles; /* The same of TILES. */
  uint32_t weight_beats; /* The same of WEIGHT_BEATS. */
  uint32_t act_beats; /* The same of ACT_BEATS. */
  uint32_t output_beats; /* The same of OUTPUT_BEATS. */
};

static inline void tercet_completion_pack(const struct tercet_completion* fields, uint32_t words[TERCET_COMPLETION_WORDS]) {
  words[0] = (fields->sequence & 0xffffffffu);
  words[1] = (fields->status & 0xffu) |
             ((fields->opcode & 0xffu) << 8) |
             ((fields->field & 0xffu) << 16);
  words[2] = (fields->index & 0xffffffffu);
  words[3] = (fields->cycles & 0xffffffffu);
  words[4] = (fields->array_active & 0xffffffffu);
  words[5] = (fields->stall_weights & 0xffffffffu);
  words[6] = (fields->stall_acts & 0xffffffffu);
  words[7] = (fields->stall_output & 0xffffffffu);
  words[8] = (fields->tiles & 0xffffffffu);
  words[9] = (fields->weight_beats & 0xffffffffu);
  words[10] = (fields->act_beats & 0xffffffffu);
  words[11] = (fields->output_beats & 0xffffffffu);
  words[12] = 0;
  words[13] = 0;
  words[14] = 0;
  words[15] = 0;
}

static inline void tercet_completion_unpack(const uint32_t words[TERCET_COMPLETION_WORDS], struct tercet_completion* fields) {
  fields->sequence = words[0] & 0xffffffffu;
  fields->status = words[1] & 0xffu;
  fields->opcode = (words[1] >> 8) & 0xffu;
  fields->field = (words[1] >> 16) & 0xffu;
  fields->index = words[2] & 0xffffffffu;
  fields->cycles = words[3] & 0xffffffffu;
  fields->array_active = words[4] & 0xffffffffu;
  fields->stall_weights = words[5] & 0xffffffffu;
  fields->stall_acts = words[6] & 0xffffffffu;
  fields->stall_output = words[7] & 0xffffffffu;
  fields->tiles = words[8] & 0xffffffffu;
  fields->weight_beats = words[9] & 0xffffffffu;
  fields->act_beats = words[10] & 0xffffffffu;
  fields->output_beats = words[11] & 0xffffffffu;
}

/* The first word with a reserved bit set, or -1. */
static inline int tercet_completion_reserved(const uint32_t words[TERCET_COMPLETION_WORDS]) {
  if ((words[1] & 0xff000000u) != 0) return 1;
  if ((words[12] & 0xffffffffu) != 0) return 12;
  if ((words[13] & 0xffffffffu) != 0) return 13;
  if ((words[14] & 0xffffffffu) != 0) return 14;
  if ((words[15] & 0xffffffffu) != 0) return 15;
  return -1;
}

/* What get_info writes. */
enum { TERCET_INFO_WORDS = 16 };

struct tercet_info {
  uint32_t id; /* ID. */
  uint32_t version; /* VERSION. */
  uint32_t config_hash; /* CONFIG_HASH. */
  uint32_t geometry; /* GEOMETRY. */
  uint32_t firmware_version; /* Major in 31:16, minor in 15:0. */
  uint32_t queue_log2; /* Entries of the command ring, as a power of two. */
  uint32_t completion_log2; /* Entries of the completion ring, as a power of two. */
  uint32_t windows; /* Windows in use. */
  uint32_t opcodes; /* Bit i: opcode i is implemented. */
};

static inline void tercet_info_pack(const struct tercet_info* fields, uint32_t words[TERCET_INFO_WORDS]) {
  words[0] = (fields->id & 0xffffffffu);
  words[1] = (fields->version & 0xffffffffu);
  words[2] = (fields->config_hash & 0xffffffffu);
  words[3] = (fields->geometry & 0xffffffffu);
  words[4] = (fields->firmware_version & 0xffffffffu);
  words[5] = (fields->queue_log2 & 0xffu) |
             ((fields->completion_log2 & 0xffu) << 8) |
             ((fields->windows & 0xffu) << 16);
  words[6] = (fields->opcodes & 0xffffffffu);
  words[7] = 0;
  words[8] = 0;
  words[9] = 0;
  words[10] = 0;
  words[11] = 0;
  words[12] = 0;
  words[13] = 0;
  words[14] = 0;
  words[15] = 0;
}

static inline void tercet_info_unpack(const uint32_t words[TERCET_INFO_WORDS], struct tercet_info* fields) {
  fields->id = words[0] & 0xffffffffu;
  fields->version = words[1] & 0xffffffffu;
  fields->config_hash = words[2] & 0xffffffffu;
  fields->geometry = words[3] & 0xffffffffu;
  fields->firmware_version = words[4] & 0xffffffffu;
  fields->queue_log2 = words[5] & 0xffu;
  fields->completion_log2 = (words[5] >> 8) & 0xffu;
  fields->windows = (words[5] >> 16) & 0xffu;
  fields->opcodes = words[6] & 0xffffffffu;
}

/* The first word with a reserved bit set, or -1. */
static inline int tercet_info_reserved(const uint32_t words[TERCET_INFO_WORDS]) {
  if ((words[5] & 0xff000000u) != 0) return 5;
  if ((words[7] & 0xffffffffu) != 0) return 7;
  if ((words[8] & 0xffffffffu) != 0) return 8;
  if ((words[9] & 0xffffffffu) != 0) return 9;
  if ((words[10] & 0xffffffffu) != 0) return 10;
  if ((words[11] & 0xffffffffu) != 0) return 11;
  if ((words[12] & 0xffffffffu) != 0) return 12;
  if ((words[13] & 0xffffffffu) != 0) return 13;
  if ((words[14] & 0xffffffffu) != 0) return 14;
  if ((words[15] & 0xffffffffu) != 0) return 15;
  return -1;
}

/* First words of the data memory, written by the host before it releases the core. */
enum { TERCET_BOOT_BLOCK_WORDS = 32 };

struct tercet_boot_block {
  uint32_t magic; /* boot_magic. */
  uint32_t config_hash; /* CONFIG_HASH that the host expects. */
  uint32_t queue_lo; /* Address of the command ring, a multiple of 4096. */
  uint32_t queue_hi; /* Its bits 39:32. */
  uint32_t completion_lo; /* Address of the completion ring, a multiple of 4096. */
  uint32_t completion_hi; /* Its bits 39:32. */
  uint32_t queue_log2; /* Entries of the command ring, as a power of two: 1 to max_queue_log2. */
  uint32_t completion_log2; /* Entries of the completion ring: at least queue_log2. */
  uint32_t windows; /* Windows in use: 0 to 4. */
  uint32_t watchdog; /* Cycles a command may be on the engine; 0: no limit. */
  uint32_t window0_base; /* First 4 KiB page of window 0. */
  uint32_t window0_pages; /* Its pages. */
  uint32_t window0_access; /* A sum of window_access. */
  uint32_t window1_base; /* First 4 KiB page of window 1. */
  uint32_t window1_pages; /* Its pages. */
  uint32_t window1_access; /* A sum of window_access. */
  uint32_t window2_base; /* First 4 KiB page of window 2. */
  uint32_t window2_pages; /* Its pages. */
  uint32_t window2_access; /* A sum of window_access. */
  uint32_t window3_base; /* First 4 KiB page of window 3. */
  uint32_t window3_pages; /* Its pages. */
  uint32_t window3_access; /* A sum of window_access. */
};

static inline void tercet_boot_block_pack(const struct tercet_boot_block* fields, uint32_t words[TERCET_BOOT_BLOCK_WORDS]) {
  words[0] = (fields->magic & 0xffffffffu);
  words[1] = (fields->config_hash & 0xffffffffu);
  words[2] = (fields->queue_lo & 0xffffffffu);
  words[3] = (fields->queue_hi & 0xffu);
  words[4] = (fields->completion_lo & 0xffffffffu);
  words[5] = (fields->completion_hi & 0xffu);
  words[6] = (fields->queue_log2 & 0xffu) |
             ((fields->completion_log2 & 0xffu) << 8) |
             ((fields->windows & 0xffu) << 16);
  words[7] = (fields->watchdog & 0xffffffffu);
  words[8] = (fields->window0_base & 0xffffffffu);
  words[9] = (fields->window0_pages & 0x1fffffffu) |
             ((fields->window0_access & 0x3u) << 30);
  words[10] = (fields->window1_base & 0xffffffffu);
  words[11] = (fields->window1_pages & 0x1fffffffu) |
             ((fields->window1_access & 0x3u) << 30);
  words[12] = (fields->window2_base & 0xffffffffu);
  words[13] = (fields->window2_pages & 0x1fffffffu) |
             ((fields->window2_access & 0x3u) << 30);
  words[14] = (fields->window3_base & 0xffffffffu);
  words[15] = (fields->window3_pages & 0x1fffffffu) |
             ((fields->window3_access & 0x3u) << 30);
  words[16] = 0;
  words[17] = 0;
  words[18] = 0;
  words[19] = 0;
  words[20] = 0;
  words[21] = 0;
  words[22] = 0;
  words[23] = 0;
  words[24] = 0;
  words[25] = 0;
  words[26] = 0;
  words[27] = 0;
  words[28] = 0;
  words[29] = 0;
  words[30] = 0;
  words[31] = 0;
}

static inline void tercet_boot_block_unpack(const uint32_t words[TERCET_BOOT_BLOCK_WORDS], struct tercet_boot_block* fields) {
  fields->magic = words[0] & 0xffffffffu;
  fields->config_hash = words[1] & 0xffffffffu;
  fields->queue_lo = words[2] & 0xffffffffu;
  fields->queue_hi = words[3] & 0xffu;
  fields->completion_lo = words[4] & 0xffffffffu;
  fields->completion_hi = words[5] & 0xffu;
  fields->queue_log2 = words[6] & 0xffu;
  fields->completion_log2 = (words[6] >> 8) & 0xffu;
  fields->windows = (words[6] >> 16) & 0xffu;
  fields->watchdog = words[7] & 0xffffffffu;
  fields->window0_base = words[8] & 0xffffffffu;
  fields->window0_pages = words[9] & 0x1fffffffu;
  fields->window0_access = (words[9] >> 30) & 0x3u;
  fields->window1_base = words[10] & 0xffffffffu;
  fields->window1_pages = words[11] & 0x1fffffffu;
  fields->window1_access = (words[11] >> 30) & 0x3u;
  fields->window2_base = words[12] & 0xffffffffu;
  fields->window2_pages = words[13] & 0x1fffffffu;
  fields->window2_access = (words[13] >> 30) & 0x3u;
  fields->window3_base = words[14] & 0xffffffffu;
  fields->window3_pages = words[15] & 0x1fffffffu;
  fields->window3_access = (words[15] >> 30) & 0x3u;
}

/* The first word with a reserved bit set, or -1. */
static inline int tercet_boot_block_reserved(const uint32_t words[TERCET_BOOT_BLOCK_WORDS]) {
  if ((words[3] & 0xffffff00u) != 0) return 3;
  if ((words[5] & 0xffffff00u) != 0) return 5;
  if ((words[6] & 0xff000000u) != 0) return 6;
  if ((words[9] & 0x20000000u) != 0) return 9;
  if ((words[11] & 0x20000000u) != 0) return 11;
  if ((words[13] & 0x20000000u) != 0) return 13;
  if ((words[15] & 0x20000000u) != 0) return 15;
  if ((words[16] & 0xffffffffu) != 0) return 16;
  if ((words[17] & 0xffffffffu) != 0) return 17;
  if ((words[18] & 0xffffffffu) != 0) return 18;
  if ((words[19] & 0xffffffffu) != 0) return 19;
  if ((words[20] & 0xffffffffu) != 0) return 20;
  if ((words[21] & 0xffffffffu) != 0) return 21;
  if ((words[22] & 0xffffffffu) != 0) return 22;
  if ((words[23] & 0xffffffffu) != 0) return 23;
  if ((words[24] & 0xffffffffu) != 0) return 24;
  if ((words[25] & 0xffffffffu) != 0) return 25;
  if ((words[26] & 0xffffffffu) != 0) return 26;
  if ((words[27] & 0xffffffffu) != 0) return 27;
  if ((words[28] & 0xffffffffu) != 0) return 28;
  if ((words[29] & 0xffffffffu) != 0) return 29;
  if ((words[30] & 0xffffffffu) != 0) return 30;
  if ((words[31] & 0xffffffffu) != 0) return 31;
  return -1;
}

/* Largest value that a register narrower than 32 bits holds. */
enum tercet_limit {
  TERCET_MAX_CMD_M = 0xffff,
  TERCET_MAX_CMD_N = 0xffffff,
  TERCET_MAX_CMD_K = 0xffff,
  TERCET_MAX_CMD_MTILE = 0xff,
  TERCET_MAX_CMD_ACT_HI = 0xff,
  TERCET_MAX_CMD_WGT_HI = 0xff,
  TERCET_MAX_CMD_OUT_HI = 0xff,
  TERCET_MAX_MOVER_SRC_HI = 0xff,
  TERCET_MAX_MOVER_DST_HI = 0xff,
};

/* The sizes of one machine; rtl/spec/configs holds the originals. */
struct tercet_config {
  const char* name;
  uint32_t rows;
  uint32_t cols;
  uint32_t tokens;
  uint32_t axi_bytes;
  uint32_t axi_ports;
  uint32_t act_sram_bytes;
  uint32_t act_sram_beats;
  uint32_t weight_fifo_beats;
  uint32_t max_burst_beats;
  uint32_t max_outstanding_reads;
  uint32_t acc_bits;
  uint32_t addr_bits;
  uint32_t clock_mhz;
  uint32_t k_max;
  uint32_t geometry;
  uint32_t config_hash;
  const char* dram;
};

static const struct tercet_config TERCET_CONFIGS[] = {
    {"tiny",
     16u, /* rows */
     16u, /* cols */
     8u, /* tokens */
     16u, /* axi_bytes */
     1u, /* axi_ports */
     16384u, /* act_sram_bytes */
     1024u, /* act_sram_beats */
     64u, /* weight_fifo_beats */
     16u, /* max_burst_beats */
     4u, /* max_outstanding_reads */
     24u, /* acc_bits */
     40u, /* addr_bits */
     1000u, /* clock_mhz */
     16384u, /* k_max */
     0x4344u, /* geometry */
     0x1055433au, /* config_hash */
     "lpddr4-3200"},
    {"edge",
     64u, /* rows */
     64u, /* cols */
     64u, /* tokens */
     64u, /* axi_bytes */
     1u, /* axi_ports */
     524288u, /* act_sram_bytes */
     8192u, /* act_sram_beats */
     256u, /* weight_fifo_beats */
     16u, /* max_burst_beats */
     16u, /* max_outstanding_reads */
     24u, /* acc_bits */
     40u, /* addr_bits */
     1000u, /* clock_mhz */
     65535u, /* k_max */
     0x6666u, /* geometry */
     0xecef62cdu, /* config_hash */
     "lpddr5x-8533"},
    {"server",
     128u, /* rows */
     256u, /* cols */
     128u, /* tokens */
     128u, /* axi_bytes */
     4u, /* axi_ports */
     4194304u, /* act_sram_bytes */
     32768u, /* act_sram_beats */
     512u, /* weight_fifo_beats */
     16u, /* max_burst_beats */
     32u, /* max_outstanding_reads */
     24u, /* acc_bits */
     40u, /* addr_bits */
     1000u, /* clock_mhz */
     65535u, /* k_max */
     0x7787u, /* geometry */
     0x85f732ffu, /* config_hash */
     "hbm2e"},
};

enum { TERCET_CONFIG_COUNT = 3 };

/* The machine of that name, or a null pointer. */
static inline const struct tercet_config* tercet_config_find(const char* name) {
  for (int i = 0; i < TERCET_CONFIG_COUNT; ++i) {
    const char* a = TERCET_CONFIGS[i].name;
    const char* b = name;
    while (*a != '\0' && *a == *b) ++a, ++b;
    if (*a == *b) return &TERCET_CONFIGS[i];
  }
  return 0;
}

#endif
