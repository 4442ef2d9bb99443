// SPDX-License-Identifier: Apache-2.0
// exp_f32 of math.h on vectors, operation by operation.
#if defined(TERCET_EXP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef TERCET_EXP_INL_H_
#undef TERCET_EXP_INL_H_
#else
#define TERCET_EXP_INL_H_
#endif

#include <hwy/highway.h>

#include <limits>

#include "model/math.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

template <class D, class V = hn::Vec<D>>
HWY_INLINE V exp_floats(D d, V x) {
  const hn::RebindToUnsigned<D> du;
  const auto magic = hn::Set(d, kRoundMagic);
  const auto shifted = hn::Add(hn::Mul(x, hn::Set(d, 1.44269504f)), magic);
  const auto n = hn::Sub(shifted, magic);
  const auto r = hn::Sub(hn::Sub(x, hn::Mul(n, hn::Set(d, 0.693359375f))),
                         hn::Mul(n, hn::Set(d, -2.12194440e-4f)));
  auto p = hn::Set(d, 1.0f / 5040.0f);
  for (const float c :
       {1.0f / 720.0f, 1.0f / 120.0f, 1.0f / 24.0f, 1.0f / 6.0f, 0.5f, 1.0f, 1.0f}) {
    p = hn::Add(hn::Mul(p, r), hn::Set(d, c));
  }
  const auto integer = hn::Sub(hn::BitCast(du, shifted), hn::BitCast(du, magic));
  const auto power = hn::ShiftLeft<23>(hn::Add(integer, hn::Set(du, 127)));
  auto y = hn::Mul(p, hn::BitCast(d, power));
  y = hn::IfThenZeroElse(hn::Lt(x, hn::Set(d, -87.0f)), y);
  const auto infinity = hn::Set(d, std::numeric_limits<float>::infinity());
  return hn::IfThenElse(hn::Gt(x, hn::Set(d, 88.0f)), infinity, y);
}

}  // namespace tercet::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif  // per-target guard
