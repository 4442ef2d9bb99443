// SPDX-License-Identifier: Apache-2.0
// Typed access to GGUF metadata. The parser has walked over every value, so bounds hold.
#include <cstring>
#include <optional>

#include "base/error.h"
#include "model/formats/gguf.h"

namespace tercet {
namespace {

template <typename T>
T load(const uint8_t* data) {
  T value;
  std::memcpy(&value, data, sizeof(T));
  return value;
}

/// An integer of any width; nullopt if the type is none, or the value is above int64.
std::optional<int64_t> load_integer(GgufType type, const uint8_t* data) {
  switch (type) {
    case GgufType::kU8:
      return load<uint8_t>(data);
    case GgufType::kI8:
      return load<int8_t>(data);
    case GgufType::kU16:
      return load<uint16_t>(data);
    case GgufType::kI16:
      return load<int16_t>(data);
    case GgufType::kU32:
      return load<uint32_t>(data);
    case GgufType::kI32:
      return load<int32_t>(data);
    case GgufType::kI64:
      return load<int64_t>(data);
    case GgufType::kU64:
      if (load<uint64_t>(data) > uint64_t{INT64_MAX}) return std::nullopt;
      return static_cast<int64_t>(load<uint64_t>(data));
    default:
      return std::nullopt;
  }
}

std::string_view load_text(const uint8_t* data) {
  return {reinterpret_cast<const char*>(data) + 8, static_cast<size_t>(load<uint64_t>(data))};
}

}  // namespace

const GgufValue& Gguf::need(const std::string& key) const {
  const auto it = metadata_.find(key);
  if (it == metadata_.end()) fail("{}: key '{}' is missing", file_.name, key);
  return it->second;
}

const GgufValue& Gguf::need_array(const std::string& key) const {
  const GgufValue& value = need(key);
  if (value.type != GgufType::kArray) {
    fail("{}: {} is not an array but {}", file_.name, key, gguf_type_name(value.type));
  }
  return value;
}

int64_t Gguf::integer(const std::string& key, int64_t low, int64_t high) const {
  const GgufValue& value = need(key);
  const std::optional<int64_t> x = load_integer(value.type, value.data);
  if (!x.has_value()) {
    fail("{}: {} is not an integer in [{}, {}] but {}", file_.name, key, low, high,
         gguf_type_name(value.type));
  }
  if (*x < low || *x > high) fail("{}: {} is {}, not in [{}, {}]", file_.name, key, *x, low, high);
  return *x;
}

double Gguf::number(const std::string& key, double low, double high) const {
  const GgufValue& value = need(key);
  if (value.type != GgufType::kF32 && value.type != GgufType::kF64) {
    fail("{}: {} is not a float but {}", file_.name, key, gguf_type_name(value.type));
  }
  const double x =
      value.type == GgufType::kF32 ? load<float>(value.data) : load<double>(value.data);
  if (!(x >= low && x <= high)) {
    fail("{}: {} is {}, not in [{}, {}]", file_.name, key, x, low, high);
  }
  return x;
}

bool Gguf::boolean(const std::string& key) const {
  const GgufValue& value = need(key);
  if (value.type != GgufType::kBool || *value.data > 1) {
    fail("{}: {} is not true or false", file_.name, key);
  }
  return *value.data != 0;
}

std::string Gguf::text(const std::string& key) const {
  const GgufValue& value = need(key);
  if (value.type != GgufType::kText) {
    fail("{}: {} is not a text but {}", file_.name, key, gguf_type_name(value.type));
  }
  return std::string(load_text(value.data));
}

std::vector<std::string_view> Gguf::texts(const std::string& key) const {
  const GgufValue& value = need_array(key);
  if (value.element != GgufType::kText) {
    fail("{}: {} is an array of {}, not of texts", file_.name, key, gguf_type_name(value.element));
  }
  std::vector<std::string_view> list;
  list.reserve(value.count);
  const uint8_t* data = value.data;
  for (uint64_t i = 0; i < value.count; ++i) {
    list.push_back(load_text(data));
    data += 8 + list.back().size();
  }
  return list;
}

std::vector<int64_t> Gguf::integers(const std::string& key) const {
  const GgufValue& value = need_array(key);
  std::vector<int64_t> list;
  list.reserve(value.count);
  const size_t size = gguf_type_size(value.element);
  for (uint64_t i = 0; i < value.count; ++i) {
    const std::optional<int64_t> x = load_integer(value.element, value.data + i * size);
    if (!x.has_value()) {
      fail("{}: {} is an array of {}, not of integers", file_.name, key,
           gguf_type_name(value.element));
    }
    list.push_back(*x);
  }
  return list;
}

std::vector<float> Gguf::floats(const std::string& key) const {
  const GgufValue& value = need_array(key);
  if (value.element != GgufType::kF32) {
    fail("{}: {} is an array of {}, not of F32", file_.name, key, gguf_type_name(value.element));
  }
  std::vector<float> list(value.count);
  if (!list.empty()) std::memcpy(list.data(), value.data, list.size() * sizeof(float));
  return list;
}

}  // namespace tercet
