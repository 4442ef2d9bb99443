// SPDX-License-Identifier: Apache-2.0
// Packed ternary matrices, float matrices, and the reference GEMM.
#include "model/ternary.h"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "model/engine.h"
#include "model/float_matrix.h"
#include "test_util.h"

namespace tercet {
namespace {

TEST(Ternary, ReadsTheStridedRowsOfTheHuggingFacePacking) {
  // 8 outputs, 1 input: R = 2; byte 0 holds rows 0, 2, 4, 6 and byte 1 rows 1, 3, 5, 7, low bits
  // first; codes 0, 1, 2 are -1, 0, +1.
  const std::vector<uint8_t> packed = {0b10'01'00'10, 0b00'10'01'01};
  const TernaryMatrix w("w", 8, 1, 1.0f, packed.data(), nullptr);
  const int8_t expected[] = {1, 0, -1, 0, 0, 1, 1, -1};
  for (int64_t row = 0; row < 8; ++row) {
    int8_t trit = 9;
    w.unpack_row(row, &trit);
    EXPECT_EQ(trit, expected[row]) << row;
  }
  EXPECT_EQ(w.zeros(), 3);
}

TEST(Ternary, PacksAndUnpacksEveryShape) {
  for (const int64_t n : {1, 2, 3, 4, 5, 7, 8, 33}) {
    for (const int64_t k : {1, 3, 8, 17}) {
      const auto trits = test::random_trits(n * k, static_cast<uint64_t>(n * 100 + k));
      const auto w = TernaryMatrix::from_trits("w", n, k, 0.5f, trits.data());
      int64_t zeros = 0;
      for (int64_t row = 0; row < n; ++row) {
        std::vector<int8_t> got(static_cast<size_t>(k) + 1, 77);  // the last one is a guard
        w.unpack_row(row, got.data());
        for (int64_t c = 0; c < k; ++c) {
          EXPECT_EQ(got[c], trits[row * k + c]);
          zeros += got[c] == 0 ? 1 : 0;
        }
        EXPECT_EQ(got[k], 77);
      }
      EXPECT_EQ(w.zeros(), zeros);
      EXPECT_EQ(w.scale(), 0.5f);
    }
  }
}

TEST(Ternary, NamesRowAndColumnOfAnInvalidCode) {
  for (int64_t place = 0; place < 12 * 5; ++place) {  // 12 outputs, 5 inputs: 15 bytes
    std::vector<uint8_t> packed(15, 0x55);
    const int64_t row = place / 5;
    const int64_t column = place % 5;
    packed[row % 3 * 5 + column] |= static_cast<uint8_t>(3 << (row / 3 * 2));
    test::expect_error([&] { TernaryMatrix("proj", 12, 5, 1.0f, packed.data(), nullptr); },
                       fmt::format("proj: weight code 0b11 at row {}, column {}", row, column));
  }
}

TEST(Ternary, RefusesAScaleThatIsNotPositiveAndFinite) {
  const uint8_t packed = 0x55;
  for (const float scale : {0.0f, -1.0f, NAN, INFINITY}) {
    test::expect_error([&] { TernaryMatrix("proj", 4, 1, scale, &packed, nullptr); }, "scale");
  }
}

TEST(ReferenceEngine, EqualsTheSumWrittenOut) {
  for (const int64_t m : {1, 2, 5}) {
    for (const int64_t n : {1, 4, 9}) {
      for (const int64_t k : {1, 7, 8, 9, 64, 301}) {
        const auto trits = test::random_trits(n * k, 11);
        const auto w = TernaryMatrix::from_trits("w", n, k, 1.0f, trits.data());
        Rng rng(12);
        std::vector<int8_t> q(static_cast<size_t>(m * k));
        for (int8_t& v : q) v = static_cast<int8_t>(rng.next());
        std::vector<int32_t> acc(static_cast<size_t>(m * n));
        ReferenceEngine().matmul(w, q.data(), m, acc.data());
        for (int64_t t = 0; t < m; ++t) {
          for (int64_t row = 0; row < n; ++row) {
            int64_t sum = 0;
            for (int64_t c = 0; c < k; ++c) sum += q[t * k + c] * trits[row * k + c];
            ASSERT_EQ(acc[t * n + row], sum) << m << " " << n << " " << k;
          }
        }
      }
    }
  }
}

TEST(ReferenceEngine, KeepsEveryBitAtTheLargestSums) {
  constexpr int64_t kInputs = 65536;
  const std::vector<int8_t> plus(kInputs, 1);
  const auto w = TernaryMatrix::from_trits("w", 1, kInputs, 1.0f, plus.data());
  int32_t acc = 0;
  ReferenceEngine().matmul(w, std::vector<int8_t>(kInputs, -128).data(), 1, &acc);
  EXPECT_EQ(acc, -8388608);
  ReferenceEngine().matmul(w, std::vector<int8_t>(kInputs, 127).data(), 1, &acc);
  EXPECT_EQ(acc, 8323072);
}

TEST(FloatMatrix, WidensEveryFiniteHalfExactly) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const int exponent = static_cast<int>(bits >> 10 & 31);
    const double fraction = bits & 1023;
    if (exponent == 31) continue;
    double exact =
        exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(1024.0 + fraction, exponent - 25);
    if ((bits & 0x8000) != 0) exact = -exact;
    const uint8_t bytes[2] = {static_cast<uint8_t>(bits), static_cast<uint8_t>(bits >> 8)};
    float got = 0.0f;
    FloatMatrix("m", 1, 1, DType::kF16, bytes, nullptr).read_row(0, &got);
    ASSERT_EQ(got, exact) << bits;
  }
}

TEST(FloatMatrix, NamesRowAndColumnOfWhatIsNotFinite) {
  const std::vector<uint16_t> bf16 = {0x3f80, 0x4000, 0x7f80, 0xbf80};  // 1, 2, infinity, -1
  const auto* data = reinterpret_cast<const uint8_t*>(bf16.data());
  test::expect_error([&] { FloatMatrix("emb", 2, 2, DType::kBF16, data, nullptr); },
                     "emb: inf at row 1, column 0");
  const std::vector<uint16_t> f16 = {0x7e00};  // NaN
  data = reinterpret_cast<const uint8_t*>(f16.data());
  test::expect_error([&] { FloatMatrix("emb", 1, 1, DType::kF16, data, nullptr); }, "nan");
}

}  // namespace
}  // namespace tercet
