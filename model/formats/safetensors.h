// SPDX-License-Identifier: Apache-2.0
// The safetensors container: every size, offset, dtype and name is checked before use.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/input.h"
#include "model/float_matrix.h"

namespace tercet {

/// A tensor where it lies in the file; shape[0] is the slowest dimension.
struct TensorView {
  DType dtype = DType::kF32;
  std::vector<int64_t> shape;
  const uint8_t* data = nullptr;
  int64_t bytes = 0;
  std::string file;  ///< its name
  std::shared_ptr<const void> owner;
};

/// The tensors of one or several safetensors files.
class SafeTensors {
 public:
  /// Throws Error unless the header is valid JSON within its limit and the tensors cover the data
  /// exactly: in the file, dtype x shape = bytes, no overlap, no hole.
  explicit SafeTensors(const FileView& file) { add(file); }
  /// All of `files`, together named `name` in errors. Throws Error also if two have the same
  /// tensor.
  SafeTensors(std::string name, const std::vector<FileView>& files);

  /// Of the file, or of all together.
  const std::string& name() const { return name_; }
  /// A tensor that nobody has taken. Throws Error if it is missing.
  const TensorView& view(const std::string& tensor) const;

  /// Whether `name` is present and not yet taken.
  bool has(const std::string& name) const { return tensors_.count(name) != 0; }

  /// Hands out a tensor, once. Throws Error if it is missing or its shape is not `shape`.
  TensorView take(const std::string& name, const std::vector<int64_t>& shape);

  /// Throws Error naming the first tensor that nobody took.
  void check_all_taken() const;

 private:
  void add(const FileView& file);

  std::string name_;
  std::map<std::string, TensorView> tensors_;
};

}  // namespace tercet
