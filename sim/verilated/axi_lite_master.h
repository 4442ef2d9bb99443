// SPDX-License-Identifier: Apache-2.0
// One access at a time over a Verilated machine's AXI4-Lite port.
#pragma once

#include <cstdint>

#include "base/error.h"
#include "host_driver/transport.h"

namespace tercet {

/// `Clock` has tick(), one cycle, and settle(), which lets outputs follow inputs within a cycle.
/// Throws Error if the machine does not answer within kLimit cycles.
template <class Top, class Clock>
class AxiLiteMaster {
 public:
  static constexpr int kLimit = 1000;

  AxiLiteMaster(Top& top, Clock& clock) : top_(top), clock_(clock) {}

  void reset() {
    top_.s_axil_awvalid_i = 0;
    top_.s_axil_wvalid_i = 0;
    top_.s_axil_bready_i = 0;
    top_.s_axil_arvalid_i = 0;
    top_.s_axil_rready_i = 0;
    top_.s_axil_awaddr_i = 0;
    top_.s_axil_araddr_i = 0;
    top_.s_axil_wdata_i = 0;
    top_.s_axil_wstrb_i = 0;
  }

  BusResponse read(uint32_t offset, uint32_t* value) {
    top_.s_axil_araddr_i = offset;
    top_.s_axil_arvalid_i = 1;
    top_.s_axil_rready_i = 1;
    int left = kLimit;
    for (bool taken = false; !taken;) {
      clock_.settle();
      taken = top_.s_axil_arready_o != 0;
      step(&left, "read address", offset);
    }
    top_.s_axil_arvalid_i = 0;
    while (top_.s_axil_rvalid_o == 0) step(&left, "read data", offset);
    *value = top_.s_axil_rdata_o;
    const auto response = static_cast<BusResponse>(top_.s_axil_rresp_o);
    clock_.tick();
    top_.s_axil_rready_i = 0;
    return response;
  }

  BusResponse write(uint32_t offset, uint32_t value) {
    constexpr uint8_t kAllBytes = 0xf;
    top_.s_axil_awaddr_i = offset;
    top_.s_axil_wdata_i = value;
    top_.s_axil_wstrb_i = kAllBytes;
    top_.s_axil_awvalid_i = 1;
    top_.s_axil_wvalid_i = 1;
    top_.s_axil_bready_i = 1;
    int left = kLimit;
    while (top_.s_axil_awvalid_i != 0 || top_.s_axil_wvalid_i != 0) {
      clock_.settle();
      const bool address_taken = top_.s_axil_awready_o != 0;
      const bool data_taken = top_.s_axil_wready_o != 0;
      step(&left, "write", offset);
      if (address_taken) top_.s_axil_awvalid_i = 0;
      if (data_taken) top_.s_axil_wvalid_i = 0;
    }
    while (top_.s_axil_bvalid_o == 0) step(&left, "write response", offset);
    const auto response = static_cast<BusResponse>(top_.s_axil_bresp_o);
    clock_.tick();
    top_.s_axil_bready_i = 0;
    return response;
  }

 private:
  void step(int* left, const char* what, uint32_t offset) {
    if ((*left)-- == 0) {
      fail("AXI4-Lite: no {} handshake for register {:#07x} in {} cycles", what, offset, kLimit);
    }
    clock_.tick();
  }

  Top& top_;
  Clock& clock_;
};

}  // namespace tercet
