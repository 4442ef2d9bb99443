// SPDX-License-Identifier: Apache-2.0
// Activations into their stream, outputs out of theirs.
#include <algorithm>
#include <cstring>

#include "host_driver/packing.h"

namespace tercet {

void pack_activations(const tercet_config& machine, const int8_t* q, int64_t m, int64_t stride,
                      int64_t k0, int64_t k, int64_t m_tile, uint8_t* out) {
  const auto rows = static_cast<int64_t>(machine.rows);
  for (int64_t m0 = 0; m0 < m; m0 += m_tile) {
    const int64_t tokens = std::min(m_tile, m - m0);
    for (int64_t r0 = 0; r0 < k; r0 += rows) {
      const auto used = static_cast<size_t>(std::min(rows, k - r0));
      for (int64_t t = 0; t < tokens; ++t, out += rows) {
        std::memcpy(out, q + (m0 + t) * stride + k0 + r0, used);
        std::memset(out + used, 0, static_cast<size_t>(rows) - used);
      }
    }
  }
}

void unpack_outputs(const tercet_config& machine, const uint8_t* stream, int64_t m, int64_t n,
                    int64_t m_tile, bool add, int32_t* acc) {
  const auto cols = static_cast<int64_t>(machine.cols);
  for (int64_t m0 = 0; m0 < m; m0 += m_tile) {
    const int64_t tokens = std::min(m_tile, m - m0);
    for (int64_t n0 = 0; n0 < n; n0 += cols) {
      const int64_t used = std::min(cols, n - n0);
      for (int64_t t = 0; t < tokens; ++t, stream += 4 * cols) {
        int32_t* row = acc + (m0 + t) * n + n0;
        for (int64_t c = 0; c < used; ++c) {
          int32_t value;
          std::memcpy(&value, stream + 4 * c, sizeof(value));
          row[c] = add ? row[c] + value : value;
        }
      }
    }
  }
}

}  // namespace tercet
