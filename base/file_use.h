// SPDX-License-Identifier: Apache-2.0
// What the process reads and what it writes, so that no output replaces an input.
#pragma once

#include <filesystem>
#include <stdexcept>

namespace tercet {

/// An output would replace an input. No Error: whoever does without a file that cannot be used (a
/// tokenizer) must not go on.
class FileInUse : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Says that `path` is read, or will be replaced. Throws FileInUse naming both if a regular
/// file is used in both ways, by whatever names. Not for threads at the same time.
void will_read(const std::filesystem::path& path);
void will_write(const std::filesystem::path& path);

}  // namespace tercet
