// SPDX-License-Identifier: Apache-2.0
// Packing, unpacking and checking of ternary weights.
#include "tercet/model/ternary.h"

#include <cmath>
#include <cstring>
#include <utility>
#include <vector>

#include "tercet/model/error.h"

namespace tercet {
namespace {

constexpr uint64_t kLowBits = 0x5555555555555555;  // the low bit of each 2-bit code

/// Low bit set where the code is 0b11.
uint64_t invalid_codes(uint64_t word) { return word & (word >> 1) & kLowBits; }

/// How many of the codes are 0b01, which is weight 0.
int64_t zero_codes(uint64_t word) { return __builtin_popcountll(word & ~(word >> 1) & kLowBits); }

}  // namespace

TernaryMatrix::TernaryMatrix(std::string name, int64_t n, int64_t k, float scale,
                             const uint8_t* packed, std::shared_ptr<const void> owner)
    : name_(std::move(name)),
      n_(n),
      k_(k),
      scale_(scale),
      packed_(packed),
      owner_(std::move(owner)) {
  if (!std::isfinite(scale) || scale <= 0.0f) {
    fail("{}: weight scale {} is not positive and finite", name_, scale);
  }
  check_codes_and_count_zeros();
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
  const int64_t k = k_;  // a local: writes to trits cannot change it, so the loop vectorises
  const int64_t rows = packed_rows();
  const int64_t shift = 2 * (row / rows);
  const auto mask = static_cast<uint8_t>(3 << shift);
  const auto plus = static_cast<uint8_t>(2 << shift);  // code 2 is +1, code 0 is -1
  const uint8_t* in = packed_ + (row % rows) * k;
  for (int64_t c = 0; c < k; ++c) {
    const auto code = static_cast<uint8_t>(in[c] & mask);
    trits[c] = static_cast<int8_t>((code == plus) - (code == 0));
  }
}

void TernaryMatrix::check_codes_and_count_zeros() {
  const int64_t bytes = packed_rows() * k_;
  int64_t zeros = 0;
  for (int64_t i = 0; i < bytes;) {
    uint64_t word = 0;
    const int64_t step = bytes - i < 8 ? bytes - i : 8;
    std::memcpy(&word, packed_ + i, static_cast<size_t>(step));
    if (invalid_codes(word) != 0) break;  // the slow loop below names the place
    zeros += zero_codes(word);
    i += step;
    if (i == bytes) {
      zeros_ = zeros - (packed_rows() * 4 - n_) * k_;  // padding rows are zeros that nobody has
      return;
    }
  }
  for (int64_t i = 0; i < bytes; ++i) {
    for (int64_t lane = 0; lane < 4; ++lane) {
      if (((packed_[i] >> (2 * lane)) & 3) != 3) continue;
      fail("{}: weight code 0b11 at row {}, column {}", name_, lane * packed_rows() + i / k_,
           i % k_);
    }
  }
}

}  // namespace tercet
