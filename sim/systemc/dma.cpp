// SPDX-License-Identifier: Apache-2.0
// Arbitration of the read port, and beats to their consumers.
#include "sim/systemc/dma.h"

#include <algorithm>

#include "sim/systemc/act_buffer.h"
#include "sim/systemc/dispatch.h"
#include "sim/systemc/mover.h"
#include "sim/systemc/supervisor.h"
#include "sim/systemc/weight_stream.h"

namespace tercet {

Dma::Channel::Channel(const Shared& shared, uint32_t capacity) : stream(shared, capacity) {
  for (uint32_t i = 0; i < shared.machine.max_outstanding_reads; ++i) {
    bursts.push_back(std::make_unique<ReadBurst>());
  }
}

Dma::Dma(const sc_core::sc_module_name& name, const Shared& shared, Perf& perf)
    : Unit(name, shared),
      socket("socket"),
      perf_(perf),
      weights_(shared, shared.machine.weight_fifo_beats),
      acts_(shared, shared.machine.act_sram_beats) {
  socket.register_nb_transport_bw(this, &Dma::answered);
  socket.register_invalidate_direct_mem_ptr(this, &Dma::invalidate);
}

void Dma::start(const Work& work) {
  const Command& c = work.command;
  const Cycle active = work.start + shared_.timing.stream_active;
  const uint64_t passes = (c.m + c.m_tile - 1) / c.m_tile;
  work_ = work;
  weights_.stream.start(c.weights, work.weight_beats, passes, active);
  acts_.stream.start(c.activations, c.m * work.k_tiles * shared_.token_beats(), 1, active);
  wake_.notify(sc_core::SC_ZERO_TIME);
}

Cycle Dma::idle_from() const {
  return std::max(weights_.stream.idle_from(), acts_.stream.idle_from());
}

Cycle Dma::quiet_from() const { return std::max(quiet_from(weights_), quiet_from(acts_)); }

Cycle Dma::quiet_from(const Channel& channel) {
  if (channel.tail == 0) return 0;
  const Cycle end = channel.at(channel.tail - 1).end;
  return end == kNever ? kNever : end + 1;
}

void Dma::flush() {
  for (Channel* channel : {&weights_, &acts_}) {
    channel->stream.flush();
    channel->head = channel->tail = 0;
  }
  // The bus is quiet, but for the mover.
  const auto streams = [](const ReadBurst* read) { return read->stream != StreamId::kMover; };
  waiting_.erase(std::remove_if(waiting_.begin(), waiting_.end(), streams), waiting_.end());
}

void Dma::move(uint64_t address, uint32_t beats, Cycle cycle) {
  move_.stream = StreamId::kMover;
  move_.burst.set(tlm::TLM_READ_COMMAND, address, beats, shared_.machine);
  move_from_ = cycle;
  shared_.clock.notify(wake_, cycle + shared_.timing.address);
}

/// One burst a cycle, the mover's first, then weights. The port decides in a cycle, and this
/// process runs when the address is on the bus, so that all requests of the cycle of the decision
/// are known.
void Dma::run() {
  const uint64_t address = shared_.timing.address;
  const Cycle now = shared_.clock.now();
  const auto move = [this] {
    return move_from_ == kNever ? kNever : std::max(move_from_, take_from_);
  };
  const bool runs = supervisor->runs_in(now - address);
  const Cycle weights = runs ? eligible(weights_) : kNever;
  const Cycle acts = runs ? eligible(acts_) : kNever;
  if (move() != kNever && move() + address <= now) {
    take_move(now - address);
  } else if (weights != kNever && weights <= acts && weights + address <= now) {
    take(StreamId::kWeights, weights_, now - address);
  } else if (acts != kNever && acts + address <= now) {
    take(StreamId::kActs, acts_, now - address);
  }
  Cycle next = move();
  if (runs) next = std::min({next, eligible(weights_), eligible(acts_)});
  if (next != kNever) shared_.clock.notify(wake_, next + address);
}

/// The first cycle in which the port may take the channel's next burst.
Cycle Dma::eligible(Channel& channel) const {
  Cycle from = channel.stream.visible();
  if (from == kNever) return kNever;
  if (channel.tail - channel.head == channel.bursts.size()) {
    const Cycle end = channel.at(channel.head).end;
    if (end == kNever) return kNever;
    from = std::max(from, end + shared_.timing.outstanding);
  }
  return std::max(from, take_from_);
}

void Dma::take(StreamId id, Channel& channel, Cycle cycle) {
  if (channel.tail - channel.head == channel.bursts.size()) ++channel.head;
  ReadBurst& read = channel.at(channel.tail++);
  read.stream = id;
  read.packing = work_.packing;
  read.ends_pass = channel.stream.ends_pass();
  read.command = work_.number;
  read.burst.set(tlm::TLM_READ_COMMAND, channel.stream.address(), channel.stream.beats(),
                 shared_.machine);
  channel.stream.taken(cycle);
  if (idle_from() != kNever) dispatch->changed();
  request(read, cycle);
}

void Dma::take_move(Cycle cycle) {
  move_from_ = kNever;
  request(move_, cycle);
}

void Dma::request(ReadBurst& read, Cycle cycle) {
  take_from_ = cycle + 1;
  ++counts.read_bursts;
  read.delivered = 0;
  read.begin = cycle + shared_.timing.address;
  read.end = kNever;
  waiting_.push_back(&read);
  tlm::tlm_phase phase = tlm::BEGIN_REQ;
  sc_core::sc_time delay = sc_core::SC_ZERO_TIME;
  if (socket->nb_transport_fw(read.burst.payload, phase, delay) == tlm::TLM_COMPLETED) deliver();
}

tlm::tlm_sync_enum Dma::answered(tlm::tlm_generic_payload&, tlm::tlm_phase&, sc_core::sc_time&) {
  deliver();
  return tlm::TLM_ACCEPTED;
}

void Dma::deliver() {
  while (!waiting_.empty()) {
    ReadBurst& burst = *waiting_.front();
    deliver_beats(burst);
    if (burst.delivered < burst.burst.times.beats) return;
    burst.end = burst.burst.times.beat[burst.delivered - 1];
    if (shared_.trace != nullptr) trace_burst(burst);
    waiting_.pop_front();
    supervisor->bus_changed();
    wake_.notify(sc_core::SC_ZERO_TIME);
  }
}

void Dma::deliver_beats(ReadBurst& burst) {
  const BurstTimes& times = burst.burst.times;
  const uint32_t first = burst.delivered;
  if (first == times.known) return;
  if (burst.stream == StreamId::kMover) {
    for (uint32_t i = first; i < times.known && shared_.trace != nullptr; ++i) {
      shared_.trace->active(TraceTrack::kDmaRead, times.beat[i], 1);
    }
    counts.mover_beats += times.known - first;
    burst.delivered = times.known;
    if (times.known == times.beats) mover->loaded(times);
    return;
  }
  const bool weights = burst.stream == StreamId::kWeights;
  const uint32_t bytes = shared_.machine.axi_bytes;
  uint64_t address = burst.burst.payload.get_address() + uint64_t{first} * bytes;
  Counter& counter = weights ? perf_.weight_beats : perf_.act_beats;
  for (uint32_t i = first; i < times.known; ++i, address += bytes) {
    counter.add(times.beat[i], 1);
    ++(weights ? counts.weight_beats : counts.activation_beats);
    if (shared_.trace != nullptr) shared_.trace->active(TraceTrack::kDmaRead, times.beat[i], 1);
    if (times.error[i] != 0) {
      supervisor->error(times.beat[i], read_error(times.error[i]));
    }
    if (weights) {
      const bool last = burst.ends_pass && i + 1 == times.beats;
      weight_stream->push({times.beat[i], address, burst.packing, last});
    } else {
      act_buffer->push(times.beat[i], data(acts_.dmi, address));
    }
  }
  burst.delivered = times.known;
  if (weights) {
    weight_stream->changed();
  } else {
    act_buffer->changed();
  }
}

const uint8_t* Dma::data(tlm::tlm_dmi& dmi, uint64_t address) {
  const uint64_t last = address + shared_.machine.axi_bytes - 1;
  if (address < dmi.get_start_address() || last > dmi.get_end_address() ||
      dmi.get_dmi_ptr() == nullptr) {
    tlm::tlm_generic_payload payload;
    payload.set_command(tlm::TLM_READ_COMMAND);
    payload.set_address(address);
    if (!socket->get_direct_mem_ptr(payload, dmi)) dmi.init();
    if (dmi.get_dmi_ptr() == nullptr || last > dmi.get_end_address()) return nullptr;
  }
  return dmi.get_dmi_ptr() + (address - dmi.get_start_address());
}

void Dma::invalidate(sc_dt::uint64 first, sc_dt::uint64 last) {
  for (tlm::tlm_dmi* dmi : {&weights_.dmi, &acts_.dmi, &mover_dmi_}) {
    if (dmi->get_start_address() <= last && first <= dmi->get_end_address()) dmi->init();
  }
}

void Dma::trace_burst(const ReadBurst& burst) const {
  const char* name = burst.stream == StreamId::kWeights ? "weights"
                     : burst.stream == StreamId::kActs  ? "activations"
                                                        : "mover";
  shared_.trace->slice({TraceTrack::kDmaRead, name, burst.command,
                        burst.burst.payload.get_address(), burst.burst.times.beat[0],
                        burst.end + 1});
}

}  // namespace tercet
