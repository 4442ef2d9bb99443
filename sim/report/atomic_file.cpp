// SPDX-License-Identifier: Apache-2.0
// Temporary names, and what may be written.
#include "sim/report/atomic_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "sim/report/part_file.h"
#include "tercet/model/error.h"

namespace tercet {
namespace {

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

}  // namespace

std::filesystem::path temporary_name(const std::filesystem::path& path) {
  return folder_of(path) / fmt::format(".{}.{}.part", path.filename().string(), getpid());
}

bool is_special(const std::filesystem::path& path) {
  std::error_code ignored;
  const std::filesystem::file_status status = std::filesystem::status(path, ignored);
  return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
         !std::filesystem::is_directory(status);
}

void make_whole(const std::filesystem::path& path,
                const std::function<void(const std::filesystem::path& part)>& make) {
  const std::filesystem::path part = temporary_name(path);
  std::error_code ignored;
  std::filesystem::remove_all(part, ignored);
  try {
    make(part);
    std::filesystem::rename(part, path);
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
