// SPDX-License-Identifier: Apache-2.0
// rtl/control/tercet_csr.sv against docs/registers.md: every register, every offset.
#include <map>

#include "csr_bench.h"

namespace tercet {
namespace {

constexpr uint32_t kGeometry = 0x4344;
constexpr uint32_t kConfigHash = 0x233d3e73;
constexpr uint32_t kIdle = 1;  // STATUS.idle

struct Register {
  uint32_t reset = 0;
  uint32_t writable = 0;   // bits that keep what is written
  bool read_only = false;  // a write is an error
};

const std::map<uint32_t, Register>& registers() {
  static const std::map<uint32_t, Register> kRegisters = [] {
    std::map<uint32_t, Register> map = {
        {TERCET_CSR_ID, {TERCET_HW_ID, 0, true}},
        {TERCET_CSR_VERSION, {TERCET_HW_VERSION, 0, true}},
        {TERCET_CSR_CONFIG_HASH, {kConfigHash, 0, true}},
        {TERCET_CSR_GEOMETRY, {kGeometry, 0, true}},
        {TERCET_CSR_CTRL, {0, 1, false}},
        {TERCET_CSR_STATUS, {kIdle, 0, true}},
        {TERCET_CSR_IRQ, {0, 0, false}},
        {TERCET_CSR_ERROR, {0, 0, true}},
        {TERCET_CSR_STARTED, {0, 0, true}},
        {TERCET_CSR_COMPLETED, {0, 0, true}},
        {TERCET_CSR_CMD_M, {0, TERCET_MAX_CMD_M, false}},
        {TERCET_CSR_CMD_N, {0, TERCET_MAX_CMD_N, false}},
        {TERCET_CSR_CMD_K, {0, TERCET_MAX_CMD_K, false}},
        {TERCET_CSR_CMD_MTILE, {0, TERCET_MAX_CMD_MTILE, false}},
        {TERCET_CSR_CMD_FLAGS, {0, 1, false}},
        {TERCET_CSR_CMD_WBEATS, {0, 0xffffffff, false}},
        {TERCET_CSR_CMD_ACT_LO, {0, 0xffffffff, false}},
        {TERCET_CSR_CMD_ACT_HI, {0, TERCET_MAX_CMD_ACT_HI, false}},
        {TERCET_CSR_CMD_WGT_LO, {0, 0xffffffff, false}},
        {TERCET_CSR_CMD_WGT_HI, {0, TERCET_MAX_CMD_WGT_HI, false}},
        {TERCET_CSR_CMD_OUT_LO, {0, 0xffffffff, false}},
        {TERCET_CSR_CMD_OUT_HI, {0, TERCET_MAX_CMD_OUT_HI, false}},
        {TERCET_CSR_START, {0, 0, false}},
    };
    for (uint32_t i = 0; i < 2 * TERCET_COUNTER_COUNT; ++i) {
      map[TERCET_COUNTER_BASE + 4 * i] = {0, 0, true};
    }
    return map;
  }();
  return kRegisters;
}

bool is_command(uint32_t offset) {
  return offset >= TERCET_CSR_CMD_M && offset <= TERCET_CSR_START;
}

/// Every register's value.
std::map<uint32_t, uint32_t> all(Csr& csr) {
  std::map<uint32_t, uint32_t> values;
  for (const auto& [offset, unused] : registers()) values[offset] = csr.value(offset);
  return values;
}

TEST_CASE("Registers have their reset values") {
  Csr csr;
  for (const auto& [offset, reg] : registers()) {
    INFO("offset " << offset);
    REQUIRE(csr.value(offset) == reg.reset);
  }
}

TEST_CASE("Registers keep the bits that are writable and no others") {
  Csr csr;
  Rng rng(test_seed());
  for (const auto& [offset, reg] : registers()) {
    if (reg.read_only) continue;
    INFO("offset " << offset);
    for (const uint32_t value : {0xffffffffu, 0u, 0xaaaaaaaau, static_cast<uint32_t>(rng.next())}) {
      // START begins a command with bit 0.
      REQUIRE(csr.write(offset, offset == TERCET_CSR_START ? value & ~1u : value));
      REQUIRE(csr.value(offset) == (value & reg.writable));
    }
  }
}

TEST_CASE("Registers refuse every access that is not theirs and change nothing") {
  Csr csr;
  for (const auto& [offset, reg] : registers()) {
    if (reg.writable != 0) REQUIRE(csr.write(offset, 0x1234567 * (offset + 1)));
  }
  const auto before = all(csr);
  for (uint32_t offset = 0; offset < 4096; ++offset) {
    INFO("offset " << offset);
    const auto reg = registers().find(offset);
    uint32_t value = 0;
    REQUIRE(csr.read(offset, &value) == (reg != registers().end()));
    REQUIRE_FALSE(csr.write(offset, 0xffffffff, true));  // partial
    if (reg == registers().end() || reg->second.read_only) {
      REQUIRE_FALSE(csr.write(offset, 0xffffffff));
    }
  }
  REQUIRE(all(csr) == before);
  REQUIRE(csr->pending_o == 0);
}

TEST_CASE("Command registers reach the engine and freeze while a start is pending") {
  Csr csr;
  REQUIRE(csr.write(TERCET_CSR_CMD_M, 0x12345));
  REQUIRE(csr.write(TERCET_CSR_CMD_N, 0x1234567));
  REQUIRE(csr.write(TERCET_CSR_CMD_K, 0xfedc));
  REQUIRE(csr.write(TERCET_CSR_CMD_MTILE, 0x17));
  REQUIRE(csr.write(TERCET_CSR_CMD_FLAGS, 1));
  REQUIRE(csr.write(TERCET_CSR_CMD_WBEATS, 0x89abcdef));
  for (const uint32_t lo : {TERCET_CSR_CMD_ACT_LO, TERCET_CSR_CMD_WGT_LO, TERCET_CSR_CMD_OUT_LO}) {
    REQUIRE(csr.write(lo, 0x80000000u + lo));
    REQUIRE(csr.write(lo + 4, 0x40 + lo));
  }
  REQUIRE((csr->m_o == 0x2345 && csr->n_o == 0x234567 && csr->k_o == 0xfedc));
  REQUIRE((csr->m_tile_o == 0x17 && csr->trit5_o == 1 && csr->wbeats_o == 0x89abcdef));
  const auto address = [](uint64_t lo) { return (0x40 + lo) % 256 << 32 | (0x80000000u + lo); };
  REQUIRE(csr->act_o == address(TERCET_CSR_CMD_ACT_LO));
  REQUIRE(csr->wgt_o == address(TERCET_CSR_CMD_WGT_LO));
  REQUIRE(csr->out_o == address(TERCET_CSR_CMD_OUT_LO));

  csr->empty_i = 0;
  REQUIRE(csr.write(TERCET_CSR_START, 0));
  REQUIRE(csr->pending_o == 0);
  REQUIRE(csr.write(TERCET_CSR_START, 1));
  REQUIRE(csr->pending_o == 1);
  const auto before = all(csr);
  REQUIRE(tercet_status_unpack(before.at(TERCET_CSR_STATUS)).start_pending == 1);
  for (const auto& [offset, reg] : registers()) {
    INFO("offset " << offset);
    if (is_command(offset)) REQUIRE_FALSE(csr.write(offset, 0x55));
  }
  REQUIRE(all(csr) == before);
  REQUIRE(csr.write(TERCET_CSR_CTRL, 0));  // the others are free
  csr.pulse(csr->taken_i);
  REQUIRE(csr->pending_o == 0);
  REQUIRE(csr.value(TERCET_CSR_STARTED) == 1);
  REQUIRE(csr.write(TERCET_CSR_CMD_M, 7));
  REQUIRE(csr.write(TERCET_CSR_START, 1));
  csr.pulse(csr->flush_i);
  REQUIRE(csr->pending_o == 0);
}

}  // namespace
}  // namespace tercet
