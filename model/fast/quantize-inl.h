// SPDX-License-Identifier: Apache-2.0
// Rounding floats to int8: the largest magnitude of a vector, and the codes.
#if defined(TERCET_QUANTIZE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TERCET_QUANTIZE_INL_H_
#undef TERCET_QUANTIZE_INL_H_
#else
#define TERCET_QUANTIZE_INL_H_
#endif

#include <algorithm>
#include <cstdint>

#include "model/fast/lanes-inl.h"
#include "model/math.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::HWY_NAMESPACE {

/// The largest magnitude so far, as bits, which order as the values do, with NaN above all.
class Largest {
 public:
  HWY_INLINE Largest() : vector_(hn::Zero(Bits())) {}

  template <class D>
  HWY_INLINE void add(D d, hn::Vec<D> values) {
    const auto bits = hn::BitCast(hn::RebindToSigned<D>(), hn::Abs(values));
    if constexpr (hn::MaxLanes(d) == hn::MaxLanes(FloatTag())) {
      vector_ = hn::Max(vector_, bits);
    } else {
      last_ = std::max(last_, hn::GetLane(bits));
    }
  }

  /// Sets *magnitude; false if it is NaN or infinite.
  HWY_INLINE bool get(float* magnitude) const {
    const int32_t bits = std::max(last_, hn::GetLane(hn::MaxOfLanes(Bits(), vector_)));
    *magnitude = bit_cast<float>(bits);
    return bits < 0x7f800000;
  }

 private:
  using Bits = hn::RebindToSigned<FloatTag>;
  hn::Vec<Bits> vector_;
  int32_t last_ = 0;
};

/// q[i] = clamp(rint(value(tag, i) * s), low, high) for i in [0, n).
template <class Value>
HWY_INLINE void round_codes(int64_t n, float s, float low, float high, int8_t* q,
                            const Value& value) {
  for_floats(n, [&](auto d, int64_t i) HWY_ATTR {
    const auto magic = hn::Set(d, kRoundMagic);
    const auto scaled = hn::Mul(value(d, i), hn::Set(d, s));
    const auto rounded = hn::Sub(hn::Add(scaled, magic), magic);
    const auto clamped = hn::Min(hn::Max(rounded, hn::Set(d, low)), hn::Set(d, high));
    const hn::Rebind<int8_t, decltype(d)> d8;
    hn::StoreU(hn::DemoteTo(d8, hn::ConvertTo(hn::RebindToSigned<decltype(d)>(), clamped)), d8,
               q + i);
  });
}

}  // namespace tercet::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
