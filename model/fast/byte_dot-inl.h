// SPDX-License-Identifier: Apache-2.0
// The one integer step of every fast kernel: four products of bytes added to each int32 lane.
//
// Included once for each vector target.
#if defined(TERCET_BYTE_DOT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TERCET_BYTE_DOT_INL_H_
#undef TERCET_BYTE_DOT_INL_H_
#else
#define TERCET_BYTE_DOT_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>

HWY_BEFORE_NAMESPACE();
namespace tercet::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET != HWY_SCALAR  // there vectors are one lane wide, and plain loops are used

using DotSums = hn::Vec<hn::ScalableTag<int32_t>>;
using DotBytes = hn::Vec<hn::ScalableTag<uint8_t>>;
using DotInts = hn::Vec<hn::ScalableTag<int8_t>>;

/// sums[i] + the sum over j < 4 of u[4 i + j] * s[4 i + j]. Two neighbouring products must fit
/// int16 together, as they do if each u is at most 128, or each |s| at most 64: 2 * 128 * -128 =
/// -2^15.
HWY_INLINE DotSums add_dots(DotSums sums, DotBytes u, DotInts s) {
#if HWY_TARGET == HWY_AVX3_DL
  // Highway 1.0's name for Ice Lake and Zen 4, all of which have VNNI, but it does not tell the
  // compiler so. In assembler the sums also stay where they are; GCC 12 moves the intrinsic's
  // about.
  asm("vpdpbusd %2, %1, %0" : "+v"(sums.raw) : "v"(u.raw), "vm"(s.raw));
  return sums;
#elif HWY_TARGET == HWY_AVX3
  const __m512i pairs = _mm512_maddubs_epi16(u.raw, s.raw);
  return DotSums{_mm512_add_epi32(sums.raw, _mm512_madd_epi16(pairs, _mm512_set1_epi16(1)))};
#elif HWY_TARGET == HWY_AVX2
  const __m256i pairs = _mm256_maddubs_epi16(u.raw, s.raw);
  return DotSums{_mm256_add_epi32(sums.raw, _mm256_madd_epi16(pairs, _mm256_set1_epi16(1)))};
#elif HWY_TARGET == HWY_SSE4 || HWY_TARGET == HWY_SSSE3
  const __m128i pairs = _mm_maddubs_epi16(u.raw, s.raw);
  return DotSums{_mm_add_epi32(sums.raw, _mm_madd_epi16(pairs, _mm_set1_epi16(1)))};
#else
  const hn::ScalableTag<int16_t> d16;
  const hn::ScalableTag<int32_t> d32;
  const auto u16 = hn::BitCast(hn::RebindToUnsigned<decltype(d16)>(), u);
  const auto s16 = hn::BitCast(d16, s);
  const auto even =
      hn::Mul(hn::BitCast(d16, hn::And(u16, hn::Set(hn::DFromV<decltype(u16)>(), 255))),
              hn::ShiftRight<8>(hn::ShiftLeft<8>(s16)));
  const auto odd = hn::Mul(hn::BitCast(d16, hn::ShiftRight<8>(u16)), hn::ShiftRight<8>(s16));
  const auto pairs = hn::BitCast(d32, hn::Add(even, odd));
  return hn::Add(sums,
                 hn::Add(hn::ShiftRight<16>(hn::ShiftLeft<16>(pairs)), hn::ShiftRight<16>(pairs)));
#endif
}

/// What add_digit_dots() adds beside the products: so many times the sum of the factors.
#if HWY_TARGET == HWY_AVX3_DL
constexpr int32_t kDigitOffset = 128;
#else
constexpr int32_t kDigitOffset = 0;
#endif

/// sums[i] + the sum over j < 4 of digits[4 i + j] * factors[4 i + j], plus kDigitOffset times the
/// sum of those factors. Exact for |digits| up to 127 and any factors.
HWY_INLINE DotSums add_digit_dots(DotSums sums, DotInts digits, DotInts factors) {
  constexpr hn::ScalableTag<uint8_t> kD;
#if HWY_TARGET == HWY_AVX3_DL
  const auto raised = hn::Xor(hn::BitCast(kD, digits), hn::Set(kD, uint8_t{128}));  // plus 128
  return add_dots(sums, raised, factors);  // which does not go through int16 here
#else
  // The factors' signs go to the digits: 2 * 128 * 127 fits int16.
  const auto sign = hn::BroadcastSignBit(factors);
  const auto signed_digits = hn::Sub(hn::Xor(digits, sign), sign);
  return add_dots(sums, hn::BitCast(kD, hn::Abs(factors)), signed_digits);
#endif
}

/// Adds upper halves to lower ones until four lanes are left.
template <class D>
HWY_INLINE auto fold_to_four(D, hn::Vec<D> v) {
  if constexpr (hn::MaxLanes(D()) == 4) {
    return v;
  } else {
    const hn::Half<D> half;
    return fold_to_four(half, hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
  }
}

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace tercet::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
