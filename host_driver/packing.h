// SPDX-License-Identifier: Apache-2.0
// Host matrices to and from the machine's streams (docs/machine.md, "Three linear streams").
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "host_driver/layout.h"

namespace tercet {

/// A ternary matrix [n][k], in whatever form its owner keeps it.
struct WeightMatrix {
  std::string name;  ///< for messages
  int64_t n = 0;     ///< rows: outputs
  int64_t k = 0;     ///< columns: inputs
  /// Writes row `row` to trits[k], each -1, 0 or 1.
  std::function<void(int64_t row, int8_t* trits)> unpack_row;

  /// trits[n][k], which must outlive it.
  static WeightMatrix from_trits(std::string name, int64_t n, int64_t k, const int8_t* trits);
};

/// Takes the next bytes of a stream; chunks come in order and are whole beats.
using StreamSink = std::function<void(const uint8_t* data, size_t bytes)>;

/// Packs columns [k0, k0 + k) of `w`, all its rows, as a weight stream of weight_beats() beats.
/// Rows past k, columns past n and the trits after the end are 0. Throws Error if the range of
/// inputs is not inside the matrix.
void pack_weights(const tercet_config& machine, Packing packing, const WeightMatrix& w, int64_t k0,
                  int64_t k, const StreamSink& sink);

/// The same stream in one buffer.
std::vector<uint8_t> pack_weights(const tercet_config& machine, Packing packing,
                                  const WeightMatrix& w);

/// Packs q[m][stride], inputs [k0, k0 + k), as [m_tile][k_tile][token][Rows]; 0 past k.
/// `out` holds activation_beats() * Rows bytes.
void pack_activations(const tercet_config& machine, const int8_t* q, int64_t m, int64_t stride,
                      int64_t k0, int64_t k, int64_t m_tile, uint8_t* out);

/// Reads outputs [m_tile][n_tile][token][Cols] into acc[m][n], or adds them to it.
void unpack_outputs(const tercet_config& machine, const uint8_t* stream, int64_t m, int64_t n,
                    int64_t m_tile, bool add, int32_t* acc);

}  // namespace tercet
