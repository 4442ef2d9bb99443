// SPDX-License-Identifier: Apache-2.0
// Runs a command on fresh devices and compares what they wrote with the reference.
#include "study/validate/point.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "base/error.h"
#include "base/stopwatch.h"
#include "host_driver/driver.h"
#include "host_driver/firmware_driver.h"
#include "host_driver/sliced_transport.h"
#include "sim/dram/machine_memory.h"
#include "sim/machine_options.h"
#include "sim/systemc/systemc_device.h"
#include "sim/verilated/verilated_options.h"
#include "study/validate/operands.h"

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
  const std::unique_ptr<TimedDevice> device = make_verilated_device(*point.machine, rtl);
  return simulate(*device, *point.machine, operands, options);
}

SimulatorRun run_systemc(const GridPoint& point, const Operands& operands,
                         const PointOptions& options) {
  SystemcOptions systemc;
  systemc.memory_bytes = memory_bytes(operands, options);
  systemc.timing = point.memory;
  systemc.latencies = options.systemc_timing;
  const std::unique_ptr<TimedDevice> device = make_systemc_device(*point.machine, systemc);
  return simulate(*device, *point.machine, operands, options);
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
