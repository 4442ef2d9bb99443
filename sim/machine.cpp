// SPDX-License-Identifier: Apache-2.0
// Makes the device that a backend names, and what drives it.
#include "sim/machine.h"

#include <algorithm>

#include "base/error.h"
#include "base/interrupt.h"
#include "host_driver/driver.h"
#include "host_driver/firmware_driver.h"
#include "sim/functional/functional_device.h"
#include "sim/systemc/systemc_device.h"

namespace tercet {
namespace {

std::unique_ptr<Transport> make_device(const MachineOptions& options, uint64_t weight_bytes,
                                       TraceSink* slices) {
  constexpr uint64_t kMib = uint64_t{1} << 20;
  constexpr uint64_t kLeast = 1024 * kMib;
  constexpr uint64_t kSpare = 512 * kMib;  // activations, outputs, and the rest of last pages
  const uint64_t bytes =
      options.memory_mib != 0 ? options.memory_mib * kMib : std::max(kLeast, weight_bytes + kSpare);
  if (!options.timed()) return std::make_unique<FunctionalDevice>(options.machine(), bytes);
  if (!options.rtl()) {
    SystemcOptions systemc;
    systemc.memory_bytes = bytes;
    systemc.timing = options.memory_name();
    systemc.trace = slices;
    return make_systemc_device(options.machine(), systemc);
  }
  VerilatedOptions verilated;
  verilated.memory_bytes = bytes;
  verilated.timing = options.memory_name();
  verilated.trace = options.trace;
  verilated.slices = slices;
  return make_verilated_device(options.machine(), verilated);
}

std::unique_ptr<CommandPort> make_port(const MachineOptions& options, Transport& transport) {
  if (!options.by_firmware()) {
    return std::make_unique<Driver>(transport, options.machine(), options.timeout);
  }
  return std::make_unique<FirmwareDriver>(transport, options.machine(), open_firmware(options),
                                          options.timeout);
}

}  // namespace

Machine::Machine(const MachineOptions& options, uint64_t weight_bytes, TraceSink* slices)
    : device_(make_device(options, weight_bytes, slices)),
      sliced_(*device_,
              [this] {
                if (stoppable_) Interrupt::poll();
              }),
      accelerator_(make_port(options, sliced_)) {}

std::optional<WaveformCounts> Machine::finish_waveform(std::string* unwritten) {
  auto* device = dynamic_cast<TimedDevice*>(device_.get());
  if (device == nullptr) return std::nullopt;
  try {
    return device->finish_waveform();
  } catch (const Error& error) {
    *unwritten = error.what();
    return std::nullopt;
  }
}

}  // namespace tercet
