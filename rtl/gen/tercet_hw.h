/* SPDX-License-Identifier: Apache-2.0 */
/* Generated from rtl/spec by scripts/gen_hw.py; do not edit. */
/* Register offsets and fields, error codes, constants and machines. */

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
  TERCET_COUNTER_BASE = 0x080, /* The LO half of counter 0. */
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
  TERCET_COUNTER_COUNT = 10,
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
};

/* What the control core sees where; other data addresses are on its bus. */
enum tercet_core_base {
  TERCET_CORE_BASE_ITCM = 0, /* Instruction memory: fetches only. */
  TERCET_CORE_BASE_DTCM = 268435456, /* Data memory: loads and stores only. */
  TERCET_CORE_BASE_TIMER = 536870912, /* Timer, 256 bytes. */
};

/* Registers of the control core's timer: offsets in bytes, whole words only. */
enum tercet_core_timer {
  TERCET_CORE_TIMER_MTIME_LO = 0, /* Cycles since the core was released, bits 31:0; read only. */
  TERCET_CORE_TIMER_MTIME_HI = 4, /* Bits 63:32 of mtime; read only. */
  TERCET_CORE_TIMER_MTIMECMP_LO = 8, /* The timer interrupt is pending from this mtime on, bits 31:0. */
  TERCET_CORE_TIMER_MTIMECMP_HI = 12, /* Bits 63:32 of mtimecmp. */
  TERCET_CORE_TIMER_MSIP = 16, /* Bit 0 is the software interrupt. */
};

/* Limits, and the values of the registers that identify the device. */
enum tercet_constant {
  TERCET_K_MAX = 65535, /* Largest K of one command on any machine; 128 * k_max stays below 2^23, so a 24-bit accumulator cannot overflow. */
  TERCET_BEAT_PLANES = 8, /* Bit planes of the array's rows in one beat of weights. */
  TERCET_TWO_BIT_BEAT_COLS = 4, /* Columns whose weights one beat holds in two_bit packing. */
  TERCET_TRIT5_BEAT_COLS = 5, /* Columns whose weights one beat holds in trit5 packing. */
  TERCET_CORE_ITCM_BYTES = 8192, /* Instruction memory of the control core. */
  TERCET_CORE_DTCM_BYTES = 4096, /* Data memory of the control core. */
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

/* Largest value that a register narrower than 32 bits holds. */
enum tercet_limit {
  TERCET_MAX_CMD_M = 0xffff,
  TERCET_MAX_CMD_N = 0xffffff,
  TERCET_MAX_CMD_K = 0xffff,
  TERCET_MAX_CMD_MTILE = 0xff,
  TERCET_MAX_CMD_ACT_HI = 0xff,
  TERCET_MAX_CMD_WGT_HI = 0xff,
  TERCET_MAX_CMD_OUT_HI = 0xff,
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
     0x22f5af7au, /* config_hash */
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
     0xcd1bf9e8u, /* config_hash */
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
     0x05728581u, /* config_hash */
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
