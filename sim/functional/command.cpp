// SPDX-License-Identifier: Apache-2.0
// The command registers and the checks a machine makes before it starts.
#include "sim/functional/command.h"

#include "host_driver/layout.h"

namespace tercet {
namespace {

constexpr uint64_t kLow32 = 0xffffffff;

uint32_t low(uint64_t address) { return static_cast<uint32_t>(address & kLow32); }
uint32_t high(uint64_t address) { return static_cast<uint32_t>(address >> 32); }
void set_low(uint64_t* address, uint32_t value) { *address = (*address & ~kLow32) | value; }
void set_high(uint64_t* address, uint32_t value, uint32_t limit) {
  *address = (*address & kLow32) | static_cast<uint64_t>(value & limit) << 32;
}

}  // namespace

bool Command::read(uint32_t offset, uint32_t* value) const {
  switch (offset) {
    case TERCET_CSR_CMD_M:
      *value = m;
      return true;
    case TERCET_CSR_CMD_N:
      *value = n;
      return true;
    case TERCET_CSR_CMD_K:
      *value = k;
      return true;
    case TERCET_CSR_CMD_MTILE:
      *value = m_tile;
      return true;
    case TERCET_CSR_CMD_FLAGS:
      *value = flags;
      return true;
    case TERCET_CSR_CMD_WBEATS:
      *value = weight_beats;
      return true;
    case TERCET_CSR_CMD_ACT_LO:
      *value = low(activations);
      return true;
    case TERCET_CSR_CMD_ACT_HI:
      *value = high(activations);
      return true;
    case TERCET_CSR_CMD_WGT_LO:
      *value = low(weights);
      return true;
    case TERCET_CSR_CMD_WGT_HI:
      *value = high(weights);
      return true;
    case TERCET_CSR_CMD_OUT_LO:
      *value = low(outputs);
      return true;
    case TERCET_CSR_CMD_OUT_HI:
      *value = high(outputs);
      return true;
    default:
      return false;
  }
}

bool Command::write(uint32_t offset, uint32_t value) {
  switch (offset) {
    case TERCET_CSR_CMD_M:
      m = value & TERCET_MAX_CMD_M;
      return true;
    case TERCET_CSR_CMD_N:
      n = value & TERCET_MAX_CMD_N;
      return true;
    case TERCET_CSR_CMD_K:
      k = value & TERCET_MAX_CMD_K;
      return true;
    case TERCET_CSR_CMD_MTILE:
      m_tile = value & TERCET_MAX_CMD_MTILE;
      return true;
    case TERCET_CSR_CMD_FLAGS:
      flags = tercet_cmd_flags_pack(tercet_cmd_flags_unpack(value));
      return true;
    case TERCET_CSR_CMD_WBEATS:
      weight_beats = value;
      return true;
    case TERCET_CSR_CMD_ACT_LO:
      set_low(&activations, value);
      return true;
    case TERCET_CSR_CMD_ACT_HI:
      set_high(&activations, value, TERCET_MAX_CMD_ACT_HI);
      return true;
    case TERCET_CSR_CMD_WGT_LO:
      set_low(&weights, value);
      return true;
    case TERCET_CSR_CMD_WGT_HI:
      set_high(&weights, value, TERCET_MAX_CMD_WGT_HI);
      return true;
    case TERCET_CSR_CMD_OUT_LO:
      set_low(&outputs, value);
      return true;
    case TERCET_CSR_CMD_OUT_HI:
      set_high(&outputs, value, TERCET_MAX_CMD_OUT_HI);
      return true;
    default:
      return false;
  }
}

uint32_t check_command(const tercet_config& machine, const Command& command) {
  if (command.m == 0 || command.n == 0 || command.k == 0 || command.k > machine.k_max) {
    return TERCET_ERR_BAD_SHAPE;
  }
  if (command.m_tile == 0 || command.m_tile > machine.tokens ||
      command.m_tile * k_tiles(machine, command.k) > machine.act_sram_beats) {
    return TERCET_ERR_BAD_TILE;
  }
  if ((command.activations | command.weights | command.outputs) % machine.axi_bytes != 0) {
    return TERCET_ERR_BAD_ALIGNMENT;
  }
  const auto packing = static_cast<Packing>(tercet_cmd_flags_unpack(command.flags).packing);
  const auto beats = static_cast<uint64_t>(weight_beats(machine, packing, command.n, command.k));
  if (command.weight_beats != beats) return TERCET_ERR_BAD_WEIGHT_BEATS;
  const auto act_bytes =
      static_cast<uint64_t>(activation_beats(machine, command.m, command.k)) * machine.axi_bytes;
  const auto out_bytes = static_cast<uint64_t>(output_bytes(machine, command.m, command.n));
  const uint64_t end = uint64_t{1} << machine.addr_bits;
  if (command.activations + act_bytes > end || command.weights + beats * machine.axi_bytes > end ||
      command.outputs + out_bytes > end) {
    return TERCET_ERR_BAD_ADDRESS;
  }
  return TERCET_ERR_NONE;
}

}  // namespace tercet
