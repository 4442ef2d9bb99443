// SPDX-License-Identifier: Apache-2.0
// Compiled once for each vector target, for its popcount; the best one is chosen at run time.
#include "sim/counts/bit_counts.h"

#include <cstring>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/counts/bit_counts.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tercet::HWY_NAMESPACE {

template <class Word>
HWY_INLINE Word word_at(const uint8_t* data) {
  Word word;
  std::memcpy(&word, data, sizeof(Word));
  return word;
}

HWY_INLINE uint64_t ones(uint64_t word) {
  return static_cast<uint64_t>(__builtin_popcountll(word));
}

template <class Word>
HWY_INLINE TritCounts trits(const uint8_t* data, uint32_t columns, uint32_t plane_bytes) {
  TritCounts counts;
  for (uint32_t c = 0; c < columns; ++c) {
    for (uint32_t i = 0; i < plane_bytes; i += sizeof(Word)) {
      const Word nz = word_at<Word>(data + i);
      const Word neg = word_at<Word>(data + plane_bytes + i);
      counts.used += ones(nz);
      counts.negative += ones(nz & neg);  // neg alone is a 0 too
    }
    data += 2 * plane_bytes;
  }
  return counts;
}

TritCounts trits_of(const uint8_t* data, uint32_t columns, uint32_t plane_bytes) {
  if (plane_bytes % sizeof(uint64_t) == 0) return trits<uint64_t>(data, columns, plane_bytes);
  return trits<uint16_t>(data, columns, plane_bytes);
}

uint64_t differences(const uint8_t* a, const uint8_t* b, uint32_t bytes) {
  uint64_t count = 0;
  for (uint32_t i = 0; i < bytes; i += sizeof(uint64_t)) {
    count += ones(word_at<uint64_t>(a + i) ^ word_at<uint64_t>(b + i));
  }
  return count;
}

}  // namespace tercet::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tercet {

HWY_EXPORT(trits_of);
HWY_EXPORT(differences);

TritCounts count_trits(const uint8_t* data, uint32_t columns, uint32_t plane_bytes) {
  return HWY_DYNAMIC_DISPATCH(trits_of)(data, columns, plane_bytes);
}

uint64_t count_differences(const uint8_t* a, const uint8_t* b, uint32_t bytes) {
  return HWY_DYNAMIC_DISPATCH(differences)(a, b, bytes);
}

}  // namespace tercet
#endif  // HWY_ONCE
