// SPDX-License-Identifier: Apache-2.0
// A text that the command line names.
#pragma once

#include <cstdint>
#include <string>

namespace tercet {

/// All of a file, or of a pipe until its end. Throws Error if it cannot be read or is larger than
/// `limit` bytes.
std::string read_input(const std::string& path, int64_t limit);

}  // namespace tercet
