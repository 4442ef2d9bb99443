// SPDX-License-Identifier: Apache-2.0
// GGUF: header, metadata, tensor table, and data aligned to 32 bytes.
#include "model/formats/gguf_writer.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "base/error.h"

namespace tercet {
namespace {

constexpr int64_t kAlignment = 32;  // what readers assume without general.alignment

template <typename T>
void put(std::string& out, T value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}

void put_text(std::string& out, std::string_view text) {
  put(out, static_cast<uint64_t>(text.size()));
  out += text;
}

int64_t padding(int64_t size) { return (kAlignment - size % kAlignment) % kAlignment; }

}  // namespace

void GgufWriter::key(const std::string& name, GgufType type) {
  put_text(metadata_, name);
  put(metadata_, static_cast<uint32_t>(type));
  ++keys_;
}

void GgufWriter::array(const std::string& name, GgufType element, size_t count) {
  key(name, GgufType::kArray);
  put(metadata_, static_cast<uint32_t>(element));
  put(metadata_, static_cast<uint64_t>(count));
}

void GgufWriter::integer(const std::string& name, int64_t value) {
  if (value < 0 || value > int64_t{UINT32_MAX}) fail("{}: {} is no U32", name, value);
  key(name, GgufType::kU32);
  put(metadata_, static_cast<uint32_t>(value));
}

void GgufWriter::number(const std::string& name, float value) {
  key(name, GgufType::kF32);
  put(metadata_, value);
}

void GgufWriter::boolean(const std::string& name, bool value) {
  key(name, GgufType::kBool);
  put(metadata_, static_cast<uint8_t>(value ? 1 : 0));
}

void GgufWriter::text(const std::string& name, std::string_view value) {
  key(name, GgufType::kText);
  put_text(metadata_, value);
}

void GgufWriter::texts(const std::string& name, const std::vector<std::string>& values) {
  array(name, GgufType::kText, values.size());
  for (const std::string& value : values) put_text(metadata_, value);
}

void GgufWriter::integers(const std::string& name, const std::vector<int32_t>& values) {
  array(name, GgufType::kI32, values.size());
  for (const int32_t value : values) put(metadata_, value);
}

void GgufWriter::numbers(const std::string& name, const std::vector<float>& values) {
  array(name, GgufType::kF32, values.size());
  for (const float value : values) put(metadata_, value);
}

void GgufWriter::tensor(const std::string& name, GgmlType type, const std::vector<int64_t>& dims,
                        int64_t bytes, std::function<void(std::ostream&)> data) {
  put_text(table_, name);
  put(table_, static_cast<uint32_t>(dims.size()));
  for (const int64_t size : dims) put(table_, static_cast<uint64_t>(size));
  put(table_, static_cast<uint32_t>(type));
  put(table_, static_cast<uint64_t>(size_));
  parts_.push_back({std::move(data), bytes});
  size_ += bytes + padding(bytes);
}

void GgufWriter::write(const std::filesystem::path& path,
                       const std::function<void()>& between) const {
  std::string head = "GGUF";
  put(head, uint32_t{3});
  put(head, static_cast<uint64_t>(parts_.size()));
  put(head, static_cast<uint64_t>(keys_));
  head += metadata_ + table_;
  const std::string zeros(kAlignment, '\0');
  std::ofstream out(path, std::ios::binary);
  if (!out) fail("{}: cannot write: {}", path.string(), std::strerror(errno));
  out << head << zeros.substr(0, static_cast<size_t>(padding(static_cast<int64_t>(head.size()))));
  for (const Part& part : parts_) {
    between();
    const std::streamoff begin = out.tellp();
    part.data(out);
    if (out && out.tellp() - begin != part.bytes) {
      fail("{}: a tensor of {} bytes instead of {}", path.string(), out.tellp() - begin,
           part.bytes);
    }
    out << zeros.substr(0, static_cast<size_t>(padding(part.bytes)));
  }
  out.close();
  if (!out) fail("{}: cannot write: {}", path.string(), std::strerror(errno));
}

}  // namespace tercet
