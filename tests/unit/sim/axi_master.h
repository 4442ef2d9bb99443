// SPDX-License-Identifier: Apache-2.0
// An AXI master driven by hand, connected to the AXI memory.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "sim/dram/dram_presets.h"
#include "sim/verilated/axi_memory.h"

namespace tercet {

inline constexpr uint32_t kAxiBeat = 16;
using AxiData = std::array<uint8_t, kAxiBeat>;

/// The master's side of the port, set by hand.
struct AxiMaster {
  uint8_t m_axi_arid_o = 0;
  uint64_t m_axi_araddr_o = 0;
  uint8_t m_axi_arlen_o = 0;
  uint8_t m_axi_arsize_o = 4;
  uint8_t m_axi_arburst_o = 1;
  uint8_t m_axi_arvalid_o = 0;
  uint8_t m_axi_arready_i = 0;
  uint8_t m_axi_rid_i = 0;
  AxiData m_axi_rdata_i{};
  uint8_t m_axi_rresp_i = 0;
  uint8_t m_axi_rlast_i = 0;
  uint8_t m_axi_rvalid_i = 0;
  uint8_t m_axi_rready_o = 1;
  uint64_t m_axi_awaddr_o = 0;
  uint8_t m_axi_awlen_o = 0;
  uint8_t m_axi_awsize_o = 4;
  uint8_t m_axi_awburst_o = 1;
  uint8_t m_axi_awvalid_o = 0;
  uint8_t m_axi_awready_i = 0;
  AxiData m_axi_wdata_o{};
  uint16_t m_axi_wstrb_o = 0xffff;
  uint8_t m_axi_wlast_o = 0;
  uint8_t m_axi_wvalid_o = 0;
  uint8_t m_axi_wready_i = 0;
  uint8_t m_axi_bresp_i = 0;
  uint8_t m_axi_bvalid_i = 0;
  uint8_t m_axi_bready_o = 1;
};

class AxiMemoryTest : public testing::TestWithParam<StallMode> {
 protected:
  explicit AxiMemoryTest(std::vector<MemoryFault> faults = {})
      : axi_(memory_, dram_, {GetParam(), 3, std::move(faults)}) {
    axi_.reset(top_);
    for (uint64_t i = 0; i < memory_.size(); ++i) memory_.data()[i] = pattern(i);
    axi_.drive(top_, 0);
  }

  static uint8_t pattern(uint64_t address) {
    return static_cast<uint8_t>(address * 7 + address / 256);
  }

  void cycle() {
    axi_.sample(top_, cycle_);
    axi_.drive(top_, ++cycle_);
    ASSERT_LT(cycle_, 5000u) << "no progress";
  }

  /// Announces a read or write burst and waits until it is taken.
  void announce_read(uint64_t address, uint8_t len, uint8_t id) {
    top_.m_axi_araddr_o = address;
    top_.m_axi_arlen_o = len;
    top_.m_axi_arid_o = id;
    top_.m_axi_arvalid_o = 1;
    bool taken = false;
    while (!taken) {
      taken = top_.m_axi_arready_i != 0;
      collect();
    }
    top_.m_axi_arvalid_o = 0;
  }

  /// One cycle, keeping a beat that the edge hands over.
  void collect() {
    const bool taken = top_.m_axi_rvalid_i != 0 && top_.m_axi_rready_o != 0;
    if (taken) {
      beats_.push_back(
          {top_.m_axi_rdata_i, top_.m_axi_rid_i, top_.m_axi_rresp_i, top_.m_axi_rlast_i});
    }
    cycle();
  }

  void announce_write(uint64_t address, uint8_t len) {
    top_.m_axi_awaddr_o = address;
    top_.m_axi_awlen_o = len;
    top_.m_axi_awvalid_o = 1;
    bool taken = false;
    while (!taken) {
      taken = top_.m_axi_awready_i != 0;
      cycle();
    }
    top_.m_axi_awvalid_o = 0;
  }

  void send(uint8_t value, bool last, uint16_t strobes = 0xffff) {
    top_.m_axi_wdata_o.fill(value);
    top_.m_axi_wstrb_o = strobes;
    top_.m_axi_wlast_o = last ? 1 : 0;
    top_.m_axi_wvalid_o = 1;
    bool taken = false;
    while (!taken) {
      taken = top_.m_axi_wready_i != 0;
      cycle();
    }
    top_.m_axi_wvalid_o = 0;
  }

  int response() {
    while (top_.m_axi_bvalid_i == 0) cycle();
    const int response = top_.m_axi_bresp_i;
    cycle();
    return response;
  }

  struct ReadBeat {
    AxiData data;
    int id;
    int response;
    int last;
  };
  MemoryImage memory_{16384};
  DramModel dram_{dram_config("ideal"), {1000000, kAxiBeat}};
  AxiMaster top_;
  AxiMemory<AxiMaster> axi_;
  uint64_t cycle_ = 0;
  std::vector<ReadBeat> beats_;
};

}  // namespace tercet
