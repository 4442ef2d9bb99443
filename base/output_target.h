// SPDX-License-Identifier: Apache-2.0
// Where an output goes that has a given path.
#pragma once

#include <filesystem>

namespace tercet {

struct OutputTarget {
  std::filesystem::path file;  ///< all links followed: a link stays, and its file is replaced
  int descriptor = -1;         ///< >= 0: one of the process's own (/dev/stdout), written into
  bool special = false;        ///< a device or a pipe, written into

  bool replaced() const { return descriptor < 0 && !special; }
  std::filesystem::path folder() const;
  /// A name beside `file` for the file while it is written.
  std::filesystem::path temporary() const;
};

/// Throws Error if links go round in a circle.
OutputTarget output_target(const std::filesystem::path& path);

}  // namespace tercet
