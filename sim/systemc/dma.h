// SPDX-License-Identifier: Apache-2.0
// The read side of the bus: the weight and the activation stream share one AXI read port.
#pragma once

#include <tlm.h>
#include <tlm_utils/simple_initiator_socket.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <systemc>
#include <vector>

#include "sim/counts/engine_counts.h"
#include "sim/systemc/burst.h"
#include "sim/systemc/perf.h"
#include "sim/systemc/read_stream.h"
#include "sim/systemc/shared.h"

namespace tercet {

class ActBuffer;
class Dispatch;
class Supervisor;
class TercetMover;
class WeightStream;

/// rtl/memory/tercet_read_port.sv with its two tercet_read_stream; the mover reads here too. Wakes
/// once a burst.
class Dma : public Unit {
 public:
  Dma(const sc_core::sc_module_name& name, const Shared& shared, Perf& perf);

  /// Read bursts: BEGIN_REQ at the handshake on AR. The memory tells the cycles of the beats as
  /// soon as it knows them, in one or more responses a burst, and bursts are answered in order. The
  /// bytes are read through DMI.
  tlm_utils::simple_initiator_socket<Dma> socket;

  ActBuffer* act_buffer = nullptr;
  Dispatch* dispatch = nullptr;
  TercetMover* mover = nullptr;
  Supervisor* supervisor = nullptr;
  WeightStream* weight_stream = nullptr;

  /// Takes a command that was accepted in work.start. Only when idle.
  void start(const Work& work);
  /// The cycle from which both streams are idle; kNever while bursts are left.
  Cycle idle_from() const;
  /// The cycle from which no burst is under way; kNever if that is not known.
  Cycle quiet_from() const;

  /// The bytes of the weight beat at `address`, good until the next call; nullptr if no memory is
  /// there.
  const uint8_t* weights(uint64_t address) { return data(weights_.dmi, address); }

  /// The consumer of a stream is done with `count` beats, one a cycle from `first` on.
  void free_weights(Cycle first, uint64_t count) { weights_.stream.free(first, count); }
  /// The same, `beats` a cycle.
  void free_acts(Cycle first, uint64_t count, uint64_t beats) {
    acts_.stream.free(first, count, beats);
  }
  /// The mover asks for a burst; the port sees that from `cycle` on, which is not in the past. One
  /// at a time.
  void move(uint64_t address, uint32_t beats, Cycle cycle);
  /// The bytes of a beat that the mover reads; nullptr if no memory is there.
  const uint8_t* moved(uint64_t address) { return data(mover_dmi_, address); }

  /// Beats were freed.
  void changed() { wake_.notify(sc_core::SC_ZERO_TIME); }
  void flush();

  /// Of the read channel.
  EngineCounts counts;

 private:
  enum class StreamId : uint8_t { kWeights, kActs, kMover };
  struct ReadBurst {
    Burst burst;
    StreamId stream = StreamId::kWeights;
    Packing packing = Packing::kTwoBit;
    bool ends_pass = false;
    uint64_t command = 0;
    uint32_t delivered = 0;  // beats passed on
    Cycle begin = 0;         // AR
    Cycle end = kNever;      // cycle of the last beat
  };
  /// A stream and its bursts: `bursts` is a ring, [head, tail) are those whose place is not free.
  struct Channel {
    Channel(const Shared& shared, uint32_t capacity);
    ReadBurst& at(uint64_t number) { return *bursts[number % bursts.size()]; }
    const ReadBurst& at(uint64_t number) const { return *bursts[number % bursts.size()]; }
    ReadStream stream;
    std::vector<std::unique_ptr<ReadBurst>> bursts;
    uint64_t head = 0;
    uint64_t tail = 0;
    tlm::tlm_dmi dmi;
  };

  void run() override;
  Cycle eligible(Channel& channel) const;
  void take(StreamId id, Channel& channel, Cycle cycle);
  tlm::tlm_sync_enum answered(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                              sc_core::sc_time& delay);
  void deliver();
  void deliver_beats(ReadBurst& burst);
  void trace_burst(const ReadBurst& burst) const;
  static Cycle quiet_from(const Channel& channel);
  void take_move(Cycle cycle);
  void request(ReadBurst& read, Cycle cycle);
  const uint8_t* data(tlm::tlm_dmi& dmi, uint64_t address);
  void invalidate(sc_dt::uint64 first, sc_dt::uint64 last);

  Perf& perf_;
  Channel weights_;
  Channel acts_;
  ReadBurst move_;
  Cycle move_from_ = kNever;  // the port sees the mover's burst
  tlm::tlm_dmi mover_dmi_;
  std::deque<ReadBurst*> waiting_;  // for beats, in order of AR
  Work work_;
  Cycle take_from_ = 0;  // the port takes one burst a cycle
};

}  // namespace tercet
