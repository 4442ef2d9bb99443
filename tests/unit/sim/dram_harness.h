// SPDX-License-Identifier: Apache-2.0
// Drives a DramModel in tests: a toy DRAM with round numbers, traces, and two ways to pass time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

#include "sim/dram/dram_model.h"
#include "sim/dram/dram_presets.h"

namespace tercet {

/// One channel at the machine's clock, 2 bank groups × 2 banks, rows of 8 bursts of 32 bytes. No
/// way to and from the port: a request of cycle c is seen in command cycle c + 1, and data that end
/// in command cycle k are there in cycle k. Refresh is far away. Writes are answered when stored.
inline DramConfig toy_dram() {
  DramConfig config;
  config.name = "toy";
  config.clock_khz = 1000000;
  config.org = {1, 2, 2, 16, 256, 32, 32, 1};
  DramTiming& t = config.timing;
  t.rl = 10, t.wl = 6, t.burst = 2;
  t.rcd_rd = 7, t.rcd_wr = 7, t.rp = 8, t.rp_ab = 9, t.ras = 20, t.rtp = 4, t.wr = 9;
  t.rrd_s = 3, t.rrd_l = 5, t.faw = 20;
  t.ccd_s = 2, t.ccd_l = 4, t.wtr_s = 4, t.wtr_l = 6, t.rtw = 8;
  t.refi = 100000, t.rfc = 100;
  config.policy.front_ps = config.policy.back_ps = 0;
  config.policy.posted_writes = false;
  return config;
}

/// Address of a burst in the toy: row, bank (0 to 3, group = bank / 2), column (0 to 7).
inline uint64_t toy_address(uint32_t row, uint32_t bank, uint32_t column) {
  const uint32_t group = bank / 2;
  return ((uint64_t{row} * 2 + bank % 2) * 2 + group) * 256 + column * 32;
}

struct DramArrival {
  uint64_t cycle = 0;
  DramRequest request;
};

/// What a user saw: the cycle of every piece of a request, and the cycle in which it knew.
struct DramSeen {
  DramRequest request;
  uint64_t arrival = 0;
  std::vector<uint64_t> ready;
};

class DramBench {
 public:
  explicit DramBench(const DramConfig& config, const DramPort& port = {1000000, 64})
      : model_(config, port) {}

  DramModel& model() { return model_; }
  std::vector<DramCommand>& commands() { return commands_; }
  const std::vector<DramSeen>& seen() const { return seen_; }

  void trace() {
    model_.set_trace([this](const DramCommand& command) { commands_.push_back(command); });
  }
  void read(uint64_t address, uint64_t cycle = 0, uint32_t bytes = 32) {
    model_.enqueue({next_id_++, address, bytes, false}, cycle);
  }
  void write(uint64_t address, uint64_t cycle = 0, uint32_t bytes = 32) {
    model_.enqueue({next_id_++, address, bytes, true}, cycle);
  }

  /// Notes and frees what is complete, whether or not its time has come.
  void collect() {
    for (const bool write : {false, true}) {
      while (const DramTransfer* transfer = model_.oldest(write)) {
        if (!transfer->complete()) break;
        DramSeen seen{transfer->request, transfer->arrival, {}};
        seen.ready.assign(transfer->ready.begin(), transfer->ready.begin() + transfer->pieces);
        seen_.push_back(seen);
        model_.retire(write);
      }
    }
  }

  /// Until nothing is left; returns the cycle.
  uint64_t drain(uint64_t cycle = 0) {
    for (; !model_.idle(); ++cycle) {
      model_.advance(cycle);
      collect();
    }
    std::stable_sort(seen_.begin(), seen_.end(), [](const DramSeen& a, const DramSeen& b) {
      return a.request.id < b.request.id;
    });
    return cycle;
  }

  /// The last cycle of the request with this id (0, 1, … in order of read() and write()).
  uint64_t last(uint64_t id) const {
    return *std::max_element(seen_[id].ready.begin(), seen_[id].ready.end());
  }

 private:
  DramModel model_;
  std::vector<DramCommand> commands_;
  std::vector<DramSeen> seen_;
  uint64_t next_id_ = 0;
};

/// The commands of one kind, in order.
inline std::vector<uint64_t> cycles_of(const std::vector<DramCommand>& commands, DramOp op) {
  std::vector<uint64_t> cycles;
  for (const DramCommand& command : commands) {
    if (command.op == op) cycles.push_back(command.cycle);
  }
  return cycles;
}

/// Random requests: mostly short runs of addresses in a few rows, now and then a jump or a pause.
inline std::vector<DramArrival> random_traffic(const DramConfig& config, uint64_t seed,
                                               uint32_t count) {
  std::mt19937_64 random(seed);
  const uint64_t capacity = dram_capacity(config.org);
  std::vector<DramArrival> traffic;
  uint64_t cycle = 0;
  uint64_t address = 0;
  for (uint32_t i = 0; i < count; ++i) {
    const uint32_t bytes = 16u << random() % 7;  // 16 to 1024
    if (random() % 4 == 0) address = random() % capacity;
    if (random() % 8 == 0) address = random() % 65536;
    address = address / bytes * bytes % capacity;
    traffic.push_back({cycle, {i, address, bytes, random() % 3 == 0}});
    address += bytes;
    if (random() % 3 == 0) cycle += random() % 40;
    if (random() % 200 == 0) cycle += random() % 20000;
  }
  return traffic;
}

}  // namespace tercet
