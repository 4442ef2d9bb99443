// SPDX-License-Identifier: Apache-2.0
// The safetensors container (github.com/huggingface/safetensors, README "Format").
#include "model/formats/safetensors.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/json.h"

namespace tercet {
namespace {

constexpr int64_t kMaxHeader = 100'000'000;  // the limit of the format's own library
constexpr int64_t kMaxBytes = int64_t{1} << 48;

/// Header length: the first eight bytes, little-endian.
int64_t header_size(const FileView& file) {
  if (file.size < 8) fail("{}: {} bytes, too short for a header", file.name, file.size);
  uint64_t size = 0;
  for (int i = 7; i >= 0; --i) size = (size << 8) | file.data[i];
  const int64_t limit = std::min(kMaxHeader, file.size - 8);
  if (size > static_cast<uint64_t>(limit)) {
    fail("{}: header of {} bytes, the limit is {}", file.name, size, limit);
  }
  return static_cast<int64_t>(size);
}

DType parse_dtype(const std::string& name, const std::string& where) {
  for (const DType dtype : {DType::kBF16, DType::kF16, DType::kF32, DType::kU8}) {
    if (name == dtype_name(dtype)) return dtype;
  }
  fail("{}: dtype '{}' is none of BF16, F16, F32, U8", where, name);
}

/// dtype x shape in bytes.
int64_t byte_count(DType dtype, const std::vector<int64_t>& shape, const std::string& where) {
  int64_t bytes = dtype_size(dtype);
  for (const int64_t size : shape) {
    if (size > kMaxBytes / bytes) fail("{}: shape {} is too large", where, shape);
    bytes *= size;
  }
  return bytes;
}

TensorView parse_tensor(const Json& json, const std::string& where, const uint8_t* data,
                        int64_t data_size) {
  Fields fields(json, where);
  TensorView view;
  view.dtype = parse_dtype(fields.text("dtype"), where);
  const Json& shape = fields.need("shape");
  if (!shape.is_array() || shape.size() > 8) fail("{}: shape is not a list of at most 8", where);
  for (const Json& size : shape) {
    view.shape.push_back(to_integer(size, where + ": shape", 1, kMaxBytes));
  }
  const Json& offsets = fields.need("data_offsets");
  if (!offsets.is_array() || offsets.size() != 2) fail("{}: data_offsets is not a pair", where);
  const int64_t begin = to_integer(offsets[0], where + ": data_offsets", 0, data_size);
  const int64_t end = to_integer(offsets[1], where + ": data_offsets", begin, data_size);
  fields.finish();
  view.data = data + begin;
  view.bytes = byte_count(view.dtype, view.shape, where);
  if (view.bytes != end - begin) {
    fail("{}: {} x {} is {} bytes, data_offsets hold {}", where, dtype_name(view.dtype), view.shape,
         view.bytes, end - begin);
  }
  return view;
}

}  // namespace

SafeTensors::SafeTensors(std::string name, const std::vector<FileView>& files) {
  for (const FileView& file : files) add(file);
  name_ = std::move(name);
}

void SafeTensors::add(const FileView& file) {
  name_ = file.name;
  const int64_t header_bytes = header_size(file);
  const uint8_t* data = file.data + 8 + header_bytes;
  const int64_t data_size = file.size - 8 - header_bytes;
  const std::string text(reinterpret_cast<const char*>(file.data) + 8,
                         static_cast<size_t>(header_bytes));
  const Json header = parse_json(text, file.name + ": header");
  if (!header.is_object()) fail("{}: header is not an object", file.name);

  std::vector<std::pair<const uint8_t*, std::string>> order;
  for (const auto& item : header.items()) {
    const std::string& name = item.key();
    if (name == "__metadata__") continue;
    TensorView view = parse_tensor(item.value(), file.name + ": " + name, data, data_size);
    view.file = file.name;
    view.owner = file.owner;
    order.emplace_back(view.data, name);
    const auto [it, fresh] = tensors_.emplace(name, std::move(view));
    if (!fresh) fail("{}: {} is also in {}", file.name, name, it->second.file);
  }

  std::sort(order.begin(), order.end());
  const uint8_t* expected = data;
  for (const auto& [begin, name] : order) {
    if (begin != expected) {
      fail("{}: {} begins at offset {}, the tensor before it ends at {}", file.name, name,
           begin - data, expected - data);
    }
    expected = begin + tensors_.at(name).bytes;
  }
  if (expected != data + data_size) {
    fail("{}: tensors end at offset {}, the data at {}", file.name, expected - data, data_size);
  }
}

const TensorView& SafeTensors::view(const std::string& tensor) const {
  const auto it = tensors_.find(tensor);
  if (it == tensors_.end()) fail("{}: tensor {} is missing", name_, tensor);
  return it->second;
}

TensorView SafeTensors::take(const std::string& name, const std::vector<int64_t>& shape) {
  const auto it = tensors_.find(name);
  if (it == tensors_.end()) fail("{}: tensor {} is missing", name_, name);
  TensorView view = it->second;
  if (view.shape != shape) {
    fail("{}: {} has shape {}, expected {}", view.file, name, view.shape, shape);
  }
  tensors_.erase(it);
  return view;
}

void SafeTensors::check_all_taken() const {
  if (tensors_.empty()) return;
  const auto& [name, view] = *tensors_.begin();
  fail("{}: unknown tensor {}", view.file, name);
}

}  // namespace tercet
