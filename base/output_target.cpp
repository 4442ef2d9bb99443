// SPDX-License-Identifier: Apache-2.0
// Follows links by hand: what the system says of a link to an open file hides that it is one.
#include "base/output_target.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <string>
#include <system_error>

#include "base/error.h"

namespace tercet {
namespace {

namespace fs = std::filesystem;

constexpr int kMaxLinks = 40;  // Linux's own limit

fs::path folder_of(const fs::path& path) {
  return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

/// N of /proc/self/fd/N, /dev/fd/N and the like; -1 of any other path.
int descriptor_of(const fs::path& path) {
  std::error_code missing;
  const fs::path folder = fs::canonical(folder_of(path), missing);
  if (folder.empty()) return -1;
  if (folder != fs::canonical("/proc/self/fd", missing) &&
      folder != fs::canonical("/proc/thread-self/fd", missing)) {
    return -1;
  }
  const std::string name = path.filename().string();
  int number = -1;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  return error == std::errc() && end == name.data() + name.size() ? number : -1;
}

}  // namespace

fs::path OutputTarget::folder() const { return folder_of(file); }

fs::path OutputTarget::temporary() const {
  return folder() / fmt::format(".{}.{}.part", file.filename().string(), getpid());
}

OutputTarget output_target(const fs::path& path) {
  std::error_code missing;
  OutputTarget target;
  target.file = path;
  for (int links = 0; links <= kMaxLinks; ++links) {
    target.descriptor = descriptor_of(target.file);
    if (target.descriptor >= 0) return target;
    if (!fs::is_symlink(target.file, missing)) {
      const fs::file_status status = fs::status(target.file, missing);
      target.special =
          fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
      return target;
    }
    target.file = target.folder() / fs::read_symlink(target.file, missing);
  }
  fail("{}: cannot be written: {}", path.string(), std::strerror(ELOOP));
}

}  // namespace tercet
