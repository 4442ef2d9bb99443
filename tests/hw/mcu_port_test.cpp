// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_mcu_port.sv: where the control core's bus leads.
#include "Vmcu_port.h"
#include "bench.h"
#include "tercet_hw.h"

namespace tercet {
namespace {

constexpr uint32_t kBufferBytes = 256;
constexpr uint32_t kRegisterBytes = 4096;

TEST_CASE("Core's bus leads to registers and buffer; all else is an error at once") {
  Rng rng(test_seed());
  Unit<Vmcu_port> port;
  std::vector<uint32_t> addresses;
  for (const uint32_t base :
       {0u, uint32_t{TERCET_CORE_BASE_DTCM}, uint32_t{TERCET_CORE_BASE_TIMER},
        uint32_t{TERCET_CORE_BASE_REGISTERS}, uint32_t{TERCET_CORE_BASE_REGISTERS} + kRegisterBytes,
        uint32_t{TERCET_CORE_BASE_MOVER} + kBufferBytes, 0x80000000u}) {
    for (uint32_t i = 0; i < 16; ++i) addresses.push_back(base - 8 + i);
  }
  for (int i = 0; i < 200; ++i) {
    const uint32_t offset = static_cast<uint32_t>(rng.below(0x4000));
    addresses.push_back(TERCET_CORE_BASE_TIMER + offset);
    addresses.push_back(static_cast<uint32_t>(rng.next()));
  }
  for (const uint32_t address : addresses) {
    INFO("address " << address);
    for (uint32_t inputs = 0; inputs < 32; ++inputs) {
      port->valid_i = inputs & 1;
      port->addr_i = address;
      port->reg_ready_i = inputs >> 1 & 1;
      port->reg_error_i = inputs >> 2 & 1;
      port->buffer_ready_i = inputs >> 3 & 1;
      port->buffer_error_i = inputs >> 4 & 1;
      port->reg_rdata_i = 0x1111;
      port->buffer_rdata_i = 0x2222;
      port.settle();
      const bool registers = address - TERCET_CORE_BASE_REGISTERS < kRegisterBytes;
      const bool buffer = address - TERCET_CORE_BASE_MOVER < kBufferBytes;
      REQUIRE(port->reg_valid_o == (port->valid_i && registers));
      REQUIRE(port->buffer_valid_o == (port->valid_i && buffer));
      if (registers) {
        REQUIRE((port->ready_o == port->reg_ready_i && port->error_o == port->reg_error_i));
        REQUIRE(port->rdata_o == 0x1111);
      } else if (buffer) {
        REQUIRE((port->ready_o == port->buffer_ready_i && port->error_o == port->buffer_error_i));
        REQUIRE(port->rdata_o == 0x2222);
      } else {
        REQUIRE((port->ready_o && port->error_o));
      }
    }
  }
}

}  // namespace
}  // namespace tercet
