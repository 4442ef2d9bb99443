// SPDX-License-Identifier: Apache-2.0
// Requests in, times out; the channels do the rest.
#include "sim/dram/dram_model.h"

#include <algorithm>

#include "base/error.h"

namespace tercet {
namespace {

/// An ideal memory has bursts of one beat and the machine's clock.
DramConfig prepared(DramConfig config, const DramPort& port) {
  check_dram_config(config);
  if (port.clock_khz == 0) fail("dram {}: the machine's clock must be over 0 kHz", config.name);
  if (config.fixed_latency != 0) {
    const uint32_t beat = port.beat_bytes;
    if (beat < DramTransfer::kMinBurst || (beat & (beat - 1)) != 0) {
      fail("dram {}: beat_bytes = {} must be a power of two of at least {}", config.name, beat,
           DramTransfer::kMinBurst);
    }
    config.clock_khz = port.clock_khz;
    config.org.burst_bytes = beat;
    config.org.interleave_bytes = beat;
    config.org.channels = 1;
  }
  return config;
}

uint64_t machine_cycles(uint32_t ps, uint32_t clock_khz) {
  constexpr uint64_t kPsPerMs = 1000000000;
  return (uint64_t{ps} * clock_khz + kPsPerMs - 1) / kPsPerMs;
}

}  // namespace

DramModel::DramModel(const DramConfig& config, const DramPort& port)
    : shared_(prepared(config, port), port.clock_khz,
              machine_cycles(config.policy.back_ps, port.clock_khz)),
      front_cycles_(machine_cycles(config.policy.front_ps, port.clock_khz)) {
  if (config.fixed_latency != 0) return;
  channels_.reserve(config.org.channels);
  for (uint32_t i = 0; i < config.org.channels; ++i) channels_.emplace_back(shared_, i);
}

void DramModel::enqueue(const DramRequest& request, uint64_t cycle) {
  const std::string& name = shared_.config.name;
  if (cycle < cycle_) fail("dram {}: request in cycle {} after cycle {}", name, cycle, cycle_);
  if (!can_accept(request.write)) fail("dram {}: more than {} requests", name, DramRing::kSlots);
  constexpr uint64_t kPage = DramTransfer::kMaxBytes;
  if (request.bytes == 0 || request.address % kPage + request.bytes > kPage) {
    fail("dram {}: {} bytes at {:#x} are empty or cross {} bytes", name, request.bytes,
         request.address, kPage);
  }
  cycle_ = cycle;
  DramTransfer& transfer = shared_.rings[request.write].push();
  transfer.begin(request, cycle, shared_.map.burst_bits());
  if (shared_.config.fixed_latency != 0) {
    enqueue_ideal(transfer, request.write);
    return;
  }
  transfer.visible = shared_.clock.to_dram(cycle + front_cycles_) + 1;
  for (DramChannel& channel : channels_) channel.notify(transfer.visible);
}

void DramModel::enqueue_ideal(DramTransfer& transfer, bool write) {
  uint64_t ready = transfer.arrival + shared_.config.fixed_latency;
  if (!write) ready = std::max(ready, ideal_bus_);
  for (uint32_t i = 0; i < transfer.pieces; ++i)
    transfer.finish_piece(i, write ? ready : ready + i);
  DramStats& sum = ideal_stats_;
  ++(write ? sum.write_requests : sum.read_requests);
  (write ? sum.writes : sum.reads) += transfer.pieces;
  (write ? sum.write_latency : sum.read_latency) += transfer.last_cycle - transfer.arrival;
  (write ? sum.bytes_written : sum.bytes_read) += transfer.request.bytes;
  sum.row_hits += transfer.pieces;
  sum.data_cycles += transfer.pieces;
  if (!write) ideal_bus_ = transfer.last_cycle + 1;
}

void DramModel::advance(uint64_t cycle) {
  if (cycle < cycle_) return;
  cycle_ = cycle;
  dram_cycle_ = shared_.clock.to_dram(cycle);
  for (DramChannel& channel : channels_) channel.run(dram_cycle_);
}

uint64_t DramModel::next_event() const {
  uint64_t wake = kDramNever;
  for (const DramChannel& channel : channels_) wake = std::min(wake, channel.wake());
  const uint64_t first = std::max(wake, dram_cycle_ + 1);
  const DramConfig& config = shared_.config;
  const DramTiming& t = config.timing;
  uint64_t event = kDramNever;
  for (const bool write : {false, true}) {
    const DramRing& ring = shared_.rings[write];
    uint64_t number = ring.head();
    while (number != ring.tail() && ring.at(number).complete()) ++number;
    if (number == ring.tail()) continue;
    uint64_t end = first;
    if (!write || !config.policy.posted_writes) {
      const uint64_t most = (ring.at(number).pending - 1) / config.org.channels;
      end += most * t.ccd_s + (write ? t.wl : t.rl) + t.burst;
    }
    event = std::min(event, shared_.clock.to_machine(end) + shared_.back_cycles);
  }
  return event;
}

void DramModel::retire(bool write) {
  const DramTransfer* transfer = oldest(write);
  if (transfer == nullptr || !transfer->complete()) {
    fail("dram {}: retired a {} that is not complete", shared_.config.name,
         write ? "write" : "read");
  }
  shared_.rings[write].pop();
}

bool DramModel::idle() const {
  return shared_.rings[0].empty() && shared_.rings[1].empty() &&
         std::all_of(channels_.begin(), channels_.end(),
                     [](const DramChannel& channel) { return channel.quiet(); });
}

DramStats DramModel::stats() const {
  DramStats sum = ideal_stats_;
  for (const DramChannel& channel : channels_) channel.add_stats(sum, dram_cycle_);
  if (channels_.empty()) sum.channel_cycles = cycle_;
  return sum;
}

}  // namespace tercet
