// SPDX-License-Identifier: Apache-2.0
// Files that are there whole or not at all.
#pragma once

#include <filesystem>
#include <string>

namespace tercet {

/// A name beside `path` for the file while it is written.
std::filesystem::path temporary_name(const std::filesystem::path& path);

/// Writes `text` under a temporary name, then renames it to `path`; straight into `path` if
/// that is a device or a pipe. Throws Error naming the file.
void write_file(const std::filesystem::path& path, const std::string& text);

/// Throws Error now if `path` could not be written later: its folder is missing or not writable, or
/// it is a folder.
void check_writable(const std::filesystem::path& path);

}  // namespace tercet
