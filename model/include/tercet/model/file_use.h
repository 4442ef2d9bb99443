// SPDX-License-Identifier: Apache-2.0
// What the process reads and what it writes, so that no output replaces an input.
#pragma once

#include <filesystem>

namespace tercet {

/// Says that `path` is read, or will be replaced. Throws Error naming both if a regular file is
/// used in both ways, by whatever names. Not for threads at the same time.
void will_read(const std::filesystem::path& path);
void will_write(const std::filesystem::path& path);

}  // namespace tercet
