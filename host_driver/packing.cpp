// SPDX-License-Identifier: Apache-2.0
// Weights to their stream (rows to bit planes, planes to beats, column by column), activations to
// theirs, outputs out of theirs.
#include "host_driver/packing.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/error.h"
#include "host_driver/trit5.h"

namespace tercet {
namespace {

/// Bit r of the result is bit 0 of byte r.
uint64_t gather_low_bits(uint64_t bytes) {
  return ((bytes & 0x0101010101010101u) * 0x0102040810204080u) >> 56;
}

/// Trits [8 * bytes] to bit planes: nz and neg [bytes].
void trits_to_planes(const int8_t* trits, size_t bytes, uint8_t* nz, uint8_t* neg) {
  for (size_t i = 0; i < bytes; ++i) {
    uint64_t word;
    std::memcpy(&word, trits + 8 * i, sizeof(word));
    nz[i] = static_cast<uint8_t>(gather_low_bits(word));
    neg[i] = static_cast<uint8_t>(gather_low_bits(word >> 7));
  }
}

/// Groups columns of kPlane bytes into beats of 8 planes.
template <size_t kPlane>
class BeatWriter {
 public:
  explicit BeatWriter(Packing packing) : packing_(packing), columns_(columns_per_beat(packing)) {}

  /// Appends a column: planes nz and neg of kPlane bytes.
  void push(const uint8_t* nz, const uint8_t* neg, std::vector<uint8_t>* out) {
    std::memcpy(nz_[filled_].data(), nz, kPlane);
    std::memcpy(neg_[filled_].data(), neg, kPlane);
    if (++filled_ == columns_) emit(out);
  }

  /// Fills an unfinished beat with zero columns.
  void finish(std::vector<uint8_t>* out) {
    const std::array<uint8_t, kPlane> zero{};
    while (filled_ != 0) push(zero.data(), zero.data(), out);
  }

 private:
  void emit(std::vector<uint8_t>* out) {
    const size_t at = out->size();
    out->resize(at + 8 * kPlane);
    uint8_t* beat = out->data() + at;
    if (packing_ == Packing::kTrit5) {
      emit_trit5(beat);
    } else {
      for (size_t c = 0; c < 4; ++c) {
        std::memcpy(beat + 2 * c * kPlane, nz_[c].data(), kPlane);
        std::memcpy(beat + (2 * c + 1) * kPlane, neg_[c].data(), kPlane);
      }
    }
    filled_ = 0;
  }

  void emit_trit5(uint8_t* beat) {
    constexpr size_t kStep = kPlane < 8 ? kPlane : 8;
    for (size_t at = 0; at < kPlane; at += kStep) {
      std::array<TritPlanes, 5> columns;
      for (size_t c = 0; c < 5; ++c) {
        std::memcpy(&columns[c].nz, nz_[c].data() + at, kStep);
        std::memcpy(&columns[c].neg, neg_[c].data() + at, kStep);
      }
      const std::array<uint64_t, 8> code = encode_trit5(columns);
      for (size_t b = 0; b < 8; ++b) std::memcpy(beat + b * kPlane + at, &code[b], kStep);
    }
  }

  Packing packing_;
  int64_t columns_;
  int64_t filled_ = 0;
  std::array<std::array<uint8_t, kPlane>, 5> nz_;
  std::array<std::array<uint8_t, kPlane>, 5> neg_;
};

template <size_t kPlane>
void pack(const tercet_config& machine, Packing packing, const WeightMatrix& w, int64_t k0,
          int64_t k, const StreamSink& sink) {
  const auto cols = static_cast<int64_t>(machine.cols);
  const int64_t tiles = k_tiles(machine, k);
  const size_t row_bytes = static_cast<size_t>(tiles) * kPlane;  // of one plane of one column
  std::vector<int8_t> trits(static_cast<size_t>(w.k) + 8 * row_bytes);
  std::vector<uint8_t> nz(static_cast<size_t>(cols) * row_bytes);
  std::vector<uint8_t> neg(nz.size());
  std::vector<uint8_t> chunk;
  BeatWriter<kPlane> writer(packing);
  for (int64_t n0 = 0; n0 < w.n; n0 += cols) {
    for (int64_t c = 0; c < cols; ++c) {
      int8_t* part = trits.data() + k0;
      if (n0 + c < w.n) {
        w.unpack_row(n0 + c, trits.data());
        std::memset(part + k, 0, 8 * row_bytes - static_cast<size_t>(k));
      } else {
        std::memset(part, 0, 8 * row_bytes);
      }
      const size_t at = static_cast<size_t>(c) * row_bytes;
      trits_to_planes(part, row_bytes, nz.data() + at, neg.data() + at);
    }
    chunk.clear();
    for (int64_t t = 0; t < tiles; ++t) {
      for (int64_t c = 0; c < cols; ++c) {
        const size_t at = static_cast<size_t>(c) * row_bytes + static_cast<size_t>(t) * kPlane;
        writer.push(nz.data() + at, neg.data() + at, &chunk);
      }
    }
    if (n0 + cols >= w.n) writer.finish(&chunk);
    sink(chunk.data(), chunk.size());
  }
}

}  // namespace

WeightMatrix WeightMatrix::from_trits(std::string name, int64_t n, int64_t k, const int8_t* trits) {
  return {std::move(name), n, k,
          [k, trits](int64_t row, int8_t* out) { std::copy_n(trits + row * k, k, out); }};
}

void pack_weights(const tercet_config& machine, Packing packing, const WeightMatrix& w, int64_t k0,
                  int64_t k, const StreamSink& sink) {
  if (k0 < 0 || k < 1 || k > w.k - k0) {
    fail("{}: inputs [{}, {} + {}) are not inside its K = {}", w.name, k0, k0, k, w.k);
  }
  switch (machine.rows / 8) {
    case 2:
      return pack<2>(machine, packing, w, k0, k, sink);
    case 8:
      return pack<8>(machine, packing, w, k0, k, sink);
    case 16:
      return pack<16>(machine, packing, w, k0, k, sink);
    default:
      fail("machine '{}': no packing for {} rows (known: 16, 64, 128)", machine.name, machine.rows);
  }
}

std::vector<uint8_t> pack_weights(const tercet_config& machine, Packing packing,
                                  const WeightMatrix& w) {
  std::vector<uint8_t> stream;
  pack_weights(machine, packing, w, 0, w.k, [&stream](const uint8_t* data, size_t bytes) {
    stream.insert(stream.end(), data, data + bytes);
  });
  return stream;
}

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
