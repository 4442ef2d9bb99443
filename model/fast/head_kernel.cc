// SPDX-License-Identifier: Apache-2.0
// Compiled once for each vector target; the best one is chosen at run time.
#include "model/fast/head_kernel.h"

#include <algorithm>
#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "model/fast/head_kernel.cc"
#include <hwy/foreach_target.h>

#include "model/fast/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace tercet::fast::HWY_NAMESPACE {
namespace {

using namespace tercet::HWY_NAMESPACE;  // NOLINT: the same target's part of lanes-inl.h

#if HWY_TARGET == HWY_SCALAR

void head_rows(const FloatMatrix& head, int64_t begin, int64_t end, const HeadInput& x,
               float* logits) {
  std::vector<float> row(static_cast<size_t>(head.k()));
  for (int64_t v = begin; v < end; ++v) {
    head.read_row(v, row.data());
    for (int64_t t = 0; t < x.m(); ++t) {
      logits[t * head.n() + v] = dot(x.plain(t), row.data(), head.k());
    }
  }
}

#else

constexpr int64_t kRows = 4;  // rows whose pairwise ends are done together

/// Loads `tag`'s vector from any address.
template <class D>
HWY_INLINE hn::Vec<D> load_bytes(D d, const uint8_t* from) {
  return hn::BitCast(d, hn::LoadU(hn::Repartition<uint8_t, D>(), from));
}

/// Each of the following adds the products of sixteen elements at `row` with x[0..16) to the lanes.
struct F32Sums {
  static constexpr int64_t kBytes = 4;  // an element
  Sixteen lanes;

  HWY_INLINE F32Sums() : lanes(zero_lanes()) {}

  HWY_INLINE void add(const uint8_t* row, const float* x) {
    const FloatTag d;
    for (int64_t p = 0; p < kParts; ++p) {
      const auto y = load_bytes(d, row + p * kFloats * kBytes);
      lanes.part[p] = hn::Add(lanes.part[p], hn::Mul(hn::LoadU(d, x + p * kFloats), y));
    }
  }
  HWY_INLINE Four four() const { return to_four(lanes); }
};

struct F16Sums {
  static constexpr int64_t kBytes = 2;
  Sixteen lanes;

  HWY_INLINE F16Sums() : lanes(zero_lanes()) {}

  /// Exact, subnormals too.
  static HWY_INLINE Floats widen(const uint8_t* from) {
    const FloatTag d;
    uint16_t bits[kFloats];
    std::memcpy(bits, from, sizeof(bits));
    const hn::Rebind<uint16_t, FloatTag> d16;
    if constexpr (kFloats >= 8) {  // the processor has an instruction
      return hn::PromoteTo(
          d, hn::BitCast(hn::Rebind<hwy::float16_t, FloatTag>(), hn::LoadU(d16, bits)));
    } else {  // as float_matrix.cpp does it, without infinities
      const hn::RebindToUnsigned<FloatTag> d32;
      const auto wide = hn::PromoteTo(d32, hn::LoadU(d16, bits));
      const auto magnitude = hn::ShiftLeft<13>(hn::And(wide, hn::Set(d32, 0x7fff)));
      const auto sign = hn::ShiftLeft<16>(hn::And(wide, hn::Set(d32, 0x8000)));
      const auto value = hn::Mul(hn::BitCast(d, magnitude), hn::Set(d, 0x1p112f));
      return hn::Or(value, hn::BitCast(d, sign));
    }
  }
  HWY_INLINE void add(const uint8_t* row, const float* x) {
    const FloatTag d;
    for (int64_t p = 0; p < kParts; ++p) {
      const auto y = widen(row + p * kFloats * kBytes);
      lanes.part[p] = hn::Add(lanes.part[p], hn::Mul(hn::LoadU(d, x + p * kFloats), y));
    }
  }
  HWY_INLINE Four four() const { return to_four(lanes); }
};

/// Two BF16 make a 32-bit lane: the even lanes of the sum are kept apart from the odd ones, so that
/// widening takes one operation a vector. x[0..8) are the even elements, x[8..16) the odd ones.
struct Bf16Sums {
  static constexpr int64_t kBytes = 2;
  using PairTag = hn::CappedTag<uint32_t, kLanes / 2>;
  using HalfTag = hn::RebindToFloat<PairTag>;
  static constexpr int64_t kPairs = hn::MaxLanes(PairTag());
  static constexpr int64_t kHalves = kLanes / 2 / kPairs;
  hn::Vec<HalfTag> even[kHalves];
  hn::Vec<HalfTag> odd[kHalves];

