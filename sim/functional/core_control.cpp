// SPDX-License-Identifier: Apache-2.0
// Register by register, as docs/registers.md says.
#include "sim/functional/core_control.h"

namespace tercet {
namespace {

/// The word of a window at `offset`, or null.
template <typename Memory>
auto* word_at(Memory& memory, uint32_t base, uint32_t offset) {
  const uint32_t at = offset - base;
  return offset >= base && at < 4 * memory.size() && at % 4 == 0 ? &memory[at / 4] : nullptr;
}

}  // namespace

CoreControl::CoreControl(const tercet_config& machine, MemoryBus& bus)
    : mover_(machine, bus), itcm_(TERCET_CORE_ITCM_BYTES / 4), dtcm_(TERCET_CORE_DTCM_BYTES / 4) {}

uint32_t CoreControl::core_irq(uint64_t cycle, bool engine_irq) const {
  tercet_core_irq irq{};
  irq.doorbell = doorbell_rang ? 1 : 0;
  irq.abort = abort_asked ? 1 : 0;
  irq.engine = engine_irq ? 1 : 0;
  irq.mover = !mover_.busy(cycle) && mover_.busy_until() > mover_seen_ ? 1 : 0;
  return tercet_core_irq_pack(irq);
}

bool CoreControl::read(uint32_t offset, uint64_t cycle, bool engine_irq, uint32_t* value,
                       BusResponse* response) const {
  *response = BusResponse::kOkay;
  if (read_register(offset, cycle, engine_irq, value)) return true;
  if (mover_.read(offset, cycle, value)) return true;
  const uint32_t* word = word_at(itcm_, TERCET_HOST_ITCM_WINDOW, offset);
  if (word == nullptr) word = word_at(dtcm_, TERCET_HOST_DTCM_WINDOW, offset);
  if (word == nullptr) return false;
  *value = *word;
  if (run) *response = BusResponse::kSlverr;
  return true;
}

bool CoreControl::write(uint32_t offset, uint64_t cycle, uint32_t value, BusResponse* response) {
  *response = BusResponse::kOkay;
  if (write_register(offset, cycle, value, response)) return true;
  if (mover_.write(offset, cycle, value, response)) return true;
  uint32_t* word = word_at(itcm_, TERCET_HOST_ITCM_WINDOW, offset);
  if (word == nullptr) word = word_at(dtcm_, TERCET_HOST_DTCM_WINDOW, offset);
  if (word == nullptr) return false;
  if (run) {
    *response = BusResponse::kSlverr;
  } else {
    *word = value;
  }
  return true;
}

bool CoreControl::read_register(uint32_t offset, uint64_t cycle, bool engine_irq,
                                uint32_t* value) const {
  switch (offset) {
    case TERCET_CSR_CORE_CTRL:
      *value = run ? 1 : 0;
      return true;
    case TERCET_CSR_CORE_STATUS:
      *value = run ? 0 : 1;
      return true;
    case TERCET_CSR_CORE_PC:
      *value = core_pc;
      return true;
    case TERCET_CSR_HOST_IRQ:
      *value = host_irq;
      return true;
    case TERCET_CSR_HOST_IRQ_SET:
    case TERCET_CSR_ABORT:
      *value = 0;
      return true;
    case TERCET_CSR_HOST_IRQ_ENABLE:
      *value = host_irq_enable;
      return true;
    case TERCET_CSR_CORE_IRQ:
      *value = core_irq(cycle, engine_irq);
      return true;
    case TERCET_CSR_CORE_IRQ_ENABLE:
      *value = core_irq_enable;
      return true;
    case TERCET_CSR_DOORBELL:
      *value = doorbell;
      return true;
    case TERCET_CSR_RETIRED:
      *value = retired;
      return true;
    case TERCET_CSR_CONSUMED:
      *value = consumed;
      return true;
    case TERCET_CSR_FW_STATE:
      *value = fw_state;
      return true;
    default:
      return false;
  }
}

void CoreControl::clear_core_irq(uint32_t value, uint64_t cycle) {
  const tercet_core_irq irq = tercet_core_irq_unpack(value);
  if (irq.doorbell != 0) doorbell_rang = false;
  if (irq.abort != 0) abort_asked = false;
  if (irq.mover != 0 && !mover_.busy(cycle)) mover_seen_ = mover_.busy_until();
}

bool CoreControl::write_register(uint32_t offset, uint64_t cycle, uint32_t value,
                                 BusResponse* response) {
  const uint32_t host_mask = tercet_host_irq_enable_pack(tercet_host_irq_enable_unpack(value));
  switch (offset) {
    case TERCET_CSR_CORE_CTRL:
      run = tercet_core_ctrl_unpack(value).run != 0;
      if (!run) fw_state = 0;
      return true;
    case TERCET_CSR_CORE_STATUS:
    case TERCET_CSR_CORE_PC:
      *response = BusResponse::kSlverr;
      return true;
    case TERCET_CSR_HOST_IRQ:
      host_irq &= ~value;
      return true;
    case TERCET_CSR_HOST_IRQ_SET:
      host_irq |= host_mask;
      return true;
    case TERCET_CSR_HOST_IRQ_ENABLE:
      host_irq_enable = host_mask;
      return true;
    case TERCET_CSR_CORE_IRQ:
      clear_core_irq(value, cycle);
      return true;
    case TERCET_CSR_CORE_IRQ_ENABLE:
      core_irq_enable = tercet_core_irq_enable_pack(tercet_core_irq_enable_unpack(value));
      return true;
    case TERCET_CSR_DOORBELL:
      doorbell = value;
      doorbell_rang = true;
      return true;
    case TERCET_CSR_ABORT:
      abort_asked = abort_asked || tercet_abort_unpack(value).go != 0;
      return true;
    case TERCET_CSR_RETIRED:
      retired = value;
      return true;
    case TERCET_CSR_CONSUMED:
      consumed = value;
      return true;
    case TERCET_CSR_FW_STATE:
      fw_state = value;
      return true;
    default:
      return false;
  }
}

}  // namespace tercet
