// SPDX-License-Identifier: Apache-2.0
// Seeded random programs for the control core: every instruction, hazards, loops, traps, bad words.
#pragma once

#include <cstdint>
#include <vector>

#include "base/rng.h"

namespace tercet {

/// Words from address 0. They set up traps and registers and then run a random body that never
/// ends: handlers resume behind whatever trapped, or, after a wild jump, at the body's start.
std::vector<uint32_t> random_program(Rng& rng);

}  // namespace tercet
