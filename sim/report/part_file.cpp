// SPDX-License-Identifier: Apache-2.0
// Buffered writing under a temporary name.
#include "sim/report/part_file.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "sim/report/atomic_file.h"
#include "tercet/model/error.h"

namespace tercet {

PartFile::PartFile(std::filesystem::path path)
    : path_(std::move(path)), part_(is_special(path_) ? path_ : temporary_name(path_)) {
  file_ = std::fopen(part_.c_str(), "we");
  if (file_ == nullptr) fail("{}: cannot be written: {}", path_.string(), std::strerror(errno));
}

PartFile::~PartFile() {
  if (file_ == nullptr) return;
  std::fclose(file_);
  if (!special()) unlink(part_.c_str());
}

void PartFile::write(std::string_view text) {
  if (error_ != 0) return;
  errno = 0;
  if (std::fwrite(text.data(), 1, text.size(), file_) != text.size()) error_ = errno;
  bytes_ += text.size();
}

void PartFile::keep() {
  if (error_ == 0 && std::fflush(file_) != 0) error_ = errno;
  if (error_ == 0 && !special() && fsync(fileno(file_)) != 0) error_ = errno;
  if (std::fclose(file_) != 0 && error_ == 0) error_ = errno;
  file_ = nullptr;
  if (error_ == 0 && !special() && std::rename(part_.c_str(), path_.c_str()) != 0) error_ = errno;
  if (error_ == 0) return;
  if (!special()) unlink(part_.c_str());
  fail("{}: cannot be written: {}", path_.string(), std::strerror(error_));
}

}  // namespace tercet
