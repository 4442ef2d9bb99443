// SPDX-License-Identifier: Apache-2.0
// Temporary names, and what may be written.
#include "base/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/error.h"
#include "base/file_use.h"
#include "base/output_target.h"
#include "base/part_file.h"

namespace tercet {
namespace {

/// Without a trace: to open a pipe for writing would be seen by its reader.
bool may_write(const OutputTarget& target) {
  if (target.descriptor >= 0) {
    const int flags = fcntl(target.descriptor, F_GETFL);
    if (flags >= 0 && (flags & O_ACCMODE) == O_RDONLY) errno = EBADF;  // as write() would say
    return flags >= 0 && (flags & O_ACCMODE) != O_RDONLY;
  }
  return access((target.special ? target.file : target.folder()).c_str(), W_OK) == 0;
}

}  // namespace

void make_whole(const std::filesystem::path& path,
                const std::function<void(const std::filesystem::path& part)>& make) {
  const OutputTarget target = output_target(path);
  const std::filesystem::path part = target.temporary();
  std::error_code ignored;
  std::filesystem::remove_all(part, ignored);
  try {
    make(part);
    std::filesystem::rename(part, target.file);
  } catch (...) {
    std::filesystem::remove_all(part, ignored);
    throw;
  }
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  PartFile file(path);
  file.write(text);
  file.keep();
}

void check_writable(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) fail("{}: is a folder", path.string());
  const OutputTarget target = output_target(path);
  if (target.replaced() && !std::filesystem::is_directory(target.folder(), ignored)) {
    fail("{}: folder {} does not exist", path.string(), target.folder().string());
  }
  if (!may_write(target)) fail("{}: cannot be written: {}", path.string(), std::strerror(errno));
  will_write(path);
}

}  // namespace tercet
