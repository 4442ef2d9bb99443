// SPDX-License-Identifier: Apache-2.0
// What a command reads: files whole or mapped, and texts through pipes.
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

/// All of a regular file. Throws Error if it is none, cannot be read, or is larger than `limit`
/// bytes.
std::string read_text(const std::filesystem::path& path, int64_t limit);

/// The same of anything that can be read once, such as a pipe until its end. Throws Interrupted as
/// Interrupt::poll() does while it waits.
std::string read_input(const std::filesystem::path& path, int64_t limit);

}  // namespace tercet
