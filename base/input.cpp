// SPDX-License-Identifier: Apache-2.0
// Reads and maps with POSIX calls.
#include "base/input.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "base/interrupt.h"

namespace tercet {
namespace {

/// An open file descriptor, closed at the end of the scope.
class Descriptor {
 public:
  explicit Descriptor(const std::filesystem::path& path)  // which does not wait if it is a pipe
      : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)) {
    if (fd_ < 0) fail("{}: cannot open: {}", path.string(), std::strerror(errno));
  }
  ~Descriptor() { close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

/// Bytes of a regular file. Throws Error if it is none.
int64_t regular_size(const Descriptor& fd, const std::filesystem::path& path) {
  struct stat status = {};
  if (fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) {
    fail("{}: not a regular file", path.string());
  }
  return status.st_size;
}

std::string read_all(const Descriptor& fd, const std::filesystem::path& path, int64_t limit) {
  constexpr int kPatience = 100;  // milliseconds
  std::string text;
  std::array<char, 1 << 16> block;
  while (text.size() <= static_cast<uint64_t>(limit)) {
    pollfd ready = {fd.get(), POLLIN, 0};
    const int any = poll(&ready, 1, kPatience);
    Interrupt::poll();
    if (any <= 0) continue;
    const ssize_t size = read(fd.get(), block.data(), block.size());
    if (size == 0) return text;
    if (size > 0) {
      text.append(block.data(), static_cast<size_t>(size));
    } else if (errno != EINTR && errno != EAGAIN) {
      fail("{}: cannot read: {}", path.string(), std::strerror(errno));
    }
  }
  fail("{}: is larger than the limit of {} bytes", path.string(), limit);
}

}  // namespace

FileView map_file(const std::filesystem::path& path) {
  const Descriptor fd(path);
  const auto size = static_cast<size_t>(regular_size(fd, path));
  if (size == 0) fail("{}: empty file", path.string());
  void* address = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd.get(), 0);
  if (address == MAP_FAILED) fail("{}: cannot map: {}", path.string(), std::strerror(errno));
  std::shared_ptr<const void> owner(address, [size](void* p) { munmap(p, size); });
  return {path.string(), static_cast<const uint8_t*>(address), static_cast<int64_t>(size),
          std::move(owner)};
}

FileView memory_file(std::string name, std::string bytes) {
  auto owner = std::make_shared<const std::string>(std::move(bytes));
  const auto* data = reinterpret_cast<const uint8_t*>(owner->data());
  const int64_t size = static_cast<int64_t>(owner->size());
  return {std::move(name), data, size, std::move(owner)};
}

std::string read_text(const std::filesystem::path& path, int64_t limit) {
  const Descriptor fd(path);
  const int64_t size = regular_size(fd, path);
  if (size > limit) fail("{}: {} bytes, the limit is {}", path.string(), size, limit);
  return read_all(fd, path, limit);
}

std::string read_input(const std::filesystem::path& path, int64_t limit) {
  return read_all(Descriptor(path), path, limit);
}

}  // namespace tercet
