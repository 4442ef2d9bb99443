// SPDX-License-Identifier: Apache-2.0
// A file's bytes: mapped read-only, or held in memory.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace tercet {

/// Bytes with the name to use for them in errors; `owner` keeps them alive.
struct FileView {
  std::string name;
  const uint8_t* data = nullptr;
  int64_t size = 0;
  std::shared_ptr<const void> owner;
};

/// Maps a file read-only. Throws Error if it cannot be opened, is no regular file, or is empty.
FileView map_file(const std::filesystem::path& path);

/// A copy of `bytes`.
FileView memory_file(std::string name, std::string bytes);

/// A whole text file. Throws Error if it cannot be read or is larger than `limit` bytes.
std::string read_text(const std::filesystem::path& path, int64_t limit);

}  // namespace tercet
