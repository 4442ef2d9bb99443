// SPDX-License-Identifier: Apache-2.0
// rtl/memory/tercet_read_port.sv: two streams and the mover over one AXI read port.
#include "Vread_port.h"
#include "axi_slave.h"

namespace tercet {
namespace {

constexpr uint32_t kBeat = 16;
constexpr uint32_t kMaxOutstanding = 4;

struct Request {
  Burst burst;
  bool last = false;
  bool trit5 = false;
};

/// The unit between three sources of requests and a slave; every beat is checked.
class ReadPort : public Bench<Vread_port> {
 public:
  ReadSlave slave;
  std::array<std::deque<Request>, 3> waiting;    ///< by AXI id
  std::array<std::deque<Request>, 3> under_way;  ///< taken by the port
  std::array<size_t, 3> most{};                  ///< bursts under way at a time

  ReadPort(StallMode mode, uint64_t seed) : slave(kBeat, 10, mode, seed) {}

  void step(bool weights, bool acts, bool mover = false) {
    Vread_port& top = this->top();
    slave.drive();
    offer(weights, acts, mover);
    top.arready_i = slave.ar_ready;
    top.rvalid_i = slave.r_valid;
    top.rid_i = slave.r_id;
    top.rlast_i = slave.r_last;
    top.rresp_i = slave.r_response;
    settle();
    take(TERCET_AXI_ID_WEIGHT, top.wgt_valid_i && top.wgt_ready_o);
    take(TERCET_AXI_ID_ACT, top.act_valid_i && top.act_ready_o);
    take(TERCET_AXI_ID_MOVER, top.mover_valid_i && top.mover_ready_o);
    const int taken = (top.wgt_valid_i && top.wgt_ready_o) + (top.act_valid_i && top.act_ready_o) +
                      (top.mover_valid_i && top.mover_ready_o);
    REQUIRE(taken <= 1);
    if (top.mover_valid_i && taken != 0) REQUIRE(top.mover_ready_o);
    slave.sample(top.arvalid_o, {top.araddr_o, top.arid_o, top.arlen_o, 4, 1});
    check_beat();
    tick();
    REQUIRE(top.quiet_o == (under_way[0].empty() && under_way[1].empty()));
  }

