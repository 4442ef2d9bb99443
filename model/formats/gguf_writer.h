// SPDX-License-Identifier: Apache-2.0
// Writes the GGUF container, version 3.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "model/formats/gguf.h"

namespace tercet {

/// Collects metadata and tensors in order, then writes all of it.
class GgufWriter {
 public:
  void integer(const std::string& key, int64_t value);  ///< U32
  void number(const std::string& key, float value);     ///< F32
  void boolean(const std::string& key, bool value);
  void text(const std::string& key, std::string_view value);
  void texts(const std::string& key, const std::vector<std::string>& values);
  void integers(const std::string& key, const std::vector<int32_t>& values);
  void numbers(const std::string& key, const std::vector<float>& values);

  /// `data` writes exactly `bytes`; it is called by write().
  void tensor(const std::string& name, GgmlType type, const std::vector<int64_t>& dims,
              int64_t bytes, std::function<void(std::ostream&)> data);

  /// Calls `between` between tensors. Throws Error on an I/O error.
  void write(const std::filesystem::path& path, const std::function<void()>& between) const;

 private:
  struct Part {
    std::function<void(std::ostream&)> data;
    int64_t bytes;
  };

  void key(const std::string& name, GgufType type);
  void array(const std::string& name, GgufType element, size_t count);

  std::string metadata_;
  std::string table_;
  int64_t keys_ = 0;
  int64_t size_ = 0;  // of the data so far, padded
  std::vector<Part> parts_;
};

}  // namespace tercet
