// SPDX-License-Identifier: Apache-2.0
// An AXI4 slave for tests that does what the standard allows and a kind memory does not: reads of
// different ids interleave, write data may be taken before its address. Checks what the master
// does.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <vector>

#include "bench.h"
#include "bursts.h"
#include "sim/verilated/axi_rules.h"
#include "ternary_data.h"

namespace tercet {

/// The `at`-th beat (reads) or burst (writes) from 0 is answered with `response`.
struct Fault {
  uint64_t at = ~uint64_t{0};
  BusResponse response = BusResponse::kOkay;
};

/// In each cycle: drive(), set the machine's inputs, settle, sample() its outputs, clock.
class ReadSlave {
 public:
  static constexpr uint32_t kIds = 3;
  bool ar_ready = false;
  bool r_valid = false;
  bool r_last = false;
  uint8_t r_id = 0;
  uint8_t r_response = 0;
  uint64_t r_address = 0;  ///< of the beat
  uint64_t beats = 0;      ///< put on the bus so far
  Fault fault;

  /// `latency` cycles from the address to the first beat.
  ReadSlave(uint32_t beat_bytes, uint32_t latency, StallMode mode, uint64_t seed)
      : beat_bytes_(beat_bytes),
        latency_(latency),
        interleave_(mode != StallMode::kNone),
        rng_(seed),
        stalls_(mode, seed) {}

  void drive() {
    ++cycle_;
    ar_ready = !stalls_.stalled(AxiChannel::kAr, cycle_);
    r_valid = !stalls_.stalled(AxiChannel::kR, cycle_) && choose();
    if (!r_valid) return;
    Pending& burst = queues_[r_id].front();
    r_address = burst.burst.address;
    burst.burst.address += beat_bytes_;
    r_last = --burst.burst.beats == 0;
    r_response = static_cast<uint8_t>(beats == fault.at ? fault.response : BusResponse::kOkay);
    ++beats;
    if (r_last) queues_[r_id].pop_front();
  }

  void sample(bool valid, const AxiAddress& a) {
    stable_.check("AR", valid, ar_ready, a, cycle_);
    if (!valid || !ar_ready) return;
    check_axi_address("AR", a, beat_bytes_, cycle_);
    queues_.at(a.id).push_back({{a.address, a.len + 1}, cycle_ + latency_});
  }

  bool quiet() const {
    for (const auto& queue : queues_) {
      if (!queue.empty()) return false;
    }
    return true;
  }
  size_t bursts(uint32_t id) const { return queues_[id].size(); }

 private:
  struct Pending {
    Burst burst;
    uint64_t ready = 0;
  };
  /// Any id whose oldest burst is due; without stalls the one that was asked for first.
  bool choose() {
    std::array<uint8_t, kIds> due{};
    uint8_t count = 0;
    for (uint8_t id = 0; id < kIds; ++id) {
      if (!queues_[id].empty() && queues_[id].front().ready <= cycle_) due[count++] = id;
    }
    if (count == 0) return false;
    r_id = due[interleave_ && count > 1 ? rng_.below(count) : 0];
    for (uint8_t i = 0; !interleave_ && i < count; ++i) {
      if (queues_[due[i]].front().ready < queues_[r_id].front().ready) r_id = due[i];
    }
    return true;
  }

  uint32_t beat_bytes_;
  uint32_t latency_;
  bool interleave_;
  Rng rng_;
  AxiStalls stalls_;
  AxiStable<AxiAddress> stable_;
  std::array<std::deque<Pending>, kIds> queues_;
  uint64_t cycle_ = 0;
};

struct WriteBeat {
  Bytes data;
  uint64_t strobes = 0;
  bool last = false;
  bool operator==(const WriteBeat& other) const {
    return data == other.data && strobes == other.strobes && last == other.last;
  }
};

/// Used like ReadSlave. Bytes land in `memory` at their address less `base`.
class WriteSlave {
 public:
  bool aw_ready = false;
  bool w_ready = false;
  bool b_valid = false;
  uint8_t b_response = 0;
  std::vector<Burst> bursts;  ///< all so far
  uint64_t beats = 0;
  uint64_t answers = 0;
  Fault fault;

  WriteSlave(Bytes& memory, uint64_t base, uint32_t beat_bytes, StallMode mode, uint64_t seed)
      : memory_(memory),
        base_(base),
        beat_bytes_(beat_bytes),
        patient_(mode == StallMode::kOneInFour),
        stalls_(mode, seed) {}

  void drive() {
    ++cycle_;
    aw_ready = !stalls_.stalled(AxiChannel::kAw, cycle_);
    w_ready = !stalls_.stalled(AxiChannel::kW, cycle_) && !(patient_ && open_.empty());
    b_valid = unanswered_ > 0 && !stalls_.stalled(AxiChannel::kB, cycle_);
    if (!b_valid) return;
    b_response = static_cast<uint8_t>(answers == fault.at ? fault.response : BusResponse::kOkay);
    --unanswered_;
    ++answers;
  }

  void sample(bool aw_valid, const AxiAddress& a, bool w_valid, const WriteBeat& beat) {
    address_stable_.check("AW", aw_valid, aw_ready, a, cycle_);
    if (aw_valid && aw_ready) {
      check_axi_address("AW", a, beat_bytes_, cycle_);
      open_.push_back({a.address, a.len + 1});
      bursts.push_back(open_.back());
    }
    data_stable_.check("W", w_valid, w_ready, beat, cycle_);
    if (w_valid && w_ready) data_.push_back(beat);
    while (!open_.empty() && !data_.empty()) store();
  }

  bool quiet() const { return open_.empty() && data_.empty() && unanswered_ == 0; }

 private:
  void store() {
    Burst& burst = open_.front();
    const WriteBeat& beat = data_.front();
    if (beat.last != (burst.beats == 1))
      axi_violation("W", cycle_, "WLAST is not on the last beat");
    for (uint32_t i = 0; i < beat_bytes_; ++i) {
      if ((beat.strobes >> i & 1) != 0) memory_.at(burst.address - base_ + i) = beat.data[i];
    }
    ++beats;
    burst.address += beat_bytes_;
    if (--burst.beats == 0) {
      open_.pop_front();
      ++unanswered_;
    }
    data_.pop_front();
  }

  Bytes& memory_;
  uint64_t base_;
  uint32_t beat_bytes_;
  bool patient_;
  AxiStalls stalls_;
  AxiStable<AxiAddress> address_stable_;
  AxiStable<WriteBeat> data_stable_;
  std::deque<Burst> open_;
  std::deque<WriteBeat> data_;
  uint64_t unanswered_ = 0;
  uint64_t cycle_ = 0;
};

}  // namespace tercet
