// SPDX-License-Identifier: Apache-2.0
// Read-only mappings with POSIX calls.
#include "base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "base/error.h"
#include "base/file_use.h"

namespace tercet {
namespace {

/// An open file descriptor, closed at the end of the scope.
class Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& path)
      : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {  // a pipe must not wait
    if (fd_ < 0) fail("{}: cannot open: {}", path.string(), std::strerror(errno));
  }
  ~Descriptor() { close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

}  // namespace

FileView map_file(const std::filesystem::path& path) {
  will_read(path);
  const Descriptor fd(path);
  struct stat status = {};
  if (fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    fail("{}: not a regular file", path.string());
  }
  if (status.st_size == 0) fail("{}: empty file", path.string());
  const size_t size = static_cast<size_t>(status.st_size);
  void* address = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (address == MAP_FAILED) fail("{}: cannot map: {}", path.string(), std::strerror(errno));
  std::shared_ptr<const void> owner(address, [size](void* p) { munmap(p, size); });
  return {path.string(), static_cast<const uint8_t*>(address), status.st_size, std::move(owner)};
}

FileView memory_file(std::string name, std::string bytes) {
  auto owner = std::make_shared<const std::string>(std::move(bytes));
  const auto* data = reinterpret_cast<const uint8_t*>(owner->data());
  const int64_t size = static_cast<int64_t>(owner->size());
  return {std::move(name), data, size, std::move(owner)};
}

std::string read_text(const std::filesystem::path& path, int64_t limit) {
  will_read(path);
  std::error_code error;
  const uintmax_t size = std::filesystem::file_size(path, error);
  if (error) fail("{}: cannot read: {}", path.string(), error.message());
  if (size > static_cast<uintmax_t>(limit)) {
    fail("{}: {} bytes, the limit is {}", path.string(), size, limit);
  }
  std::string text(size, '\0');
  std::ifstream in(path, std::ios::binary);
  if (!in.read(text.data(), static_cast<std::streamsize>(size))) {
    fail("{}: cannot read", path.string());
  }
  return text;
}

}  // namespace tercet
