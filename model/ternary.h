// SPDX-License-Identifier: Apache-2.0
// A ternary weight matrix, used in the packing in which a file holds it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tercet {

/// How the codes w + 1 of ternary weights [n][k] lie in memory.
enum class TernaryLayout {
  /// Hugging Face (transformers, integrations/bitnet.py): R = ceil(n / 4) rows of k bytes; bits 2i
  /// and 2i + 1 of byte [p][c] are row i * R + p, column c.
  kStrided,
  /// bitnet.cpp I2_S as x86 writes it, row-major: 128 weights in 32 bytes; weight j of a block in
  /// byte j % 32, the first 32 in the top bits.
  kI2s,
  /// The same as ARM writes it: 64 weights in 16 bytes.
  kI2sArm,
  /// llama.cpp TQ2_0, row-major: 256 weights in 66 bytes: twice (32 bytes for 128 weights, the
  /// first 32 in the low bits), then a half-precision scale.
  kTq2,
  /// llama.cpp TQ1_0, row-major: 256 weights in 54 bytes: base-3 digits, five a byte; then a
  /// half-precision scale.
  kTq1,
};

/// "I2_S" and so on, for errors.
const char* layout_name(TernaryLayout layout);

/// Bytes of n rows of k weights, without what a file puts after them.
/// Throws Error, prefixed with `where`, if k is no multiple of the layout's block.
int64_t ternary_bytes(TernaryLayout layout, int64_t n, int64_t k, const std::string& where);

/// Ternary weights w[n][k] in {-1, 0, +1} with one float scale: y = acc / s_act * scale.
/// The bytes are shared and never change, so a copy is cheap and safe to read from several threads.
class TernaryMatrix {
 public:
  TernaryMatrix() = default;

  /// Uses `packed` (ternary_bytes, kept alive by `owner`) in place. Scales inside of TQ blocks are
  /// not looked at: `scale` is the matrix's.
  /// Throws Error naming row and column at the first code 0b11, or if scale is not positive.
  TernaryMatrix(std::string name, int64_t n, int64_t k, float scale, const uint8_t* packed,
                std::shared_ptr<const void> owner, TernaryLayout layout = TernaryLayout::kStrided);

  /// Packs trits [n][k], each -1, 0 or +1, into storage of its own, strided.
  static TernaryMatrix from_trits(std::string name, int64_t n, int64_t k, float scale,
                                  const int8_t* trits);

  const std::string& name() const { return name_; }  ///< "model.layers.3.self_attn.q_proj"
  int64_t n() const { return n_; }                   ///< outputs (rows)
  int64_t k() const { return k_; }                   ///< inputs (columns)
  float scale() const { return scale_; }             ///< multiplies the result
  int64_t zeros() const { return zeros_; }           ///< weights that are 0

  /// The same weights with the scale times `factor`. Throws Error if that is not positive.
  TernaryMatrix scaled(float factor) const;

  /// Row `row` as trits[k], each -1, 0 or +1.
  void unpack_row(int64_t row, int8_t* trits) const;

  TernaryLayout layout() const { return layout_; }
  /// The packed bytes in layout().
  const uint8_t* packed() const { return packed_; }
  /// R of the strided layout.
  int64_t packed_rows() const { return (n_ + 3) / 4; }
  /// Bytes of a row of any other layout.
  int64_t row_bytes() const { return ternary_bytes(layout_, 1, k_, name_); }
  /// Bytes of all rows.
  int64_t bytes() const { return ternary_bytes(layout_, n_, k_, name_); }

 private:
  void check_scale() const;
  [[noreturn]] void fail_at_invalid_code() const;

  std::string name_;
  int64_t n_ = 0;
  int64_t k_ = 0;
  float scale_ = 1.0f;
  int64_t zeros_ = 0;
  const uint8_t* packed_ = nullptr;
  TernaryLayout layout_ = TernaryLayout::kStrided;
  std::shared_ptr<const void> owner_;
};

/// The codes of `w` in another layout (scales of TQ blocks are 1).
/// Throws Error naming `w` if its k is no multiple of the layout's block.
std::vector<uint8_t> pack_ternary(const TernaryMatrix& w, TernaryLayout layout);

}  // namespace tercet
