// SPDX-License-Identifier: Apache-2.0
// Loads, stores and copies, beat by beat.
#include "sim/functional/mover.h"

#include <algorithm>

namespace tercet {
namespace {

constexpr uint64_t kLow32 = 0xffffffff;

void set_low(uint64_t* address, uint32_t value) { *address = (*address & ~kLow32) | value; }
void set_high(uint64_t* address, uint32_t value, uint32_t limit) {
  *address = (*address & kLow32) | static_cast<uint64_t>(value & limit) << 32;
}

}  // namespace

Mover::Mover(const tercet_config& machine, MemoryBus& bus)
    : beat_bytes_(machine.axi_bytes),
      burst_beats_(machine.max_burst_beats),
      bus_(bus),
      buffer_(machine.axi_bytes * machine.max_burst_beats / 4) {}

bool Mover::read(uint32_t offset, uint64_t cycle, uint32_t* value) const {
  tercet_mover_status status{};
  switch (offset) {
    case TERCET_CSR_MOVER_SRC_LO:
      *value = static_cast<uint32_t>(source_);
      return true;
    case TERCET_CSR_MOVER_SRC_HI:
      *value = static_cast<uint32_t>(source_ >> 32);
      return true;
    case TERCET_CSR_MOVER_DST_LO:
      *value = static_cast<uint32_t>(target_);
      return true;
    case TERCET_CSR_MOVER_DST_HI:
      *value = static_cast<uint32_t>(target_ >> 32);
      return true;
    case TERCET_CSR_MOVER_BEATS:
      *value = beats_;
      return true;
    case TERCET_CSR_MOVER_GO:
      *value = 0;
      return true;
    case TERCET_CSR_MOVER_STATUS:
      status.busy = busy(cycle) ? 1 : 0;
      status.error = error_;
      *value = tercet_mover_status_pack(status);
      return true;
    default:
      return false;
  }
}

bool Mover::write(uint32_t offset, uint64_t cycle, uint32_t value, BusResponse* response) {
  *response = BusResponse::kOkay;
  switch (offset) {
    case TERCET_CSR_MOVER_SRC_LO:
      set_low(&source_, value);
      return true;
    case TERCET_CSR_MOVER_SRC_HI:
      set_high(&source_, value, TERCET_MAX_MOVER_SRC_HI);
      return true;
    case TERCET_CSR_MOVER_DST_LO:
      set_low(&target_, value);
      return true;
    case TERCET_CSR_MOVER_DST_HI:
      set_high(&target_, value, TERCET_MAX_MOVER_DST_HI);
      return true;
    case TERCET_CSR_MOVER_BEATS:
      beats_ = value;
      return true;
    case TERCET_CSR_MOVER_GO:
      *response = start(cycle, value);
      return true;
    case TERCET_CSR_MOVER_STATUS:
      *response = BusResponse::kSlverr;
      return true;
    default:
      return false;
  }
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
  busy_until_ = cycle + kLatency + beats_;
  return BusResponse::kOkay;
}

void Mover::transfer(const tercet_mover_go& go) {
  const uint64_t source = source_ / beat_bytes_ * beat_bytes_;
  const uint64_t target = target_ / beat_bytes_ * beat_bytes_;
  const uint32_t words = beat_bytes_ / 4;
  for (uint32_t beat = 0; beat < beats_; ++beat) {
    uint32_t* place = buffer_.data() + static_cast<size_t>(beat % burst_beats_) * words;
    const uint64_t offset = static_cast<uint64_t>(beat) * beat_bytes_;
    if (go.store == 0) std::memcpy(place, bus_.read_beat(source + offset), beat_bytes_);
    if (go.load == 0) bus_.write_beat(target + offset, place, beat_bytes_);
  }
}

}  // namespace tercet
