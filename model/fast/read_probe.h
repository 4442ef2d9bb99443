// SPDX-License-Identifier: Apache-2.0
// How fast memory can be read: the yardstick for decoding, which reads every weight once a token.
#pragma once

#include <cstdint>

#include "model/fast/thread_pool.h"

namespace tercet {

/// Reads all bytes once, in pieces that the threads share, and returns a sum that depends on them.
uint64_t read_all(const uint8_t* data, int64_t bytes, ThreadPool& pool);

}  // namespace tercet
