// SPDX-License-Identifier: Apache-2.0
// Ternary weights and activations for tests, and the weight stream's packing, written from
// docs/machine.md alone.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "base/rng.h"
#include "tercet_hw.h"

namespace tercet {

using Column = std::vector<int8_t>;  ///< one weight a row: -1, 0 or +1
using Bytes = std::vector<uint8_t>;
using Trits = std::array<int8_t, TERCET_TRIT5_BEAT_COLS>;

/// The five weights, t0 first, that a code byte stands for.
inline Trits trit5_meaning(unsigned code) {
  const auto bits = [](unsigned word, int high, int low) {
    return word >> low & ((1u << (high - low + 1)) - 1);
  };
  std::array<unsigned, TERCET_TRIT5_BEAT_COLS> t{};
  unsigned c = 0;
  if (bits(code, 4, 2) == 7) {
    c = bits(code, 7, 5) << 2 | bits(code, 1, 0);
    t[4] = t[3] = 2;
  } else {
    c = bits(code, 4, 0);
    const bool high = bits(code, 6, 5) == 3;
    t[4] = high ? 2 : bits(code, 7, 7);
    t[3] = high ? bits(code, 7, 7) : bits(code, 6, 5);
  }
  if (bits(c, 1, 0) == 3) {
    t[2] = 2;
    t[1] = bits(c, 4, 4);
    t[0] = bits(c, 3, 3) << 1 | (bits(c, 2, 2) & ~bits(c, 3, 3));
  } else if (bits(c, 3, 2) == 3) {
    t[2] = t[1] = 2;
    t[0] = bits(c, 1, 0);
  } else {
    t[2] = bits(c, 4, 4);
    t[1] = bits(c, 3, 2);
    t[0] = bits(c, 1, 1) << 1 | (bits(c, 0, 0) & ~bits(c, 1, 1));
  }
  Trits weights{};
  for (size_t i = 0; i < t.size(); ++i) weights[i] = t[i] == 2 ? -1 : static_cast<int8_t>(t[i]);
  return weights;
}

/// A code byte that stands for the five weights; all codes of a meaning are drawn in turn.
inline uint8_t trit5_code(const Trits& weights, Rng& rng) {
  static const auto kCodes = [] {
    std::map<Trits, Bytes> codes;
    for (unsigned code = 0; code < 256; ++code) {
      codes[trit5_meaning(code)].push_back(static_cast<uint8_t>(code));
    }
    return codes;
  }();
  const Bytes& codes = kCodes.at(weights);
  return codes[rng.below(codes.size())];
}

inline int8_t random_weight(Rng& rng) { return static_cast<int8_t>(rng.below(3)) - 1; }

inline Column random_column(uint32_t rows, Rng& rng) {
  Column column(rows);
  for (int8_t& weight : column) weight = random_weight(rng);
  return column;
}

/// Any int8, the edges among them often.
inline int8_t random_activation(Rng& rng) {
  constexpr std::array<int8_t, 5> kEdges = {-128, -127, 0, 1, 127};
  const uint64_t draw = rng.below(10);
  return draw < kEdges.size() ? kEdges[draw] : static_cast<int8_t>(rng.next());
}

/// Packs columns in order, `rows` bytes a beat; what is left of the last beat is random.
inline Bytes pack_columns(std::vector<Column> columns, uint32_t rows, bool trit5, Rng& rng) {
  const uint32_t per_beat = trit5 ? TERCET_TRIT5_BEAT_COLS : TERCET_TWO_BIT_BEAT_COLS;
  while (columns.size() % per_beat != 0) columns.push_back(random_column(rows, rng));
  Bytes beats(columns.size() / per_beat * rows);
  for (size_t beat = 0; beat < columns.size() / per_beat; ++beat) {
    for (uint32_t r = 0; r < rows; ++r) {
      Trits weights{};
      for (uint32_t i = 0; i < per_beat; ++i) weights[i] = columns[beat * per_beat + i][r];
      unsigned planes = 0;
      if (trit5) {
        planes = trit5_code(weights, rng);
      } else {
        for (uint32_t i = 0; i < per_beat; ++i) {
          planes |= (weights[i] != 0 ? 1u : 0u) << (2 * i) | (weights[i] < 0 ? 2u : 0u) << (2 * i);
        }
      }
      for (uint32_t p = 0; p < TERCET_BEAT_PLANES; ++p) {
        const uint32_t bit = p * rows + r;
        beats[beat * rows + bit / 8] |= static_cast<uint8_t>((planes >> p & 1) << (bit % 8));
      }
    }
  }
  return beats;
}

}  // namespace tercet
