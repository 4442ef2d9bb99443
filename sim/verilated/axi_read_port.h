// SPDX-License-Identifier: Apache-2.0
// The read channels AR and R of the AXI memory: bursts in order of request, one beat a cycle.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/dram/dram_model.h"
#include "sim/dram/memory_image.h"
#include "sim/verilated/axi_rules.h"
#include "sim/verilated/axi_stalls.h"

namespace tercet {

/// Part of AxiMemory. This runs in every simulated cycle: no allocation, and the machine's inputs
/// are touched only when they change.
template <class Top>
class AxiReadPort {
 public:
  using Data = std::remove_reference_t<decltype(std::declval<Top&>().m_axi_rdata_i)>;
  static constexpr uint32_t kBeat = sizeof(Data);  ///< bytes
  static constexpr uint32_t kQueue = 64;           ///< bursts that can wait

  static_assert(kQueue <= DramRing::kSlots, "the DRAM takes every burst that the bus takes");

  AxiReadPort(MemoryImage& memory, DramModel& dram, const AxiOptions& options)
      : memory_(memory), dram_(dram), stalls_(options.stalls, options.seed) {
    for (const MemoryFault& fault : options.faults) {
      if (!fault.write) faults_.push_back(fault);
    }
  }

  void reset(Top& top) {
    top.m_axi_arready_i = 0;
    top.m_axi_rvalid_i = 0;
    top.m_axi_rid_i = 0;
    top.m_axi_rresp_i = 0;
    top.m_axi_rlast_i = 0;
    std::memset(&top.m_axi_rdata_i, 0, kBeat);
  }

  void sample(const Top& top, uint64_t cycle) {
    if (top.m_axi_arvalid_o != 0 || stable_.stalled()) sample_address(top, cycle);
    if (valid_ && top.m_axi_rready_o != 0) valid_ = false;
  }

  void drive(Top& top, uint64_t cycle) {
    dram_.advance(cycle);
    const bool ready = count_ < kQueue && !stalls_.stalled(AxiChannel::kAr, cycle);
    if (ready != ready_) top.m_axi_arready_i = ready_ = ready;
    if (!valid_) next_beat(top, cycle);
  }

  bool quiet() const { return count_ == 0 && !valid_; }

 private:
  struct Burst {
    uint64_t address = 0;
    uint32_t beats = 0;  // left
    uint32_t id = 0;
    uint32_t offset = 0;  // of the next beat from the burst's first byte
  };

  void sample_address(const Top& top, uint64_t cycle) {
    const AxiAddress a{top.m_axi_araddr_o, top.m_axi_arid_o, top.m_axi_arlen_o, top.m_axi_arsize_o,
                       top.m_axi_arburst_o};
    stable_.check("AR", top.m_axi_arvalid_o != 0, ready_, a, cycle);
    if (top.m_axi_arvalid_o == 0 || !ready_) return;
    check_axi_address("AR", a, kBeat, cycle);
    queue_[(head_ + count_++) % kQueue] = {a.address, a.len + 1, a.id, 0};
    dram_.enqueue({0, a.address, (a.len + 1) * kBeat, false}, cycle);
  }

  bool beat_ready(uint64_t cycle) const {
    return count_ != 0 && dram_.oldest(false)->ready_cycle(queue_[head_].offset, kBeat) <= cycle;
  }

  void next_beat(Top& top, uint64_t cycle) {
    if (!beat_ready(cycle) || stalls_.stalled(AxiChannel::kR, cycle)) {
      if (shown_) top.m_axi_rvalid_i = shown_ = false;
      return;
    }
    Burst& burst = queue_[head_];
    put(top, burst);
    burst.address += kBeat;
    burst.offset += kBeat;
    if (--burst.beats == 0) {
      dram_.retire(false);
      head_ = (head_ + 1) % kQueue;
      --count_;
    }
    valid_ = true;
    if (!shown_) top.m_axi_rvalid_i = shown_ = true;
  }

  void put(Top& top, const Burst& burst) {
    BusResponse response = BusResponse::kOkay;
    if (memory_.contains(burst.address, kBeat)) {
      std::memcpy(&top.m_axi_rdata_i, memory_.data() + burst.address, kBeat);
    } else {
      std::memset(&top.m_axi_rdata_i, 0, kBeat);
      response = BusResponse::kDecerr;
    }
    for (const MemoryFault& fault : faults_) {
      if (fault.beat == beats_) response = fault.response;
    }
    ++beats_;
    const bool last = burst.beats == 1;
    if (last != last_) top.m_axi_rlast_i = last_ = last;
    if (burst.id != id_) top.m_axi_rid_i = id_ = burst.id;
    if (response != response_) {
      response_ = response;
      top.m_axi_rresp_i = static_cast<uint8_t>(response);
    }
  }

  MemoryImage& memory_;
  DramModel& dram_;
  AxiStalls stalls_;
  std::vector<MemoryFault> faults_;
  AxiStable<AxiAddress> stable_;
  std::array<Burst, kQueue> queue_;
  uint32_t head_ = 0;
  uint32_t count_ = 0;
  uint64_t beats_ = 0;  // put on the bus so far
  bool valid_ = false;  // a beat is on the bus and not yet taken
  // What the inputs hold.
  bool ready_ = false;
  bool shown_ = false;  // RVALID
  bool last_ = false;
  uint32_t id_ = 0;
  BusResponse response_ = BusResponse::kOkay;
};

}  // namespace tercet
