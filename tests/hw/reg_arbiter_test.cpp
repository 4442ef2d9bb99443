// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_reg_arbiter.sv: host and core at the registers, each access once and soon.
#include <cstdlib>

#include "Vreg_arbiter.h"
#include "bench.h"
#include "tercet_hw.h"

namespace tercet {
namespace {

/// Two banks of registers, of which every seventh answers with an error.
uint32_t engine_value(uint32_t offset) { return offset * 0x01010101u ^ 0x5a5a5a5a; }
uint32_t control_value(uint32_t offset) { return offset * 0x00fedcbau ^ 0xc0ffee00; }
bool error_at(uint32_t offset) { return offset / 4 % 7 == 0; }

struct Access {
  bool open = false;
  bool write = false;
  uint32_t offset = 0;
  uint32_t data = 0;
  bool whole = true;
};

Access draw(Rng& rng) {
  return {true, rng.below(2) != 0, static_cast<uint32_t>(rng.below(1024) * 4),
          static_cast<uint32_t>(rng.next()), rng.below(5) != 0};
}

TEST_CASE("Register arbiter passes each access on once, after a cycle's wait at most") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  const StallMode host_mode = GENERATE(stall_modes());
  const StallMode core_mode = GENERATE(stall_modes());
  Stall host_stall(host_mode, seed);
  Stall core_stall(core_mode, seed + 1);
  Bench<Vreg_arbiter> arbiter;
  Access host, core;
  int host_waits = 0, core_waits = 0;  // of the accesses that are open
  int waited = 0, host_accesses = 0, core_accesses = 0;
  for (int i = 0; i < 20000; ++i) {
    if (!host.open && !host_stall()) host = draw(rng), host_waits = 0;
    // A read may give way to a write, and then asks again.
    if (host.open && !host.write && rng.below(8) == 0) host = draw(rng);
    if (!core.open && !core_stall()) core = draw(rng), core_waits = 0;
    const bool host_asks = host.open;
    arbiter->host_write_i = host_asks && host.write;
    arbiter->host_read_i = host_asks && !host.write;
    arbiter->host_addr_i = static_cast<uint16_t>(host.offset);
    arbiter->host_wdata_i = host.data;
    arbiter->host_partial_i = !host.whole;
    arbiter->core_valid_i = core.open;
    arbiter->core_write_i = core.write;
    arbiter->core_addr_i = static_cast<uint16_t>(core.offset);
    arbiter->core_wdata_i = core.data;
    arbiter->core_strb_i = core.whole ? 15 : static_cast<uint8_t>(rng.below(15));
    arbiter.settle();
    const uint32_t offset = arbiter->addr_o;
    arbiter->engine_error_i = error_at(offset);
    arbiter->engine_rdata_i = engine_value(offset);
    arbiter->control_error_i = error_at(offset + 4);
    arbiter->control_rdata_i = control_value(offset);
    arbiter.settle();

    // The host goes first, unless the core has waited for it.
    const bool host_goes = host_asks && !(core.open && core_waits != 0);
    REQUIRE(arbiter->host_ready_o == host_goes);
    REQUIRE(arbiter->core_ready_o == !host_goes);
    const Access& served = host_goes ? host : core;
    // The core's parts of words reach no register.
    const bool reaches = served.open && (host_goes || served.whole);
    const bool control = served.offset >= TERCET_CSR_CORE_CTRL;
    REQUIRE(arbiter->engine_write_o == (reaches && served.write && !control));
    REQUIRE(arbiter->engine_read_o == (reaches && !served.write && !control));
    REQUIRE(arbiter->control_write_o == (reaches && served.write && control));
    if (!served.open) {
      arbiter.tick();
      continue;
    }
    REQUIRE((offset == served.offset && arbiter->wdata_o == served.data));
    REQUIRE(arbiter->partial_o == (host_goes && !host.whole));
    const bool error = control ? error_at(offset + 4) : error_at(offset);
    REQUIRE(arbiter->rdata_o == (control ? control_value(offset) : engine_value(offset)));
    if (host_goes) {
      REQUIRE(arbiter->host_error_o == error);
      host.open = false;
      waited += core.open;
      core_waits += core.open;
      ++host_accesses;
    } else {
      REQUIRE(arbiter->core_error_o == (error || !served.whole));
      core.open = false;
      waited += host_asks;
      host_waits += host_asks;
      ++core_accesses;
    }
    REQUIRE((host_waits <= 1 && core_waits <= 1));
    arbiter.tick();
  }
  REQUIRE((host_accesses > 100 && core_accesses > 100));
  // In step with each other, one in four, they may never meet.
  if (host_mode != core_mode || host_mode != StallMode::kOneInFour) REQUIRE(waited > 100);
  if (host_mode == StallMode::kNone && core_mode == StallMode::kNone) {
    REQUIRE(std::abs(host_accesses - core_accesses) <= 1);  // in turns
  }
}

}  // namespace
}  // namespace tercet
