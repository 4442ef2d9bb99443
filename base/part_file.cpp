// SPDX-License-Identifier: Apache-2.0
// Buffered writing under a temporary name.
#include "base/part_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace tercet {

PartFile::PartFile(std::filesystem::path path)
    : path_(std::move(path)),
      target_(output_target(path_)),
      part_(target_.replaced() ? target_.temporary() : target_.file),
      file_(open()) {
  if (file_ == nullptr) fail("{}: cannot be written: {}", path_.string(), std::strerror(errno));
}

/// A descriptor's file goes on where it stands: a new opening would begin at its first byte.
std::FILE* PartFile::open() const {
  if (target_.descriptor < 0) return std::fopen(part_.c_str(), "we");
  std::fflush(stdout);  // what was said before stands before
  const int copy = fcntl(target_.descriptor, F_DUPFD_CLOEXEC, 0);
  return copy < 0 ? nullptr : fdopen(copy, "w");
}

void PartFile::remove() const {
  if (target_.replaced()) unlink(part_.c_str());
}

PartFile::~PartFile() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  remove();
}

void PartFile::write(std::string_view text) {
  if (error_ != 0) return;
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) error_ = errno;
  bytes_ += text.size();
}

void PartFile::keep() {
  if (error_ == 0 && std::fflush(file_) != 0) error_ = errno;
  if (error_ == 0 && target_.replaced() && fsync(fileno(file_)) != 0) error_ = errno;
  if (std::fclose(file_) != 0 && error_ == 0) error_ = errno;
  file_ = nullptr;
  if (error_ == 0 && target_.replaced() && std::rename(part_.c_str(), target_.file.c_str()) != 0) {
    error_ = errno;
  }
  if (error_ == 0) return;
  remove();
  fail("{}: cannot be written: {}", path_.string(), std::strerror(error_));
}

}  // namespace tercet
