// SPDX-License-Identifier: Apache-2.0
// Names of stall modes.
#include "sim/verilated/axi_options.h"

#include "tercet/model/error.h"

namespace tercet {

StallMode parse_stall_mode(const std::string& name) {
  if (name == "none") return StallMode::kNone;
  if (name == "one_in_four") return StallMode::kOneInFour;
  if (name == "random") return StallMode::kRandom;
  fail("stall mode '{}' is unknown; known: none, one_in_four, random", name);
}

}  // namespace tercet
