// SPDX-License-Identifier: Apache-2.0
// Runs a command on fresh devices and compares what they wrote with the reference.
#include "study/validate/point.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "base/error.h"
#include "base/rng.h"
#include "base/stopwatch.h"
#include "host_driver/driver.h"
#include "host_driver/firmware_driver.h"
#include "host_driver/packing.h"
#include "host_driver/sliced_transport.h"
#include "model/engine.h"
#include "sim/dram/machine_memory.h"
#include "sim/engine/device_engine.h"
#include "sim/machine_options.h"
#include "sim/systemc/systemc_device.h"
#include "sim/verilated/verilated_options.h"

namespace tercet {
namespace {

/// Operands of a command as they lie in device memory, and what must lie there afterwards.
struct Operands {
  static constexpr uint64_t kPage = 4096;   // bytes; operands start on one, as Accelerator's do
  static constexpr uint8_t kFiller = 0xa5;  // what nobody wrote

  Gemm gemm;                         ///< with addresses
  std::vector<uint8_t> weights;      ///< stream
  std::vector<uint8_t> activations;  ///< stream
  std::vector<uint8_t> expected;     ///< a page, the outputs by the reference, a page
  uint64_t memory_bytes = 0;         ///< that hold all of them
  double reference_seconds = 0.0;    ///< wall

  uint64_t guarded_address() const { return gemm.outputs - kPage; }
};

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

/// `poll` is called every few rows of the reference.
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

/// Empty if the bytes are equal.
std::string first_difference(const std::vector<uint8_t>& got, const std::vector<uint8_t>& want) {
  const auto at = std::mismatch(want.begin(), want.end(), got.begin());
  if (at.first == want.end()) return "";
  const auto offset = at.first - want.begin() - static_cast<std::ptrdiff_t>(Operands::kPage);
  return fmt::format("byte {} of the outputs: expected {:#04x}, got {:#04x}", offset, *at.first,
                     *at.second);
}

std::unique_ptr<CommandPort> make_port(Transport& transport, const tercet_config& machine,
                                       const PointOptions& options) {
  if (!options.firmware.has_value()) return std::make_unique<Driver>(transport, machine);
  return std::make_unique<FirmwareDriver>(transport, machine, *options.firmware);
}

SimulatorRun simulate(TimedDevice& device, const tercet_config& machine, const Operands& operands,
                      const PointOptions& options) {
  device.mem_write(operands.gemm.weights, operands.weights.data(), operands.weights.size());
  device.mem_write(operands.gemm.activations, operands.activations.data(),
                   operands.activations.size());
  std::vector<uint8_t> bytes(operands.expected.size(), Operands::kFiller);
  device.mem_write(operands.guarded_address(), bytes.data(), bytes.size());
  SlicedTransport transport(device, options.poll);
  SimulatorRun run;
  const std::unique_ptr<CommandPort> port = make_port(transport, machine, options);
  if (options.firmware.has_value()) run.boot_cycles = device.cycle();
  const Stopwatch watch;
  const uint64_t start = device.cycle();
  port->wait(port->start(operands.gemm));
  run.driver_cycles = device.cycle() - start;
  device.mem_read(operands.guarded_address(), bytes.data(), bytes.size());
  run.seconds = watch.seconds();
  run.counters = port->read_counters();
  run.difference = first_difference(bytes, operands.expected);
  return run;
}

/// The operands, and the firmware's rings behind them.
uint64_t memory_bytes(const Operands& operands, const PointOptions& options) {
  if (!options.firmware.has_value()) return operands.memory_bytes;
  const QueueOptions rings;
  return operands.memory_bytes + ring_bytes(rings.queue_log2) + ring_bytes(rings.completion_log2);
}

SimulatorRun run_rtl(const GridPoint& point, const Operands& operands,
                     const PointOptions& options) {
  VerilatedOptions rtl;
  rtl.memory_bytes = memory_bytes(operands, options);
  rtl.timing = point.memory;
  return simulate(*make_verilated_device(*point.machine, rtl), *point.machine, operands, options);
}

SimulatorRun run_systemc(const GridPoint& point, const Operands& operands,
                         const PointOptions& options) {
  SystemcOptions systemc;
  systemc.memory_bytes = memory_bytes(operands, options);
  systemc.timing = point.memory;
  systemc.latencies = options.systemc_timing;
  return simulate(*make_systemc_device(*point.machine, systemc), *point.machine, operands, options);
}

}  // namespace

PointResult run_point(const GridPoint& point, const PointOptions& options) {
  PointResult result;
  result.point = point;
  result.by_firmware = options.firmware.has_value();
  try {
    const Operands operands = make_operands(point, options.poll);
    result.reference_seconds = operands.reference_seconds;
    if (has_rtl(*point.machine)) result.rtl = run_rtl(point, operands, options);
    result.systemc = run_systemc(point, operands, options);
    const Stopwatch watch;
    const AnalyticModel model(*point.machine, machine_dram(point.memory, *point.machine));
    result.analytic = model.gemm(operands.gemm);
    result.analytic_seconds = watch.seconds();
  } catch (const Error& error) {
    fail("{}: point ({}): {}", point.grid, describe(point), error.what());
  }
  return result;
}

}  // namespace tercet
