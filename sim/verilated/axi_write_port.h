// SPDX-License-Identifier: Apache-2.0
// The write channels AW, W and B of the AXI memory: bursts in order, bytes by strobe.
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

/// Part of AxiMemory. A beat is stored when it is taken; the DRAM sees a burst with its last beat.
template <class Top>
class AxiWritePort {
 public:
  using Data = std::remove_reference_t<decltype(std::declval<Top&>().m_axi_wdata_o)>;
  using Strobes = std::remove_reference_t<decltype(std::declval<Top&>().m_axi_wstrb_o)>;
  static constexpr uint32_t kBeat = sizeof(Data);  ///< bytes
  static constexpr uint32_t kQueue = 64;           ///< bursts that can wait, for data or response
  static constexpr uint64_t kAllStrobes = ~uint64_t{0} >> (64 - kBeat);

  static_assert(kQueue <= DramRing::kSlots, "the DRAM takes every burst that the bus takes");

  AxiWritePort(MemoryImage& memory, DramModel& dram, const AxiOptions& options)
      : memory_(memory), dram_(dram), stalls_(options.stalls, ~options.seed) {
    for (const MemoryFault& fault : options.faults) {
      if (fault.write) faults_.push_back(fault);
    }
  }

  void reset(Top& top) {
    top.m_axi_awready_i = 0;
    top.m_axi_wready_i = 0;
    top.m_axi_bvalid_i = 0;
    top.m_axi_bresp_i = 0;
  }

  void sample(const Top& top, uint64_t cycle) {
    if (top.m_axi_awvalid_o != 0 || address_stable_.stalled()) sample_address(top, cycle);
    if (top.m_axi_wvalid_o != 0 || data_stable_.stalled()) sample_data(top, cycle);
    if (valid_ && top.m_axi_bready_o != 0) {
      valid_ = false;
      answers_.pop();
      dram_.retire(true);
    }
  }

  void drive(Top& top, uint64_t cycle) {
    const bool room = bursts_.count + answers_.count < kQueue;
    const bool aw_ready = room && !stalls_.stalled(AxiChannel::kAw, cycle);
    if (aw_ready != aw_ready_) top.m_axi_awready_i = aw_ready_ = aw_ready;
    // Data may come in the same cycle as their address.
    const bool expected = bursts_.count != 0 || (aw_ready && top.m_axi_awvalid_o != 0);
    const bool w_ready = expected && !stalls_.stalled(AxiChannel::kW, cycle);
    if (w_ready != w_ready_) top.m_axi_wready_i = w_ready_ = w_ready;
    if (!valid_) {
      valid_ = answered(cycle) && !stalls_.stalled(AxiChannel::kB, cycle);
      if (valid_) top.m_axi_bresp_i = static_cast<uint8_t>(answers_.front());
      if (valid_ != shown_) top.m_axi_bvalid_i = shown_ = valid_;
    }
  }

  bool quiet() const { return bursts_.count == 0 && answers_.count == 0; }

 private:
  struct Burst {
    uint64_t first = 0;  // address
    uint64_t next = 0;   // address
    uint32_t beats = 0;  // left
  };
  /// A first-in first-out queue that never allocates.
  template <class T>
  struct Ring {
    T& front() { return items[head]; }
    void push(const T& item) { items[(head + count++) % kQueue] = item; }
    void pop() {
      head = (head + 1) % kQueue;
      --count;
    }
    std::array<T, kQueue> items;
    uint32_t head = 0;
    uint32_t count = 0;
  };
  struct Beat {
    std::array<uint8_t, kBeat> data{};
    uint64_t strobes = 0;
    bool last = false;
    bool operator==(const Beat& other) const {
      return data == other.data && strobes == other.strobes && last == other.last;
    }
  };

  bool answered(uint64_t cycle) const {
    if (answers_.count == 0) return false;
    const DramTransfer& oldest = *dram_.oldest(true);
    return oldest.complete() && oldest.last_cycle <= cycle;
  }

  void sample_address(const Top& top, uint64_t cycle) {
    const AxiAddress a{top.m_axi_awaddr_o, 0, top.m_axi_awlen_o, top.m_axi_awsize_o,
                       top.m_axi_awburst_o};
    address_stable_.check("AW", top.m_axi_awvalid_o != 0, aw_ready_, a, cycle);
    if (top.m_axi_awvalid_o == 0 || !aw_ready_) return;
    check_axi_address("AW", a, kBeat, cycle);
    bursts_.push({a.address, a.address, a.len + 1});
  }

  void sample_data(const Top& top, uint64_t cycle) {
    Beat beat;
    std::memcpy(beat.data.data(), &top.m_axi_wdata_o, kBeat);
    beat.strobes = top.m_axi_wstrb_o;
    beat.last = top.m_axi_wlast_o != 0;
    data_stable_.check("W", top.m_axi_wvalid_o != 0, w_ready_, beat, cycle);
    if (top.m_axi_wvalid_o == 0 || !w_ready_) return;
    check_strobes(beat.strobes, cycle);
    Burst& burst = bursts_.front();
    if (beat.last != (burst.beats == 1)) axi_violation("W", cycle, "WLAST is not on the last beat");
    store(burst.next, beat);
    burst.next += kBeat;
    if (--burst.beats != 0) return;
    dram_.enqueue({0, burst.first, static_cast<uint32_t>(burst.next - burst.first), true}, cycle);
    answers_.push(response_);
    response_ = BusResponse::kOkay;
    bursts_.pop();
  }

  /// Tercet writes whole int32: the strobes of each four bytes are equal.
  void check_strobes(uint64_t strobes, uint64_t cycle) const {
    constexpr uint64_t kLow = 0x1111111111111111u & kAllStrobes;
    if ((strobes & kLow) * 15 != strobes) axi_violation("W", cycle, "strobes cut an int32");
  }

  void store(uint64_t address, const Beat& beat) {
    if (!memory_.contains(address, kBeat)) {
      response_ = BusResponse::kDecerr;
    } else if (beat.strobes == kAllStrobes) {
      std::memcpy(memory_.data() + address, beat.data.data(), kBeat);
    } else {
      for (uint32_t i = 0; i < kBeat; ++i) {
        if ((beat.strobes >> i & 1) != 0) memory_.data()[address + i] = beat.data[i];
      }
    }
    for (const MemoryFault& fault : faults_) {
      if (fault.beat == beats_) response_ = fault.response;
    }
    ++beats_;
  }

  MemoryImage& memory_;
  DramModel& dram_;
  AxiStalls stalls_;
  std::vector<MemoryFault> faults_;
  AxiStable<AxiAddress> address_stable_;
  AxiStable<Beat> data_stable_;
  Ring<Burst> bursts_;
  Ring<BusResponse> answers_;
  BusResponse response_ = BusResponse::kOkay;  // of the burst whose data are coming
  uint64_t beats_ = 0;
  bool valid_ = false;  // a response is on the bus and not yet taken
  // What the inputs hold.
  bool aw_ready_ = false;
  bool w_ready_ = false;
  bool shown_ = false;  // BVALID
};

}  // namespace tercet
