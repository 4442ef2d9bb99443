// SPDX-License-Identifier: Apache-2.0
// Reads little-endian values one after the other; the end of the file is an Error.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/error.h"
#include "base/input.h"

namespace tercet {

class GgufCursor {
 public:
  /// `what`, kept by reference, says in errors what is being read.
  GgufCursor(const FileView& file, const std::string& what) : file_(file), what_(what) {}

  int64_t position() const { return position_; }
  int64_t left() const { return file_.size - position_; }
  const uint8_t* here() const { return file_.data + position_; }

  void skip(uint64_t bytes) {
    if (bytes > static_cast<uint64_t>(left())) {
      fail("{}: {}: needs {} bytes at offset {}, the file has {} more", file_.name, what_, bytes,
           position_, left());
    }
    position_ += static_cast<int64_t>(bytes);
  }

  template <typename T>
  T value() {
    const uint8_t* at = here();
    skip(sizeof(T));
    T result;
    std::memcpy(&result, at, sizeof(T));
    return result;
  }

  /// A length of eight bytes, then the text.
  std::string_view text() {
    const auto length = value<uint64_t>();
    const auto* at = reinterpret_cast<const char*>(here());
    skip(length);
    return {at, static_cast<size_t>(length)};
  }

 private:
  const FileView& file_;
  const std::string& what_;
  int64_t position_ = 0;
};

}  // namespace tercet
