// SPDX-License-Identifier: Apache-2.0
// A file that is written bit by bit and is there whole or not at all.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string_view>

namespace tercet {

/// Has a temporary name beside its own until keep(); goes away without it. A device or a pipe is
/// written to as it is. Memory is one buffer.
class PartFile {
 public:
  /// Throws Error naming the file.
  explicit PartFile(std::filesystem::path path);
  ~PartFile();
  PartFile(const PartFile&) = delete;
  PartFile& operator=(const PartFile&) = delete;

  /// Never throws: an error is kept for keep(), and nothing more is written.
  void write(std::string_view text);

  /// To disk, and to its name. Throws Error naming the file, which then does not exist.
  void keep();

  uint64_t bytes() const { return bytes_; }

 private:
  bool special() const { return part_ == path_; }

  std::filesystem::path path_;
  std::filesystem::path part_;  // path_ itself, if that is a device or a pipe
  std::FILE* file_ = nullptr;
  int error_ = 0;  // errno of the first one
  uint64_t bytes_ = 0;
};

}  // namespace tercet
