// SPDX-License-Identifier: Apache-2.0
// The GGUF container, versions 2 and 3: every length, offset, type and name is checked before use.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/input.h"

namespace tercet {

/// Types of metadata values, as files number them.
enum class GgufType : uint32_t {
  kU8,
  kI8,
  kU16,
  kI16,
  kU32,
  kI32,
  kF32,
  kBool,
  kText,
  kArray,
  kU64,
  kI64,
  kF64
};
inline constexpr uint32_t kGgufTypes = 13;
/// Bytes of a value; of a text its length alone, of an array its type and count.
size_t gguf_type_size(GgufType type);
const char* gguf_type_name(GgufType type);

/// Tensor types this project reads, as files number them.
enum class GgmlType : uint32_t {
  kF32 = 0,
  kF16 = 1,
  kQ80 = 8,
  kQ6K = 14,
  kBF16 = 30,
  kTq1 = 34,
  kTq2 = 35,
  kI2s = 36,  ///< of bitnet.cpp's fork: codes, then a float scale and 28 bytes of padding
};
/// "I2_S"; "type 38 (TL1)" for others.
std::string ggml_type_name(uint32_t type);

struct GgmlFormat {
  GgmlType type;
  const char* name;
  int64_t block;  ///< elements along the first dimension
  int64_t bytes;  ///< of a block
  int64_t tail;   ///< bytes after the last block
};

/// nullptr if the project does not read the type.
const GgmlFormat* find_ggml_format(uint32_t type);
/// The supported types by name.
std::string ggml_type_list();

/// A metadata value where it lies in the file.
struct GgufValue {
  GgufType type = GgufType::kU8;
  GgufType element = GgufType::kU8;  ///< of an array
  uint64_t count = 1;                ///< of an array
  const uint8_t* data = nullptr;     ///< the value, or an array's first element
};

/// A tensor where it lies in the file.
struct GgufTensor {
  uint32_t type = 0;          ///< one of GgmlType
  std::vector<int64_t> dims;  ///< the fastest first: [in, out]
  const uint8_t* data = nullptr;
  int64_t bytes = 0;
};

/// A parsed GGUF file. Accessors throw Error naming file and key.
class Gguf {
 public:
  /// Throws Error unless header, metadata and tensor table are well formed, all tensors are of
  /// known types, aligned, inside the file and disjoint.
  explicit Gguf(FileView file);

  const FileView& file() const { return file_; }
  const std::map<std::string, GgufValue>& metadata() const { return metadata_; }
  bool has(const std::string& key) const { return metadata_.count(key) != 0; }

  int64_t integer(const std::string& key, int64_t low, int64_t high) const;  ///< any integer type
  double number(const std::string& key, double low, double high) const;      ///< F32 or F64
  bool boolean(const std::string& key) const;
  std::string text(const std::string& key) const;
  std::vector<std::string_view> texts(const std::string& key) const;
  std::vector<int64_t> integers(const std::string& key) const;
  std::vector<float> floats(const std::string& key) const;  ///< F32

  bool has_tensor(const std::string& name) const { return tensors_.count(name) != 0; }
  /// The dimensions of a tensor, not taking it.
  const std::vector<int64_t>& dims(const std::string& name) const;
  /// Hands out a tensor, once. Throws Error if it is missing or its dimensions are not `dims`.
  GgufTensor take(const std::string& name, const std::vector<int64_t>& dims);
  /// Throws Error naming the first tensor that nobody took.
  void check_all_taken() const;

 private:
  const GgufValue& need(const std::string& key) const;
  const GgufValue& need_array(const std::string& key) const;

  FileView file_;
  std::map<std::string, GgufValue> metadata_;
  std::map<std::string, GgufTensor> tensors_;
};

}  // namespace tercet
