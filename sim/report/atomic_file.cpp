// SPDX-License-Identifier: Apache-2.0
// Temporary file, flush to disk, rename.
#include "sim/report/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "tercet/model/error.h"

namespace tercet {
namespace {

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

/// Writes and flushes; false with errno set otherwise.
bool write_all(int file, const std::string& text) {
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = write(file, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    done += static_cast<size_t>(n);
  }
  return fsync(file) == 0 || errno == EINVAL;  // devices and pipes cannot
}

/// Devices and pipes must stay what they are: they are written to, not replaced.
bool is_special(const std::filesystem::path& path) {
  std::error_code ignored;
  const std::filesystem::file_status status = std::filesystem::status(path, ignored);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
         !std::filesystem::is_directory(status);
}

}  // namespace

std::filesystem::path temporary_name(const std::filesystem::path& path) {
  return folder_of(path) / fmt::format(".{}.{}.part", path.filename().string(), getpid());
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  const bool special = is_special(path);
  const std::filesystem::path part = special ? path : temporary_name(path);
  const int create = special ? 0 : O_CREAT | O_TRUNC;
  const int file = open(part.c_str(), O_WRONLY | O_CLOEXEC | create, 0666);
  if (file < 0) fail("{}: cannot be written: {}", path.string(), std::strerror(errno));
  bool good = write_all(file, text);
  int error = errno;
  if (close(file) != 0 && good) {
    good = false;
    error = errno;
  }
  if (good && !special && std::rename(part.c_str(), path.c_str()) != 0) {
    good = false;
    error = errno;
  }
  if (good) return;
  if (!special) unlink(part.c_str());
  fail("{}: cannot be written: {}", path.string(), std::strerror(error));
}

void check_writable(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) fail("{}: is a folder", path.string());
  if (is_special(path)) {
    if (access(path.c_str(), W_OK) == 0) return;
    fail("{}: cannot be written: {}", path.string(), std::strerror(errno));
  }
  const std::filesystem::path folder = folder_of(path);
  if (!std::filesystem::is_directory(folder, ignored)) {
    fail("{}: folder {} does not exist", path.string(), folder.string());
  }
  if (access(folder.c_str(), W_OK) != 0) {
    fail("{}: cannot be written: {}", path.string(), std::strerror(errno));
  }
}

}  // namespace tercet
