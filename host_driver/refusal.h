// SPDX-License-Identifier: Apache-2.0
// Why a command of the ring failed, in words.
#pragma once

#include <string>

#include "host_driver/command_queue.h"

namespace tercet {

/// "opcode gemm, M=1 N=64 ...: bad_window (35): word 10, outputs [0x..., +0x100): in no window that
/// allows writing (windows: ...)": names the command, the field and its limit.
std::string describe_failure(const tercet_config& machine, const QueueOptions& options,
                             const Descriptor& words, const tercet_completion& completion);

}  // namespace tercet
