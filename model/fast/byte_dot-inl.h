// SPDX-License-Identifier: Apache-2.0
// The one integer step of every fast kernel: four products of bytes added to each int32 lane.
//
// Included once for each vector target, between TERCET_DOT_BEGIN and TERCET_DOT_END of the includer.
#if defined(TERCET_BYTE_DOT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TERCET_BYTE_DOT_INL_H_
#undef TERCET_BYTE_DOT_INL_H_
#else
#define TERCET_BYTE_DOT_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>

// Highway 1.0's name for Ice Lake and Zen 4, all of which have VNNI; it does not turn that on, so
// everything that calls add_dots() must lie between these two.
#undef TERCET_DOT_BEGIN
#undef TERCET_DOT_END
#if HWY_TARGET == HWY_AVX3_DL
#define TERCET_DOT_BEGIN \
  HWY_BEFORE_NAMESPACE(); \
  HWY_PUSH_ATTRIBUTES("avx512vnni") static_assert(true, "For requiring trailing semicolon")
#define TERCET_DOT_END HWY_POP_ATTRIBUTES HWY_AFTER_NAMESPACE()
#else
#define TERCET_DOT_BEGIN HWY_BEFORE_NAMESPACE()
#define TERCET_DOT_END HWY_AFTER_NAMESPACE()
#endif

TERCET_DOT_BEGIN;
namespace tercet::HWY_NAMESPACE {

#if HWY_TARGET != HWY_SCALAR  // there vectors are one lane wide, and plain loops are used

namespace hn = hwy::HWY_NAMESPACE;

using DotSums = hn::Vec<hn::ScalableTag<int32_t>>;
using DotBytes = hn::Vec<hn::ScalableTag<uint8_t>>;
using DotInts = hn::Vec<hn::ScalableTag<int8_t>>;

/// sums[i] + the sum over j < 4 of u[4 i + j] * s[4 i + j]. Each u is at most 128, so that no pair
/// of products leaves int16: 2 * 128 * 127 and 2 * 128 * -128 both fit.
HWY_INLINE DotSums add_dots(DotSums sums, DotBytes u, DotInts s) {
#if HWY_TARGET == HWY_AVX3_DL
  return DotSums{_mm512_dpbusd_epi32(sums.raw, u.raw, s.raw)};
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
  const auto even = hn::Mul(hn::BitCast(d16, hn::And(u16, hn::Set(hn::DFromV<decltype(u16)>(), 255))),
                            hn::ShiftRight<8>(hn::ShiftLeft<8>(s16)));
  const auto odd = hn::Mul(hn::BitCast(d16, hn::ShiftRight<8>(u16)), hn::ShiftRight<8>(s16));
  const auto pairs = hn::BitCast(d32, hn::Add(even, odd));
  return hn::Add(sums, hn::Add(hn::ShiftRight<16>(hn::ShiftLeft<16>(pairs)),
                               hn::ShiftRight<16>(pairs)));
#endif
}

#endif  // HWY_TARGET != HWY_SCALAR

}  // namespace tercet::HWY_NAMESPACE
TERCET_DOT_END;

#endif  // per-target guard
