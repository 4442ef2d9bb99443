// SPDX-License-Identifier: Apache-2.0
// A random GEMM laid out in a machine's memory as docs/machine.md says, with its right answer.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "tercet_hw.h"
#include "ternary_data.h"

namespace tercet {

/// Memory as it is, and as it must be when all commands are done.
struct Memory {
  Bytes actual;
  Bytes expected;
  uint64_t base = 0;  ///< address of actual[0]
  uint64_t used = 0;

  Memory(uint64_t bytes, uint64_t address)
      : actual(bytes, kGuard), expected(actual), base(address) {}

  static constexpr uint8_t kGuard = 0xa5;
};

struct Gemm {
  uint32_t m = 1, n = 1, k = 1, m_tile = 1;
  bool trit5 = false;
  uint64_t act = 0, wgt = 0, out = 0;  ///< addresses
  uint64_t wbeats = 0, out_bytes = 0;

  uint32_t m_tiles() const { return (m + m_tile - 1) / m_tile; }
  uint32_t n_tiles(const tercet_config& c) const { return (n + c.cols - 1) / c.cols; }
  uint32_t k_tiles(const tercet_config& c) const { return (k + c.rows - 1) / c.rows; }
  uint64_t fires(const tercet_config& c) const { return uint64_t{m} * n_tiles(c) * k_tiles(c); }
  /// Far more cycles than the command can take on the slowest bus of these tests.
  uint64_t patience(const tercet_config& c) const {
    return 20000 + 100 * (fires(c) + wbeats * m_tiles() + out_bytes / c.axi_bytes);
  }
};

/// A shape of up to `tiles` tiles each way, tails included.
inline Gemm random_gemm(const tercet_config& c, uint32_t tiles, Rng& rng) {
  const auto up_to = [&rng](uint64_t most) { return static_cast<uint32_t>(1 + rng.below(most)); };
  Gemm gemm;
  gemm.m = up_to(rng.below(3) == 0 ? 3 : 2 * c.tokens);
  gemm.n = up_to(tiles * c.cols);
  gemm.k = up_to(tiles * c.rows);
  gemm.m_tile = rng.below(2) != 0 ? c.tokens : up_to(c.tokens);
  gemm.trit5 = rng.below(2) != 0;
  return gemm;
}

/// Takes bytes of memory after a gap of 0 to 8 beats.
inline uint64_t take(Memory* memory, uint64_t bytes, uint32_t beat, Rng& rng) {
  const uint64_t at = memory->used + rng.below(9) * beat;
  memory->used = at + bytes;
  if (memory->used > memory->actual.size()) fail("the test's memory is too small");
  return memory->base + at;
}

/// Puts bytes into both images.
inline uint64_t put(Memory* memory, const Bytes& bytes, uint32_t beat, Rng& rng) {
  const uint64_t address = take(memory, bytes.size(), beat, rng);
  const auto at = static_cast<long>(address - memory->base);
  std::copy(bytes.begin(), bytes.end(), memory->actual.begin() + at);
  std::copy(bytes.begin(), bytes.end(), memory->expected.begin() + at);
  return address;
}

/// Fills in the command's addresses; `x` is M × K and `w` is N × K.
inline void place(Gemm* gemm, const tercet_config& c, const std::vector<Column>& x,
                  const std::vector<Column>& w, Memory* memory, Rng& rng) {
  const uint32_t n_tiles = gemm->n_tiles(c), k_tiles = gemm->k_tiles(c);
  Bytes acts;
  for (uint32_t m0 = 0; m0 < gemm->m; m0 += gemm->m_tile) {
    for (uint32_t k0 = 0; k0 < k_tiles * c.rows; k0 += c.rows) {
      for (uint32_t m = m0; m < std::min(gemm->m, m0 + gemm->m_tile); ++m) {
        for (uint32_t k = k0; k < k0 + c.rows; ++k) {  // bytes past K are anything
          acts.push_back(static_cast<uint8_t>(k < gemm->k ? x[m][k] : rng.next()));
        }
      }
    }
  }
  std::vector<Column> columns;
  for (uint32_t n0 = 0; n0 < n_tiles * c.cols; n0 += c.cols) {
    for (uint32_t k0 = 0; k0 < k_tiles * c.rows; k0 += c.rows) {
      for (uint32_t n = n0; n < n0 + c.cols; ++n) {
        Column column(c.rows, 0);
        for (uint32_t r = 0; r < c.rows && n < gemm->n && k0 + r < gemm->k; ++r) {
          column[r] = w[n][k0 + r];
        }
        columns.push_back(column);
      }
    }
  }
  const Bytes weights = pack_columns(columns, c.rows, gemm->trit5, rng);
  gemm->act = put(memory, acts, c.axi_bytes, rng);
  gemm->wgt = put(memory, weights, c.axi_bytes, rng);
  gemm->wbeats = weights.size() / c.axi_bytes;
  gemm->out_bytes = uint64_t{gemm->m} * n_tiles * c.cols * 4;
  gemm->out = take(memory, gemm->out_bytes, c.axi_bytes, rng);
  uint64_t to = gemm->out - memory->base;
  for (uint32_t m0 = 0; m0 < gemm->m; m0 += gemm->m_tile) {
    for (uint32_t n0 = 0; n0 < n_tiles * c.cols; n0 += c.cols) {
      for (uint32_t m = m0; m < std::min(gemm->m, m0 + gemm->m_tile); ++m) {
        for (uint32_t n = n0; n < n0 + c.cols; ++n, to += 4) {
          if (n >= gemm->n) continue;
          int32_t sum = 0;
          for (uint32_t k = 0; k < gemm->k; ++k) sum += x[m][k] * w[n][k];
          std::memcpy(&memory->expected[to], &sum, 4);
        }
      }
    }
  }
}

/// The same with random data.
inline void place_random(Gemm* gemm, const tercet_config& c, Memory* memory, Rng& rng) {
  std::vector<Column> x(gemm->m, Column(gemm->k)), w;
  for (Column& row : x) {
    for (int8_t& value : row) value = random_activation(rng);
  }
  for (uint32_t n = 0; n < gemm->n; ++n) w.push_back(random_column(gemm->k, rng));
  place(gemm, c, x, w, memory, rng);
}

}  // namespace tercet
