// SPDX-License-Identifier: Apache-2.0
// Replays a command trace and checks every rule of the DRAM; knows nothing of the scheduler.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "sim/dram/dram_channel.h"
#include "sim/dram/dram_config.h"

namespace tercet {

/// The rules of one channel, each between an earlier and a later command.
class DramChecker {
 public:
  explicit DramChecker(const DramConfig& config) : config_(config) {}

  /// Commands in order of time. Returns the rules they break; empty = all is well.
  std::vector<std::string> check(const std::vector<DramCommand>& commands) {
    for (const DramCommand& command : commands) {
      check_state(command);
      for (const DramCommand& earlier : recent_) check_pair(earlier, command);
      if (command.op == DramOp::kActivate) check_four_activates(command);
      recent_.push_back(command);
      while (recent_.front().cycle + kMemory < command.cycle) recent_.pop_front();
    }
    return errors_;
  }

 private:
  static constexpr uint64_t kMemory = 600;  // cycles; longer than every rule

  static bool column(DramOp op) { return op == DramOp::kRead || op == DramOp::kWrite; }
  uint32_t group(const DramCommand& c) const { return c.bank / config_.org.banks_per_group; }

  void expect(bool good, const std::string& rule, const DramCommand& command) {
    if (!good && errors_.size() < 10) {
      errors_.push_back(rule + " at channel " + std::to_string(command.channel) + " bank " +
                        std::to_string(command.bank) + " cycle " + std::to_string(command.cycle));
    }
  }

  void check_state(const DramCommand& c) {
    expect(recent_.empty() || c.cycle >= recent_.back().cycle, "time goes back", c);
    const bool open = open_.count(c.bank) != 0;
    switch (c.op) {
      case DramOp::kActivate:
        expect(!open, "activate of an open bank", c);
        open_[c.bank] = c.row;
        break;
      case DramOp::kPrecharge:
        expect(open, "precharge of a closed bank", c);
        open_.erase(c.bank);
        break;
      case DramOp::kPrechargeAll:
        open_.clear();
        break;
      case DramOp::kRefresh:
        expect(open_.empty(), "refresh with an open bank", c);
        ++refreshes_;
        expect(c.cycle >= refreshes_ * config_.timing.refi, "early refresh", c);
        expect(c.cycle < refreshes_ * config_.timing.refi + 300, "late refresh", c);
        break;
      case DramOp::kRead:
      case DramOp::kWrite:
        expect(open && open_[c.bank] == c.row, "access to a row that is not open", c);
        check_data_bus(c);
        break;
    }
  }

  void check_data_bus(const DramCommand& c) {
    const uint64_t begin =
        c.cycle + (c.op == DramOp::kRead ? config_.timing.rl : config_.timing.wl);
    expect(begin >= data_end_, "two bursts on the data bus", c);
    data_end_ = begin + config_.timing.burst;
  }

  void check_four_activates(const DramCommand& c) {
    activates_.push_back(c.cycle);
    if (activates_.size() < 5) return;
    expect(c.cycle - activates_.front() >= config_.timing.faw, "tFAW", c);
    activates_.pop_front();
  }

  void check_pair(const DramCommand& a, const DramCommand& b) {
    const DramTiming& t = config_.timing;
    const auto least = [&](const char* rule, uint64_t cycles) {
      expect(b.cycle - a.cycle >= cycles, rule, b);
    };
    const bool same_bank = a.bank == b.bank;
    const bool same_group = group(a) == group(b);
    const bool closes = (b.op == DramOp::kPrecharge && same_bank) || b.op == DramOp::kPrechargeAll;
    const bool activates = b.op == DramOp::kActivate;
    const bool refreshes = b.op == DramOp::kRefresh;
    const uint64_t write_end = uint64_t{t.wl} + t.burst;
    switch (a.op) {
      case DramOp::kActivate:
        least("activate on the bus", bus_shared(a, b) ? t.act_bus : 0);
        if (activates && same_bank) least("tRC", t.ras + t.rp);
        if (activates) least("tRRD", same_group ? t.rrd_l : t.rrd_s);
        if (closes) least("tRAS", t.ras);
        if (b.op == DramOp::kRead && same_bank) least("tRCD_RD", t.rcd_rd);
        if (b.op == DramOp::kWrite && same_bank) least("tRCD_WR", t.rcd_wr);
        break;
      case DramOp::kPrecharge:
        least("precharge on the bus", bus_shared(a, b) ? t.pre_bus : 0);
        if ((activates && same_bank) || refreshes) least("tRP", t.rp);
        break;
      case DramOp::kPrechargeAll:
        least("precharge on the bus", bus_shared(a, b) ? t.pre_bus : 0);
        if (activates || refreshes) least("tRPab", t.rp_ab);
        break;
      case DramOp::kRefresh:
        least("refresh on the bus", bus_shared(a, b) ? t.pre_bus : 0);
        if (activates || refreshes) least("tRFC", t.rfc);
        break;
      case DramOp::kRead:
        least("read on the bus", bus_shared(a, b) ? t.column_bus : 0);
        if (b.op == DramOp::kRead) least("tCCD", same_group ? t.ccd_l : t.ccd_s);
        if (b.op == DramOp::kWrite) least("tRTW", t.rtw);
        if (closes && (same_bank || b.op == DramOp::kPrechargeAll)) least("tRTP", t.rtp);
        break;
      case DramOp::kWrite:
        least("write on the bus", bus_shared(a, b) ? t.column_bus : 0);
        if (b.op == DramOp::kWrite) least("tCCD", same_group ? t.ccd_l : t.ccd_s);
        if (b.op == DramOp::kRead) least("tWTR", write_end + (same_group ? t.wtr_l : t.wtr_s));
        if (closes && (same_bank || b.op == DramOp::kPrechargeAll)) least("tWR", write_end + t.wr);
        break;
    }
  }

  bool bus_shared(const DramCommand& a, const DramCommand& b) const {
    return !config_.policy.split_bus || column(a.op) == column(b.op);
  }

  DramConfig config_;
  std::deque<DramCommand> recent_;
  std::map<uint32_t, uint32_t> open_;  // bank -> row
  std::deque<uint64_t> activates_;     // the last four
  uint64_t data_end_ = 0;
  uint64_t refreshes_ = 0;
  std::vector<std::string> errors_;
};

}  // namespace tercet
