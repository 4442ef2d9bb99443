// SPDX-License-Identifier: Apache-2.0
// ASTC's five-trit block on bit planes, a word of rows at a time.
#include "sim/systemc/trit_decode.h"

#include <array>
#include <cstring>

namespace tercet {
namespace {

/// Bit by bit: `hi` where s is set, else `lo`.
template <class Word>
Word select(Word s, Word hi, Word lo) {
  return (s & hi) | (~s & lo);
}

/// {nz, neg} of five columns from the planes of their codes.
template <class Word>
std::array<Word, 10> decode(const std::array<Word, 8>& b) {
  // Trits 4 and 3; c4..c0 is the code of the other three (c1 = b[1], c0 = b[0]).
  const Word long34 = b[4] & b[3] & b[2];  // both are 2
  const Word two4 = b[6] & b[5];           // trit 4 is 2
  const Word t4_1 = long34 | two4;
  const Word t4_0 = ~t4_1 & b[7];
  const Word t3_1 = long34 | (~two4 & b[6]);
  const Word t3_0 = ~long34 & select<Word>(two4, b[7], b[5]);
  const Word c4 = select<Word>(long34, b[7], b[4]);
  const Word c3 = select<Word>(long34, b[6], b[3]);
  const Word c2 = select<Word>(long34, b[5], b[2]);
  // Trits 2, 1 and 0.
  const Word two2 = b[1] & b[0];      // trit 2 is 2, trits 1 and 0 in c4..c2
  const Word two1 = ~two2 & c3 & c2;  // trits 2 and 1 are 2, trit 0 in c1..c0
  const Word t2_1 = two2 | two1;
  const Word t2_0 = ~t2_1 & c4;
  const Word t1_1 = two1 | (~two2 & c3);
  const Word t1_0 = select<Word>(two2, c4, ~two1 & c2);
  const Word t0_1 = select<Word>(two2, c3, b[1]);
  const Word t0_0 = select<Word>(two2, c2 & ~c3, b[0] & (two1 | ~b[1]));
  // Value 1 is +1 and value 2 is -1: nz is either bit, neg is the high one.
  return {static_cast<Word>(t0_1 | t0_0), t0_1, static_cast<Word>(t1_1 | t1_0), t1_1,
          static_cast<Word>(t2_1 | t2_0), t2_1, static_cast<Word>(t3_1 | t3_0), t3_1,
          static_cast<Word>(t4_1 | t4_0), t4_1};
}

template <class Word>
void decode_words(const uint8_t* beat, uint32_t words, uint8_t* columns) {
  for (uint32_t w = 0; w < words; ++w) {
    std::array<Word, 8> planes;
    for (uint32_t b = 0; b < planes.size(); ++b) {
      std::memcpy(&planes[b], beat + (b * words + w) * sizeof(Word), sizeof(Word));
    }
    const std::array<Word, 10> out = decode(planes);
    for (uint32_t i = 0; i < out.size(); ++i) {
      std::memcpy(columns + (i * words + w) * sizeof(Word), &out[i], sizeof(Word));
    }
  }
}

}  // namespace

void decode_trit5_beat(const uint8_t* beat, uint32_t rows, uint8_t* columns) {
  if (rows % 64 == 0) {
    decode_words<uint64_t>(beat, rows / 64, columns);
  } else {
    decode_words<uint16_t>(beat, rows / 16, columns);
  }
}

}  // namespace tercet
