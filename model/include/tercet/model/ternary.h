// SPDX-License-Identifier: Apache-2.0
// A ternary weight matrix in the Hugging Face BitNet packing.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace tercet {

/// Ternary weights w[n][k] in {-1, 0, +1} with one float scale: y = acc / s_act * scale.
///
/// Packed form: R = ceil(n / 4) rows of k bytes; byte [p][c] holds, in bits 2i and 2i + 1, the code
/// w + 1 of weight row i * R + p, column c (transformers, integrations/bitnet.py). The bytes are
/// shared and never change, so a copy is cheap and safe to read from several threads.
class TernaryMatrix {
 public:
  TernaryMatrix() = default;

  /// Uses `packed` (R * k bytes, kept alive by `owner`) in place.
  /// Throws Error naming row and column at the first code 0b11, or if scale is not positive.
  TernaryMatrix(std::string name, int64_t n, int64_t k, float scale, const uint8_t* packed,
                std::shared_ptr<const void> owner);

  /// Packs trits [n][k], each -1, 0 or +1, into storage of its own.
  static TernaryMatrix from_trits(std::string name, int64_t n, int64_t k, float scale,
                                  const int8_t* trits);

  const std::string& name() const { return name_; }  ///< "model.layers.3.self_attn.q_proj"
  int64_t n() const { return n_; }                   ///< outputs (rows)
  int64_t k() const { return k_; }                   ///< inputs (columns)
  float scale() const { return scale_; }             ///< multiplies the result
  int64_t zeros() const { return zeros_; }           ///< weights that are 0

  /// Row `row` as trits[k], each -1, 0 or +1.
  void unpack_row(int64_t row, int8_t* trits) const;

  /// The packed bytes, [packed_rows()][k].
  const uint8_t* packed() const { return packed_; }
  int64_t packed_rows() const { return (n_ + 3) / 4; }

 private:
  void check_codes_and_count_zeros();

  std::string name_;
  int64_t n_ = 0;
  int64_t k_ = 0;
  float scale_ = 1.0f;
  int64_t zeros_ = 0;
  const uint8_t* packed_ = nullptr;
  std::shared_ptr<const void> owner_;
};

}  // namespace tercet
