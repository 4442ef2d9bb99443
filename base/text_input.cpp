// SPDX-License-Identifier: Apache-2.0
// Reads to the end: a pipe has no size.
#include "base/text_input.h"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "base/file_use.h"

namespace tercet {

std::string read_input(const std::string& path, int64_t limit) {
  will_read(path);
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "re"), close);
  if (file == nullptr) fail("{}: cannot read: {}", path, std::strerror(errno));
  std::string text;
  std::array<char, 1 << 16> block;
  size_t size = 0;
  while ((size = std::fread(block.data(), 1, block.size(), file.get())) != 0) {
    text.append(block.data(), size);
    if (text.size() > static_cast<uint64_t>(limit)) fail("{}: the limit is {} bytes", path, limit);
  }
  if (std::ferror(file.get()) != 0) fail("{}: cannot read: {}", path, std::strerror(errno));
  return text;
}

}  // namespace tercet
