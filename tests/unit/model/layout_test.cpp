// SPDX-License-Identifier: Apache-2.0
// Ternary layouts and half precision: conversions, extremes, refusals.
#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "model/engine.h"
#include "model/float_matrix.h"
#include "model/math.h"
#include "model/ternary.h"
#include "test_util.h"

namespace tercet {
namespace {

constexpr TernaryLayout kLayouts[] = {TernaryLayout::kStrided, TernaryLayout::kI2s,
                                      TernaryLayout::kI2sArm, TernaryLayout::kTq2,
                                      TernaryLayout::kTq1};

TernaryMatrix in_layout(const TernaryMatrix& w, TernaryLayout layout) {
  auto bytes = std::make_shared<std::vector<uint8_t>>(pack_ternary(w, layout));
  const uint8_t* data = bytes->data();
  return TernaryMatrix(w.name(), w.n(), w.k(), w.scale(), data, std::move(bytes), layout);
}

TEST(TernaryLayout, AllLayoutsHoldTheSameWeights) {
  constexpr int64_t kN = 13;
  constexpr int64_t kK = 512;
  const std::vector<int8_t> trits = test::random_trits(kN * kK, 5);
  const TernaryMatrix strided = TernaryMatrix::from_trits("w", kN, kK, 0.5f, trits.data());
  for (const TernaryLayout from : kLayouts) {
    const TernaryMatrix w = in_layout(strided, from);
    EXPECT_EQ(w.zeros(), strided.zeros()) << layout_name(from);
    std::vector<int8_t> row(kK);
    for (int64_t n = 0; n < kN; ++n) {
      w.unpack_row(n, row.data());
      ASSERT_EQ(row, std::vector<int8_t>(trits.begin() + n * kK, trits.begin() + (n + 1) * kK))
          << layout_name(from);
    }
    for (const TernaryLayout to : kLayouts) {
      EXPECT_EQ(pack_ternary(w, to), pack_ternary(strided, to))
          << layout_name(from) << " to " << layout_name(to);
    }
  }
}

TEST(TernaryLayout, SameSignExtremesDoNotWrap) {
  // One peer adds such products in 16 bits. 6912 inputs: the longest of BitNet b1.58 2B4T.
  constexpr int64_t kN = 8;
  constexpr int64_t kK = 6912;
  ReferenceEngine engine;
  for (const int sign : {1, -1}) {
    const std::vector<int8_t> trits(kN * kK, static_cast<int8_t>(sign));
    const TernaryMatrix strided = TernaryMatrix::from_trits("w", kN, kK, 1.0f, trits.data());
    for (const TernaryLayout layout : kLayouts) {
      for (const int x : {127, -127, -128}) {
        const std::vector<int8_t> q(kK, static_cast<int8_t>(x));
        std::vector<int32_t> acc(kN);
        engine.matmul(in_layout(strided, layout), q.data(), 1, acc.data());
        EXPECT_EQ(acc, std::vector<int32_t>(kN, sign * x * static_cast<int32_t>(kK)))
            << layout_name(layout) << ", x = " << x;
      }
    }
  }
}

TEST(TernaryLayout, RefusesCodesThatAreNoneAndRowsThatDoNotFit) {
  const std::vector<int8_t> trits = test::random_trits(4 * 256, 6);
  const TernaryMatrix strided = TernaryMatrix::from_trits("w", 4, 256, 1.0f, trits.data());
  const auto spoil = [&](TernaryLayout layout, size_t byte, int value) {
    auto bytes = std::make_shared<std::vector<uint8_t>>(pack_ternary(strided, layout));
    (*bytes)[byte] = static_cast<uint8_t>(value);
    TernaryMatrix("w", 4, 256, 1.0f, bytes->data(), bytes, layout);
  };
  test::expect_error([&] { spoil(TernaryLayout::kStrided, 7, 0xc0); }, "row 3, column 7");
  test::expect_error([&] { spoil(TernaryLayout::kI2s, 64 + 33, 0xc0); }, "row 1, column 129");
  test::expect_error([&] { spoil(TernaryLayout::kI2sArm, 17, 0x30); }, "row 0, column 81");
  test::expect_error([&] { spoil(TernaryLayout::kTq2, 66 + 34, 0xc0); }, "row 1, column 226");
  EXPECT_NO_THROW(spoil(TernaryLayout::kTq1, 3, 0xff));   // every byte has five digits
  EXPECT_NO_THROW(spoil(TernaryLayout::kTq2, 65, 0xff));  // scales are not looked at
  const TernaryMatrix odd = TernaryMatrix::from_trits("w", 4, 96, 1.0f, trits.data());
  test::expect_error([&] { pack_ternary(odd, TernaryLayout::kI2s); },
                     "w: 96 inputs are no multiple of 128, a block of I2_S");
}

TEST(HalfPrecision, EveryHalfComesBack) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    const float value = f16_to_float(half);
    if (std::isnan(value)) continue;
    ASSERT_EQ(float_to_f16(value), half) << value;
  }
  EXPECT_TRUE(std::isnan(f16_to_float(float_to_f16(std::nanf("")))));
}

TEST(HalfPrecision, RoundsToNearestAndTiesToEven) {
  for (uint32_t bits = 0; bits < 0x7c00; ++bits) {
    const auto low = static_cast<uint16_t>(bits);
    const auto high =
        static_cast<uint16_t>(bits + 1);  // infinity above the largest: 65536 stands in
    const float a = f16_to_float(low);
    const float b = bits == 0x7bff ? 65536.0f : f16_to_float(high);
    const float middle = a + (b - a) / 2.0f;
    const uint16_t even = bits % 2 == 0 ? low : high;
    ASSERT_EQ(float_to_f16(middle), even) << middle;
    ASSERT_EQ(float_to_f16(std::nextafter(middle, 0.0f)), low) << middle;
    ASSERT_EQ(float_to_f16(std::nextafter(middle, 1e9f)), high) << middle;
    ASSERT_EQ(float_to_f16(-middle), even | 0x8000) << middle;
  }
}

TEST(HalfPrecision, Bf16RoundsToNearestAndTiesToEven) {
  EXPECT_EQ(float_to_bf16(1.0f), 0x3f80);
  EXPECT_EQ(float_to_bf16(bit_cast<float>(0x3f808000u)), 0x3f80);  // a tie, to even
  EXPECT_EQ(float_to_bf16(bit_cast<float>(0x3f818000u)), 0x3f82);
  EXPECT_EQ(float_to_bf16(bit_cast<float>(0x3f808001u)), 0x3f81);
  EXPECT_EQ(float_to_bf16(bit_cast<float>(0xbf807fffu)), 0xbf80);
}

}  // namespace
}  // namespace tercet
