// SPDX-License-Identifier: Apache-2.0
// Compiled once for each vector target; the best one is chosen at run time.
#include "model/fast/head_kernel.h"

#include <hwy/cache_control.h>

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

constexpr int64_t kLine = 64;  // bytes of a cache line
constexpr int64_t kRows = 4;   // rows whose sums run side by side

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

/// kRows rows from `row`, which lie one after the other, times one hidden state.
template <class Sums>
HWY_INLINE void multiply_rows(const uint8_t* row, int64_t k, const float* x, float* to) {
  Sums sums[kRows];
  const int64_t row_bytes = k * Sums::kBytes;
  constexpr int64_t kBlock = kLanes * Sums::kBytes;
  // Memory should see one linear stream, not kRows of them: the next rows are asked for in order.
  const uint8_t* ahead = row + kRows * row_bytes;
  int64_t i = 0;
  for (; i + kLanes <= k; i += kLanes) {
    for (int64_t line = 0; line < kRows * kBlock; line += kLine) {
      hwy::Prefetch(ahead + i * kRows * Sums::kBytes + line);
    }
    for (int64_t r = 0; r < kRows; ++r) {
      sums[r].add(row + r * row_bytes + i * Sums::kBytes, x + i);
    }
  }
  if (i < k) {
    for (int64_t r = 0; r < kRows; ++r) {
      uint8_t tail[kBlock] = {};
      std::memcpy(tail, row + r * row_bytes + i * Sums::kBytes,
                  static_cast<size_t>((k - i) * Sums::kBytes));
      sums[r].add(tail, x + i);
    }
  }
  const Four four[kRows] = {sums[0].four(), sums[1].four(), sums[2].four(), sums[3].four()};
  store_sums(four, to);
}

template <class Sums>
void multiply_head(const FloatMatrix& head, int64_t begin, int64_t end, const HeadInput& x,
                   float* logits) {
  const int64_t row_bytes = head.k() * Sums::kBytes;
  float results[kRows];
  int64_t v = begin;
  for (; v + kRows <= end; v += kRows) {
    for (int64_t t = 0; t < x.m(); ++t) {
      multiply_rows<Sums>(head.data() + v * row_bytes, head.k(), x.row(t), results);
      std::memcpy(logits + t * head.n() + v, results, sizeof(results));
    }
  }
  if (v == end) return;
  std::vector<uint8_t> last(static_cast<size_t>(kRows * row_bytes));  // the rest, and zeros
  std::memcpy(last.data(), head.data() + v * row_bytes, static_cast<size_t>((end - v) * row_bytes));
  for (int64_t t = 0; t < x.m(); ++t) {
    multiply_rows<Sums>(last.data(), head.k(), x.row(t), results);
    std::copy_n(results, end - v, logits + t * head.n() + v);
  }
}

void head_rows(const FloatMatrix& head, int64_t begin, int64_t end, const HeadInput& x,
               float* logits) {
  switch (head.dtype()) {
    case DType::kBF16:
      return multiply_head<Bf16Sums>(head, begin, end, x, logits);
    case DType::kF16:
      return multiply_head<F16Sums>(head, begin, end, x, logits);
    default:
      return multiply_head<F32Sums>(head, begin, end, x, logits);
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
