// SPDX-License-Identifier: Apache-2.0
// Commands of the ring and the boot block, checked as docs/programming.md says.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/functional/command.h"
#include "tercet_hw.h"

namespace tercet {

using Record = std::array<uint32_t, TERCET_RECORD_BYTES / 4>;

/// A memory window of the boot block, in 4 KiB pages.
struct MemoryWindow {
  uint64_t base = 0;
  uint64_t pages = 0;
  uint32_t access = 0;  ///< a sum of TERCET_WINDOW_ACCESS_*
};

/// What becomes of a descriptor: TERCET_ERR_NONE, or why it is refused and which of its words.
struct Verdict {
  uint32_t status = TERCET_ERR_NONE;
  uint32_t field = 0;
};

/// The word of the boot block that is wrong, or -1.
int check_boot_block(const tercet_config& machine, const uint32_t* words);

/// The windows of a boot block that check_boot_block accepts.
std::vector<MemoryWindow> boot_windows(const uint32_t* words);

/// Opcode, reserved bits, lengths, windows; then what the engine or the mover cannot do.
Verdict check_descriptor(const tercet_config& machine, const std::vector<MemoryWindow>& windows,
                         const Record& words);

/// The engine's registers for a gemm descriptor.
Command engine_command(const tercet_gemm_command& gemm);

}  // namespace tercet
