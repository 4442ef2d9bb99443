// SPDX-License-Identifier: Apache-2.0
// What the kernels of integer products share: fields of two bits, sums of lanes, and rows of the
// row-major layouts as codes (weight + 1), a byte each, in the order of the columns.
#if defined(TERCET_CODES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TERCET_CODES_INL_H_
#undef TERCET_CODES_INL_H_
#else
#define TERCET_CODES_INL_H_
#endif

#include <cstring>

#include "model/fast/byte_dot-inl.h"
#include "model/ternary.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::HWY_NAMESPACE {

constexpr int64_t kFields = 4;  // weights in a byte

#if HWY_TARGET != HWY_SCALAR

constexpr hn::ScalableTag<uint8_t> kD8;
constexpr hn::ScalableTag<int8_t> kDi8;
constexpr hn::ScalableTag<int32_t> kD32;
constexpr int64_t kBytes = hn::MaxLanes(kD8);     // in a vector
constexpr int64_t kColumns = hn::MaxLanes(kD32);  // int32 in a vector

// No plain loops over products of bytes or int16s below: the compiler may turn those into AVX-VNNI
// instructions, which Highway's flags for AVX3_DL allow and Zen 4 does not have.

/// Field i of each byte, where it lies.
HWY_INLINE DotBytes field_of(DotBytes packed, int64_t i) {
  return hn::And(packed, hn::Set(kD8, static_cast<uint8_t>(3 << (2 * i))));
}

/// to[i] = the sum of the lanes of v[i].
HWY_INLINE void sum_four(const DotSums* v, int32_t* to) {
  constexpr hn::Full128<int32_t> kFour;
  constexpr hn::Full128<int64_t> kTwo;
  const auto a = fold_to_four(kD32, v[0]);
  const auto b = fold_to_four(kD32, v[1]);
  const auto c = fold_to_four(kD32, v[2]);
  const auto d = fold_to_four(kD32, v[3]);
  const auto ab = hn::Add(hn::InterleaveLower(kFour, a, b), hn::InterleaveUpper(kFour, a, b));
  const auto cd = hn::Add(hn::InterleaveLower(kFour, c, d), hn::InterleaveUpper(kFour, c, d));
  const auto low = hn::InterleaveLower(kTwo, hn::BitCast(kTwo, ab), hn::BitCast(kTwo, cd));
  const auto high = hn::InterleaveUpper(kTwo, hn::BitCast(kTwo, ab), hn::BitCast(kTwo, cd));
  hn::StoreU(hn::Add(hn::BitCast(kFour, low), hn::BitCast(kFour, high)), kFour, to);
}

constexpr int64_t kCodesSlack = 16;  // bytes that unpack_codes() may write after the last

/// A layout of two bits a weight: kRun bytes hold 4 * kRun weights, a quarter after the other; the
/// first in the top bits or in the low ones. After kGroup bytes come kGap that are none.
template <int64_t kRunBytes, bool kTop, int64_t kGapBytes>
struct TwoBitLayout {
  static constexpr int64_t kRun = kRunBytes;
  static constexpr bool kTopFirst = kTop;
  static constexpr int64_t kGroup = 64;

  /// Byte b of a row's codes.
  static HWY_INLINE const uint8_t* at(const uint8_t* row, int64_t b) {
    return row + b + b / kGroup * kGapBytes;
  }
};
using I2s = TwoBitLayout<32, true, 0>;
using I2sArm = TwoBitLayout<16, true, 0>;
using Tq2 = TwoBitLayout<32, false, 2>;

/// The quarters of one run at `from` to codes[4 * kRun].
template <class Layout>
HWY_INLINE void unpack_run(const uint8_t* from, uint8_t* codes) {
  constexpr hn::CappedTag<uint8_t, Layout::kRun> kD;
  constexpr hn::RepartitionToWide<decltype(kD)> kWide;  // bits of the neighbour are masked off
  const auto mask = hn::Set(kD, 3);
  for (int64_t i = 0; i < Layout::kRun; i += static_cast<int64_t>(hn::Lanes(kD))) {
    const auto packed = hn::LoadU(kD, from + i);
    const auto wide = hn::BitCast(kWide, packed);
    const auto put = [&](int64_t field, auto shifted) HWY_ATTR {
      const int64_t quarter = Layout::kTopFirst ? kFields - 1 - field : field;
      hn::StoreU(hn::And(hn::BitCast(kD, shifted), mask), kD, codes + quarter * Layout::kRun + i);
    };
    put(0, wide);
    put(1, hn::ShiftRight<2>(wide));
    put(2, hn::ShiftRight<4>(wide));
    put(3, hn::ShiftRight<6>(wide));
  }
}

template <class Layout>
HWY_INLINE void unpack_two_bit(const uint8_t* row, int64_t k, uint8_t* codes) {
  for (int64_t b = 0; b < k / kFields; b += Layout::kRun) {
    unpack_run<Layout>(Layout::at(row, b), codes + b * kFields);
  }
}

/// Base-3 digits of the bytes of one vector, the most significant first, each to codes[0..apart)
/// and on. A byte is a fraction of 256: digit = byte * 3 / 256, and the rest is the next fraction.
template <class D>
HWY_INLINE void unpack_digits(D d, const uint8_t* from, int64_t digits, int64_t apart,
                              uint8_t* codes) {
  const auto one = hn::Set(d, 1);
  auto fraction = hn::LoadU(d, from);
  for (int64_t digit = 0; digit < digits; ++digit) {
    const auto first = hn::Min(hn::SaturatedSub(fraction, hn::Set(d, 85)), one);    // 86 * 3 > 255
    const auto second = hn::Min(hn::SaturatedSub(fraction, hn::Set(d, 170)), one);  // 171 * 3 > 511
    hn::StoreU(hn::Add(first, second), d, codes + digit * apart);
    fraction = hn::Add(hn::Add(fraction, fraction), fraction);
  }
}

HWY_INLINE void unpack_tq1(const uint8_t* row, int64_t k, uint8_t* codes) {
  constexpr int64_t kBlock = 256;
  constexpr int64_t kBlockBytes = 54;
  constexpr hn::CappedTag<uint8_t, 32> k32;
  constexpr hn::Full128<uint8_t> k16;
  constexpr auto kStep = static_cast<int64_t>(hn::MaxLanes(k32));
  for (int64_t c = 0; c < k; c += kBlock, row += kBlockBytes, codes += kBlock) {
    for (int64_t i = 0; i < 32; i += kStep) unpack_digits(k32, row + i, 5, 32, codes + i);
    unpack_digits(k16, row + 32, 5, 16, codes + 160);
    uint8_t last[16] = {};
    std::memcpy(last, row + 48, 4);
    unpack_digits(k16, last, 4, 4, codes + 240);  // each store's last twelve bytes are made later
  }
}

/// Codes of one row of w, which is not strided, to codes[k], and up to kCodesSlack bytes more.
HWY_INLINE void unpack_codes(const TernaryMatrix& w, const uint8_t* row, uint8_t* codes) {
  switch (w.layout()) {
    case TernaryLayout::kI2s:
      return unpack_two_bit<I2s>(row, w.k(), codes);
    case TernaryLayout::kI2sArm:
      return unpack_two_bit<I2sArm>(row, w.k(), codes);
    case TernaryLayout::kTq2:
      return unpack_two_bit<Tq2>(row, w.k(), codes);
    default:
      return unpack_tq1(row, w.k(), codes);
  }
}

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace tercet::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
