// SPDX-License-Identifier: Apache-2.0
// A file that is written bit by bit and is there whole or not at all.
#pragma once

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string_view>

#include "base/output_target.h"

namespace tercet {

/// Has a temporary name beside its own until keep(); goes away without it. A device, a pipe and a
/// descriptor of the process are written into as they are. Memory is one buffer.
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
  std::FILE* open() const;
  void remove() const;

  std::filesystem::path path_;  // as the user says it
  OutputTarget target_;
  std::filesystem::path part_;  // what is open
  std::FILE* file_ = nullptr;
  int error_ = 0;  // errno of the first one
  uint64_t bytes_ = 0;
};

}  // namespace tercet
