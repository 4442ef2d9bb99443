// SPDX-License-Identifier: Apache-2.0
// A DRAM behind the machine's memory port: when each byte of each request is there.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/dram/dram_channel.h"
#include "sim/dram/dram_config.h"
#include "sim/dram/dram_stats.h"
#include "sim/dram/dram_transfer.h"

namespace tercet {

/// The machine on top: its clock and the bytes of one beat of its bus.
struct DramPort {
  uint32_t clock_khz = 1000000;
  uint32_t beat_bytes = 64;
};

/// Holds no data, only time. Cycles are the machine's. The answer to a request depends on the
/// requests and their arrival cycles alone, never on how often advance() is called, so a user that
/// ticks and one that jumps from event to event see the same times:
///
///   if (dram.can_accept(false)) dram.enqueue({id, address, bytes, false}, cycle);
///   dram.advance(cycle);                                    // every cycle, or at next_event()
///   const DramTransfer* read = dram.oldest(false);
///   if (read && read->ready_cycle(beat * 64, 64) <= cycle)  // the beat is there
///   if (read && read->complete())                           // first_cycle(), last_cycle are final
///   ...; dram.retire(false);                                // frees its place
///
/// Times become known when the DRAM command goes out, that is long before they are reached: at
/// least read latency + burst + the port's way back before, for reads.
///
/// With config.fixed_latency (the preset "ideal") a read's beat i is there `fixed_latency` + i
/// cycles after arrival, but not sooner than one cycle after the beat before it; a write is
/// answered after `fixed_latency` cycles.
class DramModel {
 public:
  /// Throws Error naming the preset and the field if the config is not possible.
  DramModel(const DramConfig& config, const DramPort& port);
  DramModel(const DramModel&) = delete;
  DramModel& operator=(const DramModel&) = delete;

  const DramConfig& config() const { return shared_.config; }

  /// There is a place for one more request in this direction (DramRing::kSlots in flight).
  bool can_accept(bool write) const { return !shared_.rings[write].full(); }

  /// A read whose address, or a write whose last byte, reaches the port in `cycle`. Cycles never go
  /// back, neither before an earlier request's nor before an advance()'s. Throws Error if they do,
  /// if there is no place, or if the request is empty or crosses 4 KiB.
  void enqueue(const DramRequest& request, uint64_t cycle);

  /// Everything up to and including `cycle` has happened. A `cycle` in the past changes nothing.
  void advance(uint64_t cycle);

  /// The oldest incomplete request of either direction does not complete before this cycle, unless
  /// another request is enqueued first; kDramNever if none is incomplete. So a user that advances
  /// to here (or to its own next request, if that is earlier) sees every completion in time. Beats
  /// of a read may be there earlier: from first_cycle() on.
  uint64_t next_event() const;

  /// The oldest request in flight of a direction, or nullptr. Valid until retire().
  const DramTransfer* oldest(bool write) const {
    const DramRing& ring = shared_.rings[write];
    return ring.empty() ? nullptr : &ring.at(ring.head());
  }

  /// Frees the place of oldest(write). Throws Error if it is not complete.
  void retire(bool write);

  /// No request in flight and, as posted writes are answered early, nothing left to store.
  bool idle() const;

  /// Counts up to the last advance().
  DramStats stats() const;

  /// Sees every command from now on; for tests. Costs time.
  void set_trace(DramTraceHook hook) { shared_.trace = std::move(hook); }

 private:
  void enqueue_ideal(DramTransfer& transfer, bool write);

  DramShared shared_;
  std::vector<DramChannel> channels_;
  uint64_t front_cycles_;    // from the port to the queues
  uint64_t cycle_ = 0;       // of the last advance() or enqueue()
  uint64_t dram_cycle_ = 0;  // the channels have run so far
  uint64_t ideal_bus_ = 0;   // first cycle in which the ideal memory's read bus is free
  DramStats ideal_stats_;
};

}  // namespace tercet
