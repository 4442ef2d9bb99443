// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_axil.sv: both channels of the register bus under every stall.
#include "Vaxil.h"
#include "bench.h"

namespace tercet {
namespace {

/// The register that answers in this test: its value follows from the address.
uint32_t value_at(uint32_t address) { return address * 0x01010101u ^ 0x5a5a5a5a; }
bool error_at(uint32_t address) { return address % 7 == 0; }

struct Access {
  uint32_t address, data, strobes;
};

TEST_CASE("AXI-Lite port carries every access once and answers each in order") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  const StallMode master = GENERATE(stall_modes());
  const StallMode answer = GENERATE(stall_modes());
  AxiStalls stalls(master, seed);
  Stall b_stall(answer, seed + 1), r_stall(answer, seed + 2);
  Stall port_stall(GENERATE(StallMode::kNone, StallMode::kRandom), seed + 3);
  Bench<Vaxil> axil;
  const auto draw = [&] {
    return Access{static_cast<uint32_t>(rng.below(1024) * 4), static_cast<uint32_t>(rng.next()),
                  rng.below(3) == 0 ? static_cast<uint32_t>(rng.below(16)) : 15u};
  };
  Access write = draw(), read = draw();
  bool b_open = false, r_open = false;
  uint32_t b_error = 0, r_error = 0, r_value = 0;
  int writes = 0, reads = 0;
  for (int i = 0; writes < 100 || reads < 100; ++i) {
    REQUIRE(i < 5000);
    const auto cycle = static_cast<uint64_t>(i);
    // A master may raise AW and W apart and must keep them; what is raised stays.
    axil->awvalid_i |= !stalls.stalled(AxiChannel::kAw, cycle);
    axil->wvalid_i |= !stalls.stalled(AxiChannel::kW, cycle);
    axil->arvalid_i |= !stalls.stalled(AxiChannel::kAr, cycle);
    axil->awaddr_i = static_cast<uint16_t>(write.address);
    axil->wdata_i = write.data;
    axil->wstrb_i = static_cast<uint8_t>(write.strobes);
    axil->araddr_i = static_cast<uint16_t>(read.address);
    axil->bready_i = !b_stall();
    axil->rready_i = !r_stall();
    axil.settle();
    axil->error_i = error_at(axil->addr_o);
    axil->rdata_i = value_at(axil->addr_o);
    axil->ready_i = !port_stall();
    axil.settle();

    REQUIRE(axil->bvalid_o == b_open);
    if (b_open) REQUIRE(axil->bresp_o == b_error);
    REQUIRE(axil->rvalid_o == r_open);
    if (r_open) REQUIRE((axil->rresp_o == r_error && axil->rdata_o == r_value));
    REQUIRE(!(axil->write_o && axil->read_o));
    const bool aw = axil->awvalid_i && axil->awready_o, w = axil->wvalid_i && axil->wready_o;
    const bool ar = axil->arvalid_i && axil->arready_o;
    const bool write_now = axil->write_o && axil->ready_i, read_now = axil->read_o && axil->ready_i;
    REQUIRE((aw == write_now && w == write_now && ar == read_now));
    if (b_open && axil->bready_i) b_open = false;
    if (r_open && axil->rready_i) r_open = false;
    if (write_now) {
      REQUIRE((axil->addr_o == write.address && axil->wdata_o == write.data));
      REQUIRE(axil->partial_o == (write.strobes != 15));
      b_open = true;
      b_error = error_at(write.address) ? 2 : 0;
      write = draw();
      ++writes;
    }
    if (read_now) {
      REQUIRE(axil->addr_o == read.address);
      r_open = true;
      r_error = error_at(read.address) ? 2 : 0;
      r_value = error_at(read.address) ? 0 : value_at(read.address);
      read = draw();
      ++reads;
    }
    axil.tick();
    if (aw) axil->awvalid_i = axil->wvalid_i = 0;
    if (ar) axil->arvalid_i = 0;
  }
}

}  // namespace
}  // namespace tercet
