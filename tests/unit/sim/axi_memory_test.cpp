// SPDX-License-Identifier: Apache-2.0
// The AXI memory: data, order, stalls, faults, and every broken rule is seen.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <string>

#include "axi_master.h"

namespace tercet {
namespace {

INSTANTIATE_TEST_SUITE_P(Stalls, AxiMemoryTest,
                         testing::Values(StallMode::kNone, StallMode::kOneInFour,
                                         StallMode::kRandom));

TEST_P(AxiMemoryTest, ReadsComeBackInOrderWithTheirIds) {
  announce_read(0, 3, 0);
  announce_read(4096 - 32, 1, 1);
  announce_read(256, 0, 0);
  while (beats_.size() < 7) collect();
  const std::array<uint64_t, 7> address = {0, 16, 32, 48, 4064, 4080, 256};
  const std::array<int, 7> id = {0, 0, 0, 0, 1, 1, 0};
  const std::array<int, 7> last = {0, 0, 0, 1, 0, 1, 1};
  for (size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(beats_[i].data[5], pattern(address[i] + 5)) << i;
    EXPECT_EQ(beats_[i].id, id[i]) << i;
    EXPECT_EQ(beats_[i].last, last[i]) << i;
    EXPECT_EQ(beats_[i].response, 0) << i;
  }
  EXPECT_TRUE(axi_.quiet());
}

TEST_P(AxiMemoryTest, ABeatWaitsUnchangedForReady) {
  top_.m_axi_rready_o = 0;
  announce_read(512, 2, 1);
  while (top_.m_axi_rvalid_i == 0) cycle();
  for (int i = 0; i < 20; ++i) {
    cycle();
    ASSERT_EQ(top_.m_axi_rvalid_i, 1);
    ASSERT_EQ(top_.m_axi_rdata_i[0], pattern(512));
  }
  top_.m_axi_rready_o = 1;
  while (beats_.size() < 3) collect();
  EXPECT_EQ(beats_[2].data[0], pattern(544));
}

TEST_P(AxiMemoryTest, WritesObeyTheirStrobes) {
  announce_write(1024, 2);
  send(0xaa, false);
  send(0xbb, false, 0x0f00);
  send(0xcc, true, 0x0000);
  EXPECT_EQ(response(), 0);
  for (uint64_t i = 0; i < 48; ++i) {
    const bool second = i >= 24 && i < 28;
    const uint8_t expected = i < 16 ? 0xaa : second ? 0xbb : pattern(1024 + i);
    EXPECT_EQ(memory_.data()[1024 + i], expected) << i;
  }
  EXPECT_TRUE(axi_.quiet());
}

TEST_P(AxiMemoryTest, DataMayComeWithTheirAddress) {
  top_.m_axi_awaddr_o = 2048;
  top_.m_axi_awlen_o = 0;
  top_.m_axi_wlast_o = 1;
  top_.m_axi_wdata_o.fill(0x11);
  top_.m_axi_awvalid_o = top_.m_axi_wvalid_o = 1;
  while (top_.m_axi_awvalid_o != 0 || top_.m_axi_wvalid_o != 0) {
    const bool address = top_.m_axi_awready_i != 0;
    const bool data = top_.m_axi_wready_i != 0;
    cycle();
    if (address) top_.m_axi_awvalid_o = 0;
    if (data) top_.m_axi_wvalid_o = 0;
  }
  EXPECT_EQ(response(), 0);
  EXPECT_EQ(memory_.data()[2048], 0x11);
}

TEST_P(AxiMemoryTest, OutsideIsDecerrAndChangesNothing) {
  announce_read(uint64_t{1} << 39, 0, 0);
  while (beats_.empty()) collect();
  EXPECT_EQ(beats_[0].response, 3);
  announce_write(16384, 0);
  send(0x55, true);
  EXPECT_EQ(response(), 3);
  announce_write(0, 0);
  send(0x55, true);
  EXPECT_EQ(response(), 0);
}

TEST_P(AxiMemoryTest, BrokenRulesAreNamed) {
  const auto expect = [&](const std::string& rule, const std::function<void()>& spoil) {
    const AxiMaster before = top_;
    try {
      spoil();
      ADD_FAILURE() << "not seen: " << rule;
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(rule), std::string::npos) << error.what();
      EXPECT_NE(std::string(error.what()).find("AXI violation on "), std::string::npos);
    }
    const AxiData data = top_.m_axi_rdata_i;
    top_ = before;
    top_.m_axi_rdata_i = data;
  };
  expect("crosses 4 KiB", [&] { announce_read(4096 - 16, 1, 0); });
  expect("not aligned", [&] { announce_read(8, 0, 0); });
  expect("not INCR", [&] {
    top_.m_axi_arburst_o = 2;
    announce_read(0, 0, 0);
  });
  expect("not a full beat", [&] {
    top_.m_axi_awsize_o = 3;
    announce_write(0, 0);
  });
}

TEST_P(AxiMemoryTest, WlastMustBeOnTheLastBeat) {
  announce_write(0, 1);
  try {
    send(1, true);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("WLAST"), std::string::npos);
  }
}

TEST_P(AxiMemoryTest, StrobesMustNotCutAnInt32) {
  announce_write(0, 0);
  EXPECT_THROW(send(1, true, 0x0003), Error);
}

TEST_P(AxiMemoryTest, ValidMustNotFallAndPayloadMustNotChange) {
  // W before AW is never ready: the first cycle always stalls.
  top_.m_axi_wvalid_o = 1;
  cycle();
  top_.m_axi_wvalid_o = 0;
  EXPECT_THROW(axi_.sample(top_, cycle_), Error);
}

TEST_P(AxiMemoryTest, PayloadMustNotChangeWhileStalled) {
  top_.m_axi_wvalid_o = 1;
  cycle();
  top_.m_axi_wdata_o[3] ^= 1;
  EXPECT_THROW(axi_.sample(top_, cycle_), Error);
}

class AxiFaultTest : public AxiMemoryTest {
 protected:
  AxiFaultTest()
      : AxiMemoryTest({{false, 2, BusResponse::kSlverr}, {true, 1, BusResponse::kDecerr}}) {}
};

INSTANTIATE_TEST_SUITE_P(Stalls, AxiFaultTest,
                         testing::Values(StallMode::kNone, StallMode::kRandom));

TEST_P(AxiFaultTest, FaultsHitTheirBeat) {
  announce_read(0, 3, 0);
  while (beats_.size() < 4) collect();
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(beats_[i].response, i == 2 ? 2 : 0);
  announce_write(0, 1);
  send(1, false);
  send(2, true);
  EXPECT_EQ(response(), 3);
  announce_write(0, 0);
  send(1, true);
  EXPECT_EQ(response(), 0);
}

}  // namespace
}  // namespace tercet
