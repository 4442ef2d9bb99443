// SPDX-License-Identifier: Apache-2.0
// A bus error to inject into a memory, for tests.
#pragma once

#include <cstdint>

#include "host_driver/transport.h"

namespace tercet {

/// The `beat`-th beat (from 0, counted over the life of the memory) in one direction is answered
/// with `response`; a write's answer is that of the burst the beat is in.
struct MemoryFault {
  bool write = false;
  uint64_t beat = 0;
  BusResponse response = BusResponse::kSlverr;
};

}  // namespace tercet
