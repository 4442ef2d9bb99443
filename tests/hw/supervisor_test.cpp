// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_supervisor.sv: errors and resets wait for the bus.
#include "Vsupervisor.h"
#include "bench.h"
#include "tercet_hw.h"

namespace tercet {
namespace {

class Supervisor : public Bench<Vsupervisor> {
 public:
  Supervisor() { top().bus_quiet_i = 1; }

  void raise(unsigned code) {
    top().error_i = 1;
    top().code_i = static_cast<uint8_t>(code);
    tick();
    top().error_i = 0;
  }
  void soft_reset() {
    top().soft_reset_i = 1;
    tick();
    top().soft_reset_i = 0;
  }
  /// Ticks until the reset has taken effect.
  void expect_reset() {
    settle();
    for (int i = 0; top().reset_o == 0; ++i) {
      REQUIRE(i < 4);
      REQUIRE(top().raised_o == 0);
      tick();
    }
    REQUIRE(top().flush_o == 1);
    tick();
    REQUIRE(top().running_o == 1);
    REQUIRE((top().halt_o || top().flush_o || top().reset_o || top().error_o) == 0);
    REQUIRE(top().code_o == TERCET_ERR_NONE);
  }
};

TEST_CASE("Supervisor drains the bus after an error, then halts until a soft reset") {
  Supervisor supervisor;
  REQUIRE(supervisor->running_o == 1);
  const int busy = GENERATE(0, 1, 7);
  supervisor->bus_quiet_i = busy == 0;
  supervisor.raise(TERCET_ERR_READ_DECERR);
  supervisor.raise(TERCET_ERR_WRITE_SLVERR);  // the first code stays
  for (int i = 1; i < busy; ++i) {
    REQUIRE(supervisor->halt_o == 1);
    REQUIRE((supervisor->flush_o || supervisor->raised_o || supervisor->running_o) == 0);
    supervisor.tick();
  }
  supervisor->bus_quiet_i = 1;
  supervisor.settle();
  REQUIRE(supervisor->raised_o == (busy > 0));
  if (busy > 0) supervisor.tick();
  for (int i = 0; i < 5; ++i) {
    REQUIRE((supervisor->halt_o && supervisor->flush_o && supervisor->error_o) == 1);
    REQUIRE(supervisor->code_o == TERCET_ERR_READ_DECERR);
    REQUIRE((supervisor->raised_o || supervisor->reset_o) == 0);
    supervisor.raise(TERCET_ERR_BAD_TILE);
  }
  supervisor.soft_reset();
  supervisor.expect_reset();
}

TEST_CASE("Supervisor holds a soft reset back until the bus is quiet") {
  Supervisor supervisor;
  supervisor->bus_quiet_i = 0;
  supervisor.soft_reset();
  for (int i = 0; i < 5; ++i) {
    REQUIRE(supervisor->halt_o == 1);
    REQUIRE((supervisor->flush_o || supervisor->running_o) == 0);
    supervisor.tick();
  }
  supervisor.raise(TERCET_ERR_READ_SLVERR);  // an error on the way out is forgotten
  supervisor->bus_quiet_i = 1;
  supervisor.expect_reset();
}

TEST_CASE("Supervisor prefers a reset that comes while it drains an error") {
  Supervisor supervisor;
  supervisor->bus_quiet_i = 0;
  supervisor.raise(TERCET_ERR_WRITE_DECERR);
  supervisor.tick();
  const bool same_cycle = GENERATE(false, true);
  if (!same_cycle) supervisor.soft_reset();
  supervisor->bus_quiet_i = 1;
  supervisor->soft_reset_i = same_cycle;
  supervisor.settle();
  REQUIRE(supervisor->raised_o == 0);
  supervisor.tick();
  supervisor->soft_reset_i = 0;
  supervisor.expect_reset();
}

}  // namespace
}  // namespace tercet
