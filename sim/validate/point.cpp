// SPDX-License-Identifier: Apache-2.0
// Runs a command on fresh devices and compares what they wrote with the reference.
#include "sim/validate/point.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "sim/dram/machine_memory.h"
#include "sim/systemc/systemc_device.h"
#include "sim/validate/operands.h"
#include "sim/verilated/verilated_options.h"
#include "tercet/model/error.h"
#include "tercet/sliced_transport.h"
#include "tercet/stopwatch.h"

namespace tercet {
namespace {

/// Empty if the bytes are equal.
std::string first_difference(const std::vector<uint8_t>& got, const std::vector<uint8_t>& want) {
  const auto at = std::mismatch(want.begin(), want.end(), got.begin());
  if (at.first == want.end()) return "";
  const auto offset = at.first - want.begin() - static_cast<std::ptrdiff_t>(Operands::kPage);
  return fmt::format("byte {} of the outputs: expected {:#04x}, got {:#04x}", offset, *at.first,
                     *at.second);
}

SimulatorRun simulate(TimedDevice& device, const tercet_config& machine, const Operands& operands,
                      const std::function<void()>& poll) {
  device.mem_write(operands.gemm.weights, operands.weights.data(), operands.weights.size());
  device.mem_write(operands.gemm.activations, operands.activations.data(),
                   operands.activations.size());
  std::vector<uint8_t> bytes(operands.expected.size(), Operands::kFiller);
  device.mem_write(operands.guarded_address(), bytes.data(), bytes.size());
  SlicedTransport transport(device, poll);
  Driver driver(transport, machine);
  SimulatorRun run;
  const Stopwatch watch;
  const uint64_t start = device.cycle();
  driver.wait(driver.start(operands.gemm));
  run.driver_cycles = device.cycle() - start;
  device.mem_read(operands.guarded_address(), bytes.data(), bytes.size());
  run.seconds = watch.seconds();
  run.counters = driver.read_counters();
  run.difference = first_difference(bytes, operands.expected);
  return run;
}

SimulatorRun run_rtl(const GridPoint& point, const Operands& operands,
                     const PointOptions& options) {
  VerilatedOptions rtl;
  rtl.memory_bytes = operands.memory_bytes;
  rtl.timing = point.memory;
  const std::unique_ptr<TimedDevice> device = make_verilated_device(*point.machine, rtl);
  return simulate(*device, *point.machine, operands, options.poll);
}

SimulatorRun run_systemc(const GridPoint& point, const Operands& operands,
                         const PointOptions& options) {
  SystemcOptions systemc;
  systemc.memory_bytes = operands.memory_bytes;
  systemc.timing = point.memory;
  systemc.latencies = options.systemc_timing;
  const std::unique_ptr<TimedDevice> device = make_systemc_device(*point.machine, systemc);
  return simulate(*device, *point.machine, operands, options.poll);
}

}  // namespace

bool has_rtl(const tercet_config& machine) {
  const std::vector<std::string>& built = verilated_machines();
  return std::find(built.begin(), built.end(), machine.name) != built.end();
}

PointResult run_point(const GridPoint& point, const PointOptions& options) {
  PointResult result;
  result.point = point;
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
