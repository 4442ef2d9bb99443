// SPDX-License-Identifier: Apache-2.0
// Packing, unpacking and checking of ternary weights.
#include "model/ternary.h"

#include <cmath>
#include <utility>
#include <vector>

#include "base/error.h"
#include "model/ternary_layout.h"

namespace tercet {

TernaryMatrix::TernaryMatrix(std::string name, int64_t n, int64_t k, float scale,
                             const uint8_t* packed, std::shared_ptr<const void> owner,
                             TernaryLayout layout)
    : name_(std::move(name)),
      n_(n),
      k_(k),
      scale_(scale),
      packed_(packed),
      layout_(layout),
      owner_(std::move(owner)) {
  check_scale();
  zeros_ = count_zeros(layout_, packed_, n_, k_);
  if (zeros_ < 0) fail_at_invalid_code();
}

TernaryMatrix TernaryMatrix::from_trits(std::string name, int64_t n, int64_t k, float scale,
                                        const int8_t* trits) {
  const int64_t rows = (n + 3) / 4;
  // 0x55: weight 0 everywhere, also in the padding rows when n is no multiple of 4.
  auto bytes = std::make_shared<std::vector<uint8_t>>(static_cast<size_t>(rows * k), uint8_t{0x55});
  for (int64_t row = 0; row < n; ++row) {
    const int64_t shift = 2 * (row / rows);
    uint8_t* out = bytes->data() + (row % rows) * k;
    for (int64_t c = 0; c < k; ++c) {
      const int code = trits[row * k + c] + 1;
      out[c] = static_cast<uint8_t>((out[c] & ~(3 << shift)) | (code << shift));
    }
  }
  const uint8_t* packed = bytes->data();
  return TernaryMatrix(std::move(name), n, k, scale, packed, std::move(bytes));
}

void TernaryMatrix::unpack_row(int64_t row, int8_t* trits) const {
  auto* codes = reinterpret_cast<uint8_t*>(trits);  // each becomes a trit where it is
  read_codes(layout_, packed_, n_, k_, row, codes);
  const int64_t k = k_;  // a local: writes to trits cannot change it, so the loop vectorises
  for (int64_t c = 0; c < k; ++c) trits[c] = static_cast<int8_t>(codes[c] - 1);
}

TernaryMatrix TernaryMatrix::scaled(float factor) const {
  TernaryMatrix copy = *this;
  copy.scale_ *= factor;
  copy.check_scale();
  return copy;
}

void TernaryMatrix::check_scale() const {
  if (std::isfinite(scale_) && scale_ > 0.0f) return;
  fail("{}: weight scale {} is not positive and finite", name_, scale_);
}

void TernaryMatrix::fail_at_invalid_code() const {
  std::vector<uint8_t> codes(static_cast<size_t>(k_));
  for (int64_t row = 0; row < (layout_ == TernaryLayout::kStrided ? 4 * packed_rows() : n_);
       ++row) {
    read_codes(layout_, packed_, n_, k_, row, codes.data());
    for (int64_t c = 0; c < k_; ++c) {
      if (codes[static_cast<size_t>(c)] != 3) continue;
      fail("{}: weight code 0b11 at row {}, column {}", name_, row, c);
    }
  }
  fail("{}: weight code 0b11", name_);
}

std::vector<uint8_t> pack_ternary(const TernaryMatrix& w, TernaryLayout layout) {
  const int64_t n = w.n();
  const int64_t k = w.k();
  const auto bytes = static_cast<size_t>(ternary_bytes(layout, n, k, w.name()));
  if (layout == w.layout() && layout != TernaryLayout::kTq1 && layout != TernaryLayout::kTq2) {
    return {w.packed(), w.packed() + bytes};
  }
  if (layout == TernaryLayout::kStrided) {
    std::vector<int8_t> trits(static_cast<size_t>(n * k));
    for (int64_t row = 0; row < n; ++row) w.unpack_row(row, trits.data() + row * k);
    const TernaryMatrix strided = TernaryMatrix::from_trits("", n, k, 1.0f, trits.data());
    return {strided.packed(), strided.packed() + bytes};
  }
  std::vector<uint8_t> packed(bytes);
  std::vector<uint8_t> codes(static_cast<size_t>(k));
  for (int64_t row = 0; row < n; ++row) {
    read_codes(w.layout(), w.packed(), n, k, row, codes.data());
    write_codes(layout, codes.data(), k, row, packed.data());
  }
  if (layout == TernaryLayout::kTq1 || layout == TernaryLayout::kTq2) {
    const size_t block = layout == TernaryLayout::kTq1 ? kTq1BlockBytes : kTq2BlockBytes;
    for (size_t end = block; end <= bytes; end += block) {
      packed[end - 2] = 0x00;  // 1.0 in half precision, little-endian
      packed[end - 1] = 0x3c;
    }
  }
  return packed;
}

}  // namespace tercet
