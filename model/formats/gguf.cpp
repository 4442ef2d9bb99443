// SPDX-License-Identifier: Apache-2.0
// Parses a GGUF file (ggml-org/ggml, docs/gguf.md; its types: include/ggml.h, and microsoft/BitNet
// for I2_S and TL).
#include "model/formats/gguf.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace tercet {
namespace {

constexpr uint32_t kMagic = 0x46554747;  // "GGUF"
constexpr uint64_t kMaxEntries = 1 << 16;
constexpr uint64_t kMaxKey = 1 << 16;
constexpr uint32_t kMaxDims = 4;
constexpr int kMaxDepth = 4;
constexpr int64_t kMaxElements = int64_t{1} << 40;

constexpr GgmlFormat kFormats[] = {
    {GgmlType::kF32, "F32", 1, 4, 0},      {GgmlType::kF16, "F16", 1, 2, 0},
    {GgmlType::kBF16, "BF16", 1, 2, 0},    {GgmlType::kQ80, "Q8_0", 32, 34, 0},
    {GgmlType::kQ6K, "Q6_K", 256, 210, 0}, {GgmlType::kTq1, "TQ1_0", 256, 54, 0},
    {GgmlType::kTq2, "TQ2_0", 256, 66, 0}, {GgmlType::kI2s, "I2_S", 4, 1, 32},
};

constexpr std::pair<uint32_t, const char*> kOthers[] = {
    {2, "Q4_0"},  {3, "Q4_1"},  {6, "Q5_0"},  {7, "Q5_1"}, {10, "Q2_K"},
    {11, "Q3_K"}, {12, "Q4_K"}, {13, "Q5_K"}, {38, "TL1"}, {39, "TL2 or MXFP4"},
};

struct ValueType {
  const char* name;
  size_t size;
};

/// In the order of GgufType.
constexpr ValueType kValueTypes[kGgufTypes] = {
    {"U8", 1},   {"I8", 1},   {"U16", 2},    {"I16", 2}, {"U32", 4}, {"I32", 4}, {"F32", 4},
    {"bool", 1}, {"text", 8}, {"array", 12}, {"U64", 8}, {"I64", 8}, {"F64", 8},
};

/// Reads little-endian values one after the other; the end of the file is an Error.
class Cursor {
 public:
  /// `what`, kept by reference, says in errors what is being read.
  Cursor(const FileView& file, const std::string& what) : file_(file), what_(what) {}

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

std::string read_name(Cursor& cursor, const FileView& file, const char* what) {
  const std::string_view text = cursor.text();
  if (text.empty() || text.size() > kMaxKey) {
    fail("{}: {} of {} bytes, not in [1, {}]", file.name, what, text.size(), kMaxKey);
  }
  return std::string(text);
}

GgufType read_type(Cursor& cursor, const FileView& file, const std::string& key) {
  const auto type = cursor.value<uint32_t>();
  if (type >= kGgufTypes) fail("{}: {}: unknown value type {}", file.name, key, type);
  return static_cast<GgufType>(type);
}

/// Walks over a value, so that reading it later needs no checks.
void skip_value(Cursor& cursor, const FileView& file, const std::string& key, GgufType type,
                int depth) {
  if (type == GgufType::kText) {
    cursor.text();
  } else if (type != GgufType::kArray) {
    cursor.skip(gguf_type_size(type));
  } else {
    if (depth == kMaxDepth) fail("{}: {}: arrays nested deeper than {}", file.name, key, kMaxDepth);
    const GgufType element = read_type(cursor, file, key);
    const auto count = cursor.value<uint64_t>();
    const size_t size = gguf_type_size(element);
    if (count > static_cast<uint64_t>(cursor.left()) / size) {  // also of texts: their lengths
      fail("{}: {}: array of {} elements, the file has {} more bytes", file.name, key, count,
           cursor.left());
    }
    if (element != GgufType::kText && element != GgufType::kArray) return cursor.skip(count * size);
    for (uint64_t i = 0; i < count; ++i) skip_value(cursor, file, key, element, depth + 1);
  }
}

GgufValue read_value(Cursor& cursor, const FileView& file, const std::string& key) {
  GgufValue value;
  value.type = read_type(cursor, file, key);
  value.data = cursor.here();
  skip_value(cursor, file, key, value.type, 0);
  if (value.type == GgufType::kArray) {
    uint32_t element = 0;
    std::memcpy(&element, value.data, sizeof(element));
    std::memcpy(&value.count, value.data + sizeof(element), sizeof(value.count));
    value.element = static_cast<GgufType>(element);
    value.data += sizeof(element) + sizeof(value.count);
  }
  return value;
}

/// The table's entry, with `offset` from the start of the data.
GgufTensor read_tensor(Cursor& cursor, const FileView& file, const std::string& name,
                       uint64_t* offset) {
  GgufTensor tensor;
  const auto dims = cursor.value<uint32_t>();
  if (dims < 1 || dims > kMaxDims) {
    fail("{}: {}: {} dimensions, not in [1, {}]", file.name, name, dims, kMaxDims);
  }
  int64_t elements = 1;
  for (uint32_t i = 0; i < dims; ++i) {
    const auto size = cursor.value<uint64_t>();
    if (size < 1 || size > static_cast<uint64_t>(kMaxElements / elements)) {
      fail("{}: {}: dimension {} is {}, all together must be in [1, {}]", file.name, name, i, size,
           kMaxElements);
    }
    tensor.dims.push_back(static_cast<int64_t>(size));
    elements *= static_cast<int64_t>(size);
  }
  while (tensor.dims.size() > 2 && tensor.dims.back() == 1) tensor.dims.pop_back();
  tensor.type = cursor.value<uint32_t>();
  *offset = cursor.value<uint64_t>();
  const GgmlFormat* format = find_ggml_format(tensor.type);
  if (format == nullptr) {
    fail("{}: {}: {} is not supported; supported are {}", file.name, name,
         ggml_type_name(tensor.type), ggml_type_list());
  }
  if (tensor.dims[0] % format->block != 0) {
    fail("{}: {}: rows of {} are no multiple of {}, a block of {}", file.name, name, tensor.dims[0],
         format->block, format->name);
  }
  tensor.bytes = elements / format->block * format->bytes + format->tail;
  return tensor;
}

}  // namespace

size_t gguf_type_size(GgufType type) { return kValueTypes[static_cast<size_t>(type)].size; }
const char* gguf_type_name(GgufType type) { return kValueTypes[static_cast<size_t>(type)].name; }

const GgmlFormat* find_ggml_format(uint32_t type) {
  for (const GgmlFormat& format : kFormats) {
    if (static_cast<uint32_t>(format.type) == type) return &format;
  }
  return nullptr;
}

std::string ggml_type_name(uint32_t type) {
  const GgmlFormat* format = find_ggml_format(type);
  if (format != nullptr) return format->name;
  for (const auto& [id, name] : kOthers) {
    if (id == type) return fmt::format("type {} ({})", type, name);
  }
  return fmt::format("type {}", type);
}

std::string ggml_type_list() {
  std::string list;
  for (const GgmlFormat& format : kFormats) {
    list += (list.empty() ? "" : ", ") + std::string(format.name);
  }
  return list;
}

Gguf::Gguf(FileView file) : file_(std::move(file)) {
  std::string what = "header";
  Cursor cursor(file_, what);
  if (cursor.value<uint32_t>() != kMagic)
    fail("{}: not a GGUF file (a model is one, or a folder)", file_.name);
  const auto version = cursor.value<uint32_t>();
  if (version != 2 && version != 3) {
    fail("{}: GGUF version {} (or the other byte order); supported are 2 and 3", file_.name,
         version);
  }
  const auto tensors = cursor.value<uint64_t>();
  const auto entries = cursor.value<uint64_t>();
  if (tensors > kMaxEntries)
    fail("{}: {} tensors, the limit is {}", file_.name, tensors, kMaxEntries);
  if (entries > kMaxEntries) {
    fail("{}: {} metadata keys, the limit is {}", file_.name, entries, kMaxEntries);
  }
  for (uint64_t i = 0; i < entries; ++i) {
    what = fmt::format("metadata key {}", i);
    const std::string key = read_name(cursor, file_, "metadata key");
    what = key;
    if (!metadata_.emplace(key, read_value(cursor, file_, key)).second) {
      fail("{}: key '{}' appears twice", file_.name, key);
    }
  }

  std::vector<std::pair<uint64_t, std::string>> order;  // by offset
  for (uint64_t i = 0; i < tensors; ++i) {
    what = fmt::format("tensor {}", i);
    const std::string name = read_name(cursor, file_, "tensor name");
    what = name;
    uint64_t offset = 0;
    if (!tensors_.emplace(name, read_tensor(cursor, file_, name, &offset)).second) {
      fail("{}: tensor '{}' appears twice", file_.name, name);
    }
    order.emplace_back(offset, name);
  }

  constexpr int64_t kMaxAlignment = 1 << 20;
  const char* key = "general.alignment";
  const int64_t alignment = has(key) ? integer(key, 1, kMaxAlignment) : 32;
  const int64_t begin = (cursor.position() + alignment - 1) / alignment * alignment;
  const int64_t size = file_.size - std::min(begin, file_.size);
  std::sort(order.begin(), order.end());
  uint64_t end = 0;
  for (const auto& [offset, name] : order) {
    GgufTensor& tensor = tensors_.at(name);
    if (offset % static_cast<uint64_t>(alignment) != 0) {
      fail("{}: {}: offset {} is no multiple of {}", file_.name, name, offset, alignment);
    }
    if (offset < end) {
      fail("{}: {}: begins at offset {}, the tensor before it ends at {}", file_.name, name, offset,
           end);
    }
    if (offset > static_cast<uint64_t>(size) ||
        tensor.bytes > size - static_cast<int64_t>(offset)) {
      fail("{}: {}: {} bytes at offset {}, the data has {}", file_.name, name, tensor.bytes, offset,
           size);
    }
    tensor.data = file_.data + begin + offset;
    end = offset + static_cast<uint64_t>(tensor.bytes);
  }
}

const std::vector<int64_t>& Gguf::dims(const std::string& name) const {
  const auto it = tensors_.find(name);
  if (it == tensors_.end()) fail("{}: tensor {} is missing", file_.name, name);
  return it->second.dims;
}

GgufTensor Gguf::take(const std::string& name, const std::vector<int64_t>& expected) {
  if (dims(name) != expected) {
    fail("{}: {} has dimensions {}, expected {}", file_.name, name, dims(name), expected);
  }
  const auto it = tensors_.find(name);
  GgufTensor tensor = std::move(it->second);
  tensors_.erase(it);
  return tensor;
}

void Gguf::check_all_taken() const {
  if (!tensors_.empty()) fail("{}: unknown tensor {}", file_.name, tensors_.begin()->first);
}

}  // namespace tercet
