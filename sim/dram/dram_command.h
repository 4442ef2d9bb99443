// SPDX-License-Identifier: Apache-2.0
// A DRAM command as it goes over a channel's command bus; for traces and their checks.
#pragma once

#include <cstdint>
#include <functional>

namespace tercet {

enum class DramOp : uint8_t { kActivate, kPrecharge, kPrechargeAll, kRead, kWrite, kRefresh };

struct DramCommand {
  DramOp op = DramOp::kActivate;
  uint32_t channel = 0;
  uint32_t bank = 0;   ///< within the channel; 0 for kPrechargeAll and kRefresh
  uint32_t row = 0;    ///< of kActivate, kRead and kWrite
  uint64_t cycle = 0;  ///< of the command clock
  uint64_t block = 0;  ///< of kRead and kWrite: address / burst_bytes
};

/// Called for each command; in order of time within a channel, channel by channel across them.
using DramTraceHook = std::function<void(const DramCommand&)>;

}  // namespace tercet
