// SPDX-License-Identifier: Apache-2.0
// A command as its registers hold it: checked as the hardware does.
#pragma once

#include <cstdint>

#include "tercet_hw.h"

namespace tercet {

/// The CMD_* registers.
struct Command {
  uint32_t m = 0;
  uint32_t n = 0;
  uint32_t k = 0;
  uint32_t m_tile = 0;
  uint32_t flags = 0;
  uint32_t weight_beats = 0;
  uint64_t activations = 0;
  uint64_t weights = 0;
  uint64_t outputs = 0;

  /// The register at `offset`; true if it is one of the command's. Bits past its width read as 0
  /// and ignore writes.
  bool read(uint32_t offset, uint32_t* value) const;
  bool write(uint32_t offset, uint32_t value);
};

/// The error with which a machine refuses `command`, or TERCET_ERR_NONE. In the order of the
/// checks: shape, tile, alignment, weight beats, end of the address space.
uint32_t check_command(const tercet_config& machine, const Command& command);

}  // namespace tercet
