// SPDX-License-Identifier: Apache-2.0
// Where a model's tensors come from, and how they become a Model.
#pragma once

#include <cstdint>
#include <vector>

#include "model/formats/checkpoint.h"
#include "model/formats/tensor_names.h"
#include "model/transformer.h"

namespace tercet {

/// A file that holds tensors. Every call throws Error naming file and tensor if it is missing,
/// misshapen, of a wrong type, or not finite.
class TensorSource {
 public:
  virtual ~TensorSource() = default;
  virtual FloatMatrix matrix(int64_t layer, const TensorName& name, int64_t n, int64_t k) = 0;
  virtual std::vector<float> vector(int64_t layer, const TensorName& name, int64_t n) = 0;
  /// Ternary as stored, or quantised if stored as floats.
  virtual TernaryMatrix projection(int64_t layer, const TensorName& name, int64_t n, int64_t k) = 0;
  /// Throws Error naming a tensor that nobody asked for.
  virtual void check_all_taken() const = 0;
};

/// Takes all tensors that `config` calls for.
Model assemble_model(const ModelConfig& config, TensorSource& source, const LoadOptions& options);

}  // namespace tercet
