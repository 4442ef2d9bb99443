// SPDX-License-Identifier: Apache-2.0
// Seeded operands, and the reference's outputs in the machine's layout.
#include "study/validate/operands.h"

#include <algorithm>

#include "base/rng.h"
#include "base/stopwatch.h"
#include "host_driver/packing.h"
#include "model/engine.h"
#include "sim/engine/device_engine.h"

namespace tercet {
namespace {

constexpr double kZeros = 0.4;
constexpr int64_t kRowsAtOnce = 8;

/// Depends on the shape alone: the same point has the same data in any grid.
Rng data_rng(const GridPoint& point) {
  Rng rng(static_cast<uint64_t>(point.m));
  Rng next(rng.next() ^ static_cast<uint64_t>(point.n));
  return Rng(next.next() ^ static_cast<uint64_t>(point.k));
}

TernaryMatrix random_weights(const GridPoint& point, Rng& rng) {
  std::vector<int8_t> trits(static_cast<size_t>(point.n * point.k));
  for (int8_t& trit : trits) {
    const double u = rng.uniform();
    trit = static_cast<int8_t>(u < kZeros ? 0 : u < (1.0 + kZeros) / 2 ? 1 : -1);
  }
  return TernaryMatrix::from_trits("w", point.n, point.k, 1.0f, trits.data());
}

std::vector<int32_t> reference(const GridPoint& point, const TernaryMatrix& w,
                               const std::vector<int8_t>& q, const std::function<void()>& poll) {
  std::vector<int32_t> acc(static_cast<size_t>(point.m * point.n));
  ReferenceEngine engine;
  for (int64_t m = 0; m < point.m; m += kRowsAtOnce) {
    poll();
    engine.matmul(w, q.data() + m * point.k, std::min(kRowsAtOnce, point.m - m),
                  acc.data() + m * point.n);
  }
  return acc;
}

/// acc[m][n] as [m_tile][n_tile][token][Cols], int32 little endian; columns past n are not written.
void place_outputs(const GridPoint& point, const std::vector<int32_t>& acc, uint8_t* out) {
  const int64_t cols = point.machine->cols;
  const int64_t tiles = n_tiles(*point.machine, point.n);
  for (int64_t m = 0; m < point.m; ++m) {
    const int64_t first = m / point.m_tile * point.m_tile;
    const int64_t tokens = std::min(point.m_tile, point.m - first);
    for (int64_t n = 0; n < point.n; ++n) {
      const int64_t word = (first * tiles + n / cols * tokens + m - first) * cols + n % cols;
      const auto value = static_cast<uint32_t>(acc[static_cast<size_t>(m * point.n + n)]);
      for (int byte = 0; byte < 4; ++byte) {
        out[4 * word + byte] = static_cast<uint8_t>(value >> (8 * byte));
      }
    }
  }
}

}  // namespace

Operands make_operands(const GridPoint& point, const std::function<void()>& poll) {
  const tercet_config& machine = *point.machine;
  Rng rng = data_rng(point);
  const TernaryMatrix w = random_weights(point, rng);
  std::vector<int8_t> q(static_cast<size_t>(point.m * point.k));
  for (int8_t& value : q) value = static_cast<int8_t>(rng.next() >> 56);
  poll();

  Operands operands;
  operands.weights = pack_weights(machine, point.packing, weights_of(w));
  operands.activations.resize(
      static_cast<size_t>(activation_beats(machine, point.m, point.k) * machine.rows));
  pack_activations(machine, q.data(), point.m, point.k, 0, point.k, point.m_tile,
                   operands.activations.data());
  const auto output = static_cast<size_t>(output_bytes(machine, point.m, point.n));
  operands.expected.assign(output + 2 * Operands::kPage, Operands::kFiller);
  const Stopwatch watch;
  place_outputs(point, reference(point, w, q, poll), operands.expected.data() + Operands::kPage);
  operands.reference_seconds = watch.seconds();

  Gemm& gemm = operands.gemm;
  gemm.m = point.m;
  gemm.n = point.n;
  gemm.k = point.k;
  gemm.m_tile = point.m_tile;
  gemm.packing = point.packing;
  const auto after = [](uint64_t address, size_t bytes) {
    return (address + bytes + Operands::kPage - 1) / Operands::kPage * Operands::kPage;
  };
  gemm.weights = Operands::kPage;
  gemm.activations = after(gemm.weights, operands.weights.size());
  gemm.outputs = after(gemm.activations, operands.activations.size()) + Operands::kPage;
  operands.memory_bytes = after(gemm.outputs, output) + Operands::kPage;
  return operands;
}

}  // namespace tercet
