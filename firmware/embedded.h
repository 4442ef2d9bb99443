// SPDX-License-Identifier: Apache-2.0
// The firmware of this build, for programs that run on the host.
#pragma once

#include <cstdint>
#include <vector>

namespace tercet {

/// The bytes of the ELF file.
std::vector<uint8_t> embedded_firmware();

}  // namespace tercet
