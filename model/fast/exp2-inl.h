// SPDX-License-Identifier: Apache-2.0
// exp2_f32 of model/math.h on vectors.
#if defined(TERCET_EXP2_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TERCET_EXP2_INL_H_
#undef TERCET_EXP2_INL_H_
#else
#define TERCET_EXP2_INL_H_
#endif

#include <hwy/highway.h>

#include <cstdint>
#include <limits>

#include "model/math.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

/// exp2_f32 of math.h of each lane.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp2_floats(D d, V x) {
  if constexpr (hn::MaxLanes(D()) == 1) {
    return hn::Set(d, exp2_f32(hn::GetLane(x)));
  } else {
    constexpr hn::RebindToSigned<D> kInt;
    constexpr hn::RebindToUnsigned<D> kBits;
    constexpr hn::RepartitionToWide<decltype(kBits)> kWide;  // two lanes, of which one is used
    const auto fixed = hn::NearestInt(hn::Mul(x, hn::Set(d, 0x1p24f)));
    const auto bits = hn::BitCast(kBits, fixed);
    const auto r = hn::And(bits, hn::Set(kBits, 0x1ffffu));
    const auto index = hn::And(hn::ShiftRight<17>(bits), hn::Set(kBits, 127u));
    const auto table = hn::GatherIndex(kBits, kExp2Table.data(), hn::BitCast(kInt, index));
    const auto q =
        hn::Add(hn::ShiftRight<20>(hn::Mul(r, hn::Set(kBits, 7886u))), hn::Set(kBits, 363409u));
    // Products of 64 bits, of the even lanes and of the odd ones.
    const auto correction = [&](auto t, auto r_of, auto q_of) HWY_ATTR {
      const auto p = hn::ShiftRight<16>(hn::MulEven(r_of, q_of));
      return hn::ShiftRight<27>(hn::MulEven(t, hn::BitCast(kBits, p)));
    };
    const auto odd = [&](auto v) HWY_ATTR {
      return hn::BitCast(kBits, hn::ShiftRight<32>(hn::BitCast(kWide, v)));
    };
    const auto of_even = correction(table, r, q);
    const auto of_odd = correction(odd(table), odd(r), odd(q));
    const auto both = hn::BitCast(kBits, hn::Or(of_even, hn::ShiftLeft<32>(of_odd)));
    const auto y = hn::Add(table, both);
    const auto m = hn::ShiftRight<3>(hn::Add(y, hn::Set(kBits, 4u)));
    const auto n = hn::BitCast(kBits, hn::ShiftRight<24>(fixed));
    // ((n + 127) << 23) + (m - 2^23)
    const auto power = hn::ShiftLeft<23>(hn::Add(n, hn::Set(kBits, 126u)));
    auto result = hn::BitCast(d, hn::Add(power, m));
    result = hn::IfThenZeroElse(hn::Lt(x, hn::Set(d, -126.0f)), result);
    const auto infinity = hn::Set(d, std::numeric_limits<float>::infinity());
    result = hn::IfThenElse(hn::Ge(x, hn::Set(d, 128.0f)), infinity, result);
    return hn::IfThenElse(hn::IsNaN(x), hn::BitCast(d, hn::Set(kBits, 0x7fc00000u)), result);
  }
}

}  // namespace tercet::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