 private:
  /// The mover asks only when its burst before has ended.
  void offer(bool weights, bool acts, bool mover) {
    Vread_port& top = this->top();
    auto& moves = waiting[TERCET_AXI_ID_MOVER];
    top.mover_valid_i = mover && !moves.empty() && under_way[TERCET_AXI_ID_MOVER].empty();
    if (top.mover_valid_i) {
      top.mover_addr_i = moves.front().burst.address;
      top.mover_len_i = static_cast<uint8_t>(moves.front().burst.beats - 1);
    }
    top.wgt_valid_i = weights && !waiting[TERCET_AXI_ID_WEIGHT].empty();
    if (top.wgt_valid_i) {
      const Request& request = waiting[TERCET_AXI_ID_WEIGHT].front();
      top.wgt_addr_i = request.burst.address;
      top.wgt_len_i = static_cast<uint8_t>(request.burst.beats - 1);
      top.wgt_last_i = request.last;
      top.wgt_trit5_i = request.trit5;
    }
    top.act_valid_i = acts && !waiting[TERCET_AXI_ID_ACT].empty();
    if (top.act_valid_i) {
      const Request& request = waiting[TERCET_AXI_ID_ACT].front();
      top.act_addr_i = request.burst.address;
      top.act_len_i = static_cast<uint8_t>(request.burst.beats - 1);
    }
  }
  void take(uint32_t id, bool taken) {
    if (!taken) return;
    under_way[id].push_back(waiting[id].front());
    waiting[id].pop_front();
    most[id] = std::max(most[id], under_way[id].size());
    REQUIRE(under_way[id].size() <= kMaxOutstanding);
  }
  void check_beat() {
    Vread_port& top = this->top();
    const bool weight = slave.r_id == TERCET_AXI_ID_WEIGHT;
    REQUIRE(top.wgt_beat_o == (slave.r_valid && weight));
    REQUIRE(top.act_beat_o == (slave.r_valid && slave.r_id == TERCET_AXI_ID_ACT));
    REQUIRE(top.mover_beat_o == (slave.r_valid && slave.r_id == TERCET_AXI_ID_MOVER));
    REQUIRE(top.error_o == (slave.r_valid && slave.r_response >= 2 && !top.mover_beat_o));
    if (!slave.r_valid) return;
    Request& request = under_way[slave.r_id].front();
    REQUIRE(slave.r_address == request.burst.address);
    request.burst.address += kBeat;
    if (weight) {
      REQUIRE(top.wgt_beat_last_o == (request.last && slave.r_last));
      REQUIRE(top.wgt_beat_trit5_o == request.trit5);
    }
    if (slave.r_last) under_way[slave.r_id].pop_front();
  }
};

std::deque<Request> random_requests(uint32_t count, Rng& rng) {
  std::deque<Request> requests;
  for (uint32_t i = 0; i < count; ++i) {
    const auto beats = static_cast<uint32_t>(1 + rng.below(16));
    requests.push_back({{rng.below(1 << 28) * 256, beats}, rng.below(3) == 0, rng.below(2) != 0});
  }
  return requests;
}

TEST_CASE("Read port serves both streams and the mover while their beats interleave") {
  const uint64_t seed = test_seed();
  INFO("seed " << seed);
  Rng rng(seed);
  Stall weight_stall(GENERATE(stall_modes()), seed + 1);
  Stall act_stall(GENERATE(stall_modes()), seed + 2);
  Stall mover_stall(GENERATE(StallMode::kNone, StallMode::kRandom), seed + 3);
  ReadPort port(GENERATE(stall_modes()), seed);
  port.waiting = {random_requests(60, rng), random_requests(60, rng), random_requests(20, rng)};
  const auto left = [&port] {
    size_t count = 0;
    for (size_t id = 0; id < 3; ++id) count += port.waiting[id].size() + port.under_way[id].size();
    return count;
  };
  while (left() != 0) port.step(!weight_stall(), !act_stall(), !mover_stall());
  REQUIRE(port->quiet_o == 1);
  REQUIRE(port.slave.quiet());
}

TEST_CASE("Read port has its limit of bursts under way, weights first") {
  Rng rng(test_seed());
  ReadPort port(StallMode::kNone, 1);
  port.waiting[TERCET_AXI_ID_ACT] = random_requests(20, rng);
  port.waiting[TERCET_AXI_ID_WEIGHT] = random_requests(20, rng);
  for (uint32_t i = 0; i < kMaxOutstanding; ++i) port.step(true, true);
  REQUIRE(port.under_way[TERCET_AXI_ID_WEIGHT].size() == kMaxOutstanding);
  REQUIRE(port.under_way[TERCET_AXI_ID_ACT].empty());
  while (!port.waiting[0].empty() || !port.waiting[1].empty()) port.step(true, true);
  REQUIRE(port.most[0] == kMaxOutstanding);
  REQUIRE(port.most[1] == kMaxOutstanding);
}

TEST_CASE("Read port leaves the mover's errors to it, and is quiet while it reads") {
  Rng rng(test_seed());
  ReadPort port(StallMode::kNone, 1);
  port.waiting[TERCET_AXI_ID_MOVER] = random_requests(4, rng);
  port.slave.fault = {7, BusResponse::kSlverr};
  while (!port.waiting[2].empty() || !port.under_way[2].empty()) {
    port.step(false, false, true);  // which compares error_o and quiet_o
  }
  REQUIRE(port.slave.beats > 7);
}

TEST_CASE("Read port names the error of a beat") {
  const uint32_t id = GENERATE(TERCET_AXI_ID_ACT, TERCET_AXI_ID_WEIGHT);
  const auto response = GENERATE(BusResponse::kSlverr, BusResponse::kDecerr);
  Rng rng(test_seed());
  ReadPort port(StallMode::kNone, 1);
  port.waiting[id] = random_requests(4, rng);
  port.slave.fault = {7, response};
  unsigned errors = 0;
  while (!port.waiting[id].empty() || !port->quiet_o) {
    port.step(true, true);  // which compares error_o
    if (port->error_o == 0) continue;
    ++errors;
    REQUIRE(port->code_o ==
            (response == BusResponse::kSlverr ? TERCET_ERR_READ_SLVERR : TERCET_ERR_READ_DECERR));
  }
  REQUIRE(errors == 1);
}

}  // namespace
}  // namespace tercet
