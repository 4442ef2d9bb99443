// SPDX-License-Identifier: Apache-2.0
// Loads, stores and copies, beat by beat.
#include "sim/functional/mover.h"

#include "sim/functional/plain_register.h"

namespace tercet {
namespace {

constexpr uint32_t kAll = UINT32_MAX;
using Operation = MoverOperation;
constexpr PlainRegister<Operation> kRegisters[] = {
    {TERCET_CSR_MOVER_SRC_LO, kAll, nullptr, &Operation::source},
    {TERCET_CSR_MOVER_SRC_HI, TERCET_MAX_MOVER_SRC_HI, nullptr, &Operation::source, 32},
    {TERCET_CSR_MOVER_DST_LO, kAll, nullptr, &Operation::target},
    {TERCET_CSR_MOVER_DST_HI, TERCET_MAX_MOVER_DST_HI, nullptr, &Operation::target, 32},
    {TERCET_CSR_MOVER_BEATS, kAll, &Operation::beats},
};

}  // namespace

bool MoverOperation::read(uint32_t offset, uint32_t* value) const {
  return read_plain(kRegisters, *this, offset, value);
}

bool MoverOperation::write(uint32_t offset, uint32_t value) {
  return write_plain(kRegisters, *this, offset, value);
}

Mover::Mover(const tercet_config& machine, MemoryBus& bus)
    : beat_bytes_(machine.axi_bytes),
      burst_beats_(machine.max_burst_beats),
      bus_(bus),
      buffer_(machine.axi_bytes * machine.max_burst_beats / 4) {}

bool Mover::read(uint32_t offset, uint64_t cycle, uint32_t* value) const {
  if (operation_.read(offset, value)) return true;
  if (offset != TERCET_CSR_MOVER_GO && offset != TERCET_CSR_MOVER_STATUS) return false;
  const tercet_mover_status status{busy(cycle) ? 1u : 0u, error_};
  *value = offset == TERCET_CSR_MOVER_GO ? 0 : tercet_mover_status_pack(status);
  return true;
}

bool Mover::write(uint32_t offset, uint64_t cycle, uint32_t value, BusResponse* response) {
  *response = BusResponse::kOkay;
  if (operation_.write(offset, value)) return true;
  if (offset == TERCET_CSR_MOVER_GO) *response = start(cycle, value);
  if (offset == TERCET_CSR_MOVER_STATUS) *response = BusResponse::kSlverr;
  return offset == TERCET_CSR_MOVER_GO || offset == TERCET_CSR_MOVER_STATUS;
}

BusResponse Mover::start(uint64_t cycle, uint32_t value) {
  const tercet_mover_go go = tercet_mover_go_unpack(value);
  if (busy(cycle) || go.load + go.store + go.copy != 1) return BusResponse::kSlverr;
  error_ = TERCET_ERR_NONE;
  try {
    transfer(go);
  } catch (const BusError& error) {
    error_ = error.code;
  }
  busy_until_ = cycle + kLatency + operation_.beats;
  return BusResponse::kOkay;
}

void Mover::transfer(const tercet_mover_go& go) {
  const uint64_t source = operation_.source / beat_bytes_ * beat_bytes_;
  const uint64_t target = operation_.target / beat_bytes_ * beat_bytes_;
  const uint32_t words = beat_bytes_ / 4;
  for (uint32_t beat = 0; beat < operation_.beats; ++beat) {
    uint32_t* place = buffer_.data() + static_cast<size_t>(beat % burst_beats_) * words;
    const uint64_t offset = static_cast<uint64_t>(beat) * beat_bytes_;
    if (go.store == 0) std::memcpy(place, bus_.read_beat(source + offset), beat_bytes_);
    if (go.load == 0) bus_.write_beat(target + offset, place, beat_bytes_);
  }
}

}  // namespace tercet
