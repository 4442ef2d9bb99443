// SPDX-License-Identifier: Apache-2.0
// The engine's registers and the checks a machine makes before it starts.
#include "sim/functional/command.h"

#include "host_driver/layout.h"
#include "sim/functional/plain_register.h"

namespace tercet {
namespace {

constexpr uint32_t kAll = UINT32_MAX;
const PlainRegister<Command> kRegisters[] = {
    {TERCET_CSR_CMD_M, TERCET_MAX_CMD_M, &Command::m},
    {TERCET_CSR_CMD_N, TERCET_MAX_CMD_N, &Command::n},
    {TERCET_CSR_CMD_K, TERCET_MAX_CMD_K, &Command::k},
    {TERCET_CSR_CMD_MTILE, TERCET_MAX_CMD_MTILE, &Command::m_tile},
    {TERCET_CSR_CMD_FLAGS, tercet_cmd_flags_pack(tercet_cmd_flags_unpack(kAll)), &Command::flags},
    {TERCET_CSR_CMD_WBEATS, kAll, &Command::weight_beats},
    {TERCET_CSR_CMD_ACT_LO, kAll, nullptr, &Command::activations},
    {TERCET_CSR_CMD_ACT_HI, TERCET_MAX_CMD_ACT_HI, nullptr, &Command::activations, 32},
    {TERCET_CSR_CMD_WGT_LO, kAll, nullptr, &Command::weights},
    {TERCET_CSR_CMD_WGT_HI, TERCET_MAX_CMD_WGT_HI, nullptr, &Command::weights, 32},
    {TERCET_CSR_CMD_OUT_LO, kAll, nullptr, &Command::outputs},
    {TERCET_CSR_CMD_OUT_HI, TERCET_MAX_CMD_OUT_HI, nullptr, &Command::outputs, 32},
};

}  // namespace

bool Command::read(uint32_t offset, uint32_t* value) const {
  return read_plain(kRegisters, *this, offset, value);
}

bool Command::write(uint32_t offset, uint32_t value) {
  return write_plain(kRegisters, *this, offset, value);
}

bool EngineRegisters::read(const tercet_config& machine, uint32_t offset, uint32_t* value) const {
  const auto is = [value](uint32_t word) { return *value = word, true; };
  switch (offset) {
    case TERCET_CSR_ID:
      return is(TERCET_HW_ID);
    case TERCET_CSR_VERSION:
      return is(TERCET_HW_VERSION);
    case TERCET_CSR_CONFIG_HASH:
      return is(machine.config_hash);
    case TERCET_CSR_GEOMETRY:
      return is(machine.geometry);
    case TERCET_CSR_CTRL: {
      tercet_ctrl ctrl{};
      ctrl.irq_enable = irq_enable ? 1 : 0;
      return is(tercet_ctrl_pack(ctrl));
    }
    case TERCET_CSR_STATUS:
      return is(status);
    case TERCET_CSR_IRQ:
      return is(irq);
    case TERCET_CSR_ERROR:
      return is(error);
    case TERCET_CSR_STARTED:
      return is(started);
    case TERCET_CSR_COMPLETED:
      return is(completed);
    case TERCET_CSR_START:
      return is(0);
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
