// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_host_port.sv: registers, and windows to the core's memories.
#include <vector>

#include "Vhost_port.h"
#include "bench.h"
#include "tercet_hw.h"

namespace tercet {
namespace {

constexpr uint32_t kItcmEnd = TERCET_HOST_ITCM_WINDOW + TERCET_CORE_ITCM_BYTES;
constexpr uint32_t kDtcmEnd = TERCET_HOST_DTCM_WINDOW + TERCET_CORE_DTCM_BYTES;

struct Answer {
  bool error = false;
  uint32_t data = 0;
  int cycles = 0;
};

/// The unit with the memories behind it, whose data come one cycle after the request.
class HostPort : public Bench<Vhost_port> {
 public:
  std::vector<uint32_t> itcm = std::vector<uint32_t>(TERCET_CORE_ITCM_BYTES / 4);
  std::vector<uint32_t> dtcm = std::vector<uint32_t>(TERCET_CORE_DTCM_BYTES / 4);
  int register_accesses = 0;

  HostPort() : Bench(1000000) { top().stopped_i = top().reg_ready_i = 1; }

  /// One cycle of a request; true if it was answered.
  bool step(bool write, uint32_t address, uint32_t data, bool partial, Answer* answer) {
    top().write_i = write;
    top().read_i = !write;
    top().addr_i = address;
    top().partial_i = partial;
    top().reg_rdata_i = address ^ 0x5a5a;
    settle();
    top().reg_error_i = address % 12 == 0;
    settle();
    const bool in_registers = address < 4096;
    REQUIRE(top().reg_write_o == (in_registers && write));
    REQUIRE(top().reg_read_o == (in_registers && !write));
    register_accesses += in_registers;
    ++answer->cycles;
    const bool ready = top().ready_o;
    answer->error = top().error_o;
    answer->data = top().rdata_o;
    uint32_t next = 0xdeadbeef;  // what the memories put out without a request
    if (top().load_valid_o) {
      REQUIRE(top().stopped_i == 1);
      auto& memory = top().load_data_o ? dtcm : itcm;
      uint32_t& word = memory.at(address % 0x10000 / 4);
      if (write) {
        word = data;
      } else {
        next = word;
      }
    }
    tick();
    top().load_rdata_i = next;
    top().write_i = top().read_i = 0;
    return ready;
  }

  Answer access(bool write, uint32_t address, uint32_t data = 0, bool partial = false) {
    Answer answer;
    while (!step(write, address, data, partial, &answer)) REQUIRE(answer.cycles < 3);
    return answer;
  }
};

TEST_CASE("Windows read what was written, a read in one cycle more than a register's") {
  Rng rng(test_seed());
  HostPort port;
  std::vector<uint32_t> addresses;
  for (uint32_t at = TERCET_HOST_ITCM_WINDOW; at < kItcmEnd; at += 4) addresses.push_back(at);
  for (uint32_t at = TERCET_HOST_DTCM_WINDOW; at < kDtcmEnd; at += 4) addresses.push_back(at);
  std::vector<uint32_t> values;
  for (const uint32_t at : addresses) {
    values.push_back(static_cast<uint32_t>(rng.next()));
    const Answer answer = port.access(true, at, values.back());
    REQUIRE((!answer.error && answer.cycles == 1));
  }
  for (size_t i = 0; i < addresses.size(); ++i) {
    const Answer answer = port.access(false, addresses[i]);
    REQUIRE((!answer.error && answer.cycles == 2));
    REQUIRE(answer.data == values[i]);
  }
  for (uint32_t at = 0; at < 4096; at += 4) {
    const bool write = rng.below(2) != 0;
    const Answer answer = port.access(write, at);
    REQUIRE((answer.cycles == 1 && answer.error == (at % 12 == 0)));
    if (!write) REQUIRE(answer.data == (at ^ 0x5a5a));
  }
  REQUIRE(port.register_accesses == 1024);
}

TEST_CASE("Windows refuse parts of words, a running core and all other addresses") {
  Rng rng(test_seed());
  HostPort port;
  const auto refused = [&port](bool write, uint32_t at, bool partial) {
    const auto itcm = port.itcm, dtcm = port.dtcm;
    const Answer answer = port.access(write, at, 0x12345678, partial);
    return answer.error && answer.cycles == 1 && port.itcm == itcm && port.dtcm == dtcm;
  };
  for (const uint32_t base : {TERCET_HOST_ITCM_WINDOW, TERCET_HOST_DTCM_WINDOW}) {
    REQUIRE(refused(true, base + 8, true));
    REQUIRE(refused(true, base + 9, false));
    REQUIRE(refused(false, base + 10, false));
    REQUIRE_FALSE(port.access(false, base + 8, 0, true).error);  // reads have no strobes
  }
  for (const uint32_t at : {0x1000u, 0xfffcu, kItcmEnd, 0x1fffcu, kDtcmEnd, 0x30000u, 0x3fffcu}) {
    INFO("address " << at);
    REQUIRE((refused(true, at, false) && refused(false, at, false)));
  }
  port->stopped_i = 0;
  for (int i = 0; i < 100; ++i) {
    const auto word = static_cast<uint32_t>(rng.below(TERCET_CORE_DTCM_BYTES / 4));
    const uint32_t base = rng.below(2) != 0 ? TERCET_HOST_ITCM_WINDOW : TERCET_HOST_DTCM_WINDOW;
    REQUIRE(refused(rng.below(2) != 0, base + 4 * word, false));
  }
}

TEST_CASE("A register's access waits for the registers, a window's does not") {
  HostPort port;
  port->reg_ready_i = 0;
  for (const bool write : {false, true}) {
    Answer answer;
    for (int i = 0; i < 3; ++i) REQUIRE_FALSE(port.step(write, 0x40, 0, false, &answer));
    REQUIRE(port.access(write, TERCET_HOST_DTCM_WINDOW).cycles == (write ? 1 : 2));
    port->reg_ready_i = 1;
    REQUIRE(port.step(write, 0x40, 0, false, &answer));
    port->reg_ready_i = 0;
  }
}

TEST_CASE("A window's read that gives way to a write starts again") {
  HostPort port;
  port.itcm[3] = 0x33333333;
  port.dtcm[5] = 0x55555555;
  for (const uint32_t between : {TERCET_HOST_DTCM_WINDOW + 24u, 0x40u}) {
    Answer first, write;
    REQUIRE_FALSE(port.step(false, TERCET_HOST_ITCM_WINDOW + 12, 0, false, &first));
    REQUIRE(port.step(true, between, 0x66666666, false, &write));
    const Answer again = port.access(false, TERCET_HOST_ITCM_WINDOW + 12);
    REQUIRE((again.cycles == 2 && again.data == 0x33333333));
  }
  REQUIRE(port.dtcm[6] == 0x66666666);
  // One right after the other.
  REQUIRE(port.access(false, TERCET_HOST_ITCM_WINDOW + 12).data == 0x33333333);
  REQUIRE(port.access(false, TERCET_HOST_DTCM_WINDOW + 20).data == 0x55555555);
}

}  // namespace
}  // namespace tercet
