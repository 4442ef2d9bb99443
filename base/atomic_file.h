// SPDX-License-Identifier: Apache-2.0
// Files that are there whole or not at all.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace tercet {

/// Lets `make` write a file or folder of a temporary name, which then becomes `path`'s. Nothing is
/// left if it throws.
void make_whole(const std::filesystem::path& path,
                const std::function<void(const std::filesystem::path& part)>& make);

/// Writes `text` as a PartFile (part_file.h) at once. Throws Error naming the file.
void write_file(const std::filesystem::path& path, const std::string& text);

/// Throws Error now if `path` could not be written later: its folder is missing or not writable, or
/// it is a folder. Throws FileInUse if it is a file that is read (tercet/model/file_use.h).
void check_writable(const std::filesystem::path& path);

}  // namespace tercet
