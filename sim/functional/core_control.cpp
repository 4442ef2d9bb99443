// SPDX-License-Identifier: Apache-2.0
// Register by register, as docs/registers.md says.
#include "sim/functional/core_control.h"

#include "sim/functional/plain_register.h"

namespace tercet {
namespace {

/// The word of a window at `offset`, or null.
template <typename Memory>
auto* word_at(Memory& memory, uint32_t base, uint32_t offset) {
  const uint32_t at = offset - base;
  return offset >= base && at < 4 * memory.size() && at % 4 == 0 ? &memory[at / 4] : nullptr;
}

constexpr uint32_t kAll = UINT32_MAX;
const PlainRegister<QueueRegisters> kRegisters[] = {
    {TERCET_CSR_HOST_IRQ_ENABLE, tercet_host_irq_pack(tercet_host_irq_unpack(kAll)),
     &QueueRegisters::host_irq_enable},
    {TERCET_CSR_CORE_IRQ_ENABLE, tercet_core_irq_pack(tercet_core_irq_unpack(kAll)),
     &QueueRegisters::core_irq_enable},
    {TERCET_CSR_RETIRED, kAll, &QueueRegisters::retired},
    {TERCET_CSR_CONSUMED, kAll, &QueueRegisters::consumed},
};

}  // namespace

bool QueueRegisters::read(uint32_t offset, uint32_t* value) const {
  return read_plain(kRegisters, *this, offset, value);
}

bool QueueRegisters::write(uint32_t offset, uint32_t value) {
  return write_plain(kRegisters, *this, offset, value);
}

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
  const auto is = [value](uint32_t word) { return *value = word, true; };
  switch (offset) {
    case TERCET_CSR_CORE_CTRL:
      return is(run ? 1 : 0);
    case TERCET_CSR_CORE_STATUS:
      return is(run ? 0 : 1);
    case TERCET_CSR_CORE_PC:
      return is(core_pc);
    case TERCET_CSR_HOST_IRQ:
      return is(host_irq);
    case TERCET_CSR_HOST_IRQ_SET:
    case TERCET_CSR_ABORT:
      return is(0);
    case TERCET_CSR_CORE_IRQ:
      return is(core_irq(cycle, engine_irq));
    case TERCET_CSR_DOORBELL:
      return is(doorbell);
    case TERCET_CSR_FW_STATE:
      return is(fw_state);
    default:
      return QueueRegisters::read(offset, value);
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
      host_irq |= tercet_host_irq_pack(tercet_host_irq_unpack(value));
      return true;
    case TERCET_CSR_CORE_IRQ:
      clear_core_irq(value, cycle);
      return true;
    case TERCET_CSR_DOORBELL:
      doorbell = value;
      doorbell_rang = true;
      return true;
    case TERCET_CSR_ABORT:
      abort_asked = abort_asked || tercet_abort_unpack(value).go != 0;
      return true;
    case TERCET_CSR_FW_STATE:
      fw_state = value;
      return true;
    default:
      return QueueRegisters::write(offset, value);
  }
}

}  // namespace tercet