  HWY_INLINE Bf16Sums() {
    for (auto& v : even) v = hn::Zero(HalfTag());
    for (auto& v : odd) v = hn::Zero(HalfTag());
  }
  HWY_INLINE void add(const uint8_t* row, const float* x) {
    const PairTag pairs;
    const HalfTag d;
    for (int64_t h = 0; h < kHalves; ++h) {
      const auto pair = load_bytes(pairs, row + h * kPairs * 2 * kBytes);
      const auto low = hn::BitCast(d, hn::ShiftLeft<16>(pair));
      const auto high = hn::BitCast(d, hn::And(pair, hn::Set(pairs, 0xffff0000u)));
      even[h] = hn::Add(even[h], hn::Mul(hn::LoadU(d, x + h * kPairs), low));
      odd[h] = hn::Add(odd[h], hn::Mul(hn::LoadU(d, x + kLanes / 2 + h * kPairs), high));
    }
  }
  /// Lanes j + 8 added: 0 2 4 6 and 1 3 5 7. Then j + 4, in order.
  HWY_INLINE Four four() const {
    const FourTag d;
    const auto fold = [](const auto* v) HWY_ATTR {
      if constexpr (kHalves == 2) {
        return hn::Add(v[0], v[1]);
      } else {
        return fold_to_four(HalfTag(), v[0]);
      }
    };
    const Four e = fold(even);
    const Four o = fold(odd);
    return hn::Add(hn::InterleaveLower(d, e, o), hn::InterleaveUpper(d, e, o));
  }
};

/// One row times kTokens hidden states from token t.
template <class Sums, int64_t kTokens>
HWY_INLINE void multiply_row(const uint8_t* row, int64_t k, const HeadInput& x, int64_t t,
                             Sums* sums) {
  int64_t i = 0;
  for (; i + kLanes <= k; i += kLanes) {
    for (int64_t j = 0; j < kTokens; ++j) sums[j].add(row + i * Sums::kBytes, x.row(t + j) + i);
  }
  if (i == k) return;
  uint8_t tail[kLanes * Sums::kBytes] = {};
  std::memcpy(tail, row + i * Sums::kBytes, static_cast<size_t>((k - i) * Sums::kBytes));
  for (int64_t j = 0; j < kTokens; ++j) sums[j].add(tail, x.row(t + j) + i);
}

/// kRows rows, which lie one after the other, times kTokens hidden states from token t. A row at a
/// time, because memory delivers one linear stream twice as fast as several.
template <class Sums, int64_t kTokens>
void multiply_rows(const uint8_t* rows, int64_t k, const HeadInput& x, int64_t t, int64_t stride,
                   float* to) {
  Four four[kTokens][kRows];
  for (int64_t r = 0; r < kRows; ++r) {
    Sums sums[kTokens];
    multiply_row<Sums, kTokens>(rows + r * k * Sums::kBytes, k, x, t, sums);
    for (int64_t j = 0; j < kTokens; ++j) four[j][r] = sums[j].four();
  }
  for (int64_t j = 0; j < kTokens; ++j) store_sums(four[j], to + j * stride);
}

/// to[t * stride + r] for kRows rows and every token.
template <class Sums>
void multiply_tokens(const uint8_t* rows, int64_t k, const HeadInput& x, int64_t stride,
                     float* to) {
  constexpr int64_t kTokens = 4;  // whose sums run side by side
  int64_t t = 0;
  for (; t + kTokens <= x.m(); t += kTokens) {
    multiply_rows<Sums, kTokens>(rows, k, x, t, stride, to + t * stride);
  }
  for (; t < x.m(); ++t) multiply_rows<Sums, 1>(rows, k, x, t, stride, to + t * stride);
}

template <class Sums>
void multiply_head(const FloatMatrix& head, int64_t begin, int64_t end, const HeadInput& x,
                   float* logits) {
  const int64_t row_bytes = head.k() * Sums::kBytes;
  int64_t v = begin;
  for (; v + kRows <= end; v += kRows) {
    multiply_tokens<Sums>(head.data() + v * row_bytes, head.k(), x, head.n(), logits + v);
  }
  if (v == end) return;
  std::vector<uint8_t> last(static_cast<size_t>(kRows * row_bytes));  // the rest, and zeros
  std::memcpy(last.data(), head.data() + v * row_bytes, static_cast<size_t>((end - v) * row_bytes));
  std::vector<float> results(static_cast<size_t>(x.m() * kRows));
  multiply_tokens<Sums>(last.data(), head.k(), x, kRows, results.data());
  for (int64_t t = 0; t < x.m(); ++t) {
    std::copy_n(results.data() + t * kRows, end - v, logits + t * head.n() + v);
  }
}

/// Formats in blocks: rows are widened first.
void multiply_widened(const FloatMatrix& head, int64_t begin, int64_t end, const HeadInput& x,
                      float* logits) {
  const int64_t k = head.k();
  std::vector<float> rows(static_cast<size_t>(kRows * k));
  std::vector<float> results(static_cast<size_t>(x.m() * kRows));
  for (int64_t v = begin; v < end; v += kRows) {
    const int64_t count = std::min(kRows, end - v);
    for (int64_t r = 0; r < count; ++r) head.read_row(v + r, rows.data() + r * k);
    multiply_tokens<F32Sums>(reinterpret_cast<const uint8_t*>(rows.data()), k, x, kRows,
                             results.data());
    for (int64_t t = 0; t < x.m(); ++t) {
      std::copy_n(results.data() + t * kRows, count, logits + t * head.n() + v);
    }
  }
}

void head_rows(const FloatMatrix& head, int64_t begin, int64_t end, const HeadInput& x,
               float* logits) {
  switch (head.dtype()) {
    case DType::kBF16:
      return multiply_head<Bf16Sums>(head, begin, end, x, logits);
    case DType::kF16:
      return multiply_head<F16Sums>(head, begin, end, x, logits);
    case DType::kF32:
      return multiply_head<F32Sums>(head, begin, end, x, logits);
    default:
      return multiply_widened(head, begin, end, x, logits);
  }
}

#endif  // HWY_TARGET == HWY_SCALAR

}  // namespace
}  // namespace tercet::fast::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tercet::fast {

HWY_EXPORT(head_rows);

void HeadInput::assign(const float* x, int64_t m, int64_t k, DType dtype) {
  m_ = m;
  k_ = k;
  plain_ = x;
  stride_ = (k + kLanes - 1) / kLanes * kLanes;
  values_.assign(static_cast<size_t>(m * stride_), 0.0f);
  for (int64_t t = 0; t < m; ++t) {
    float* to = values_.data() + t * stride_;
    for (int64_t i = 0; i < k; ++i) {
      const int64_t lane = i % kLanes;
      const int64_t place = dtype == DType::kBF16 ? lane / 2 + lane % 2 * (kLanes / 2) : lane;
      to[i - lane + place] = x[t * k + i];
    }
  }
}

void head_rows(const FloatMatrix& head, int64_t begin, int64_t end, const HeadInput& x,
               float* logits) {
  HWY_DYNAMIC_DISPATCH(head_rows)(head, begin, end, x, logits);
}

}  // namespace tercet::fast
#endif  // HWY_ONCE
