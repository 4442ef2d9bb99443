// SPDX-License-Identifier: Apache-2.0
// Makes the machines that driver tests run on.
#include "tests/unit/sim/backends.h"

#include <array>

#include "firmware/embedded.h"
#include "host_driver/driver.h"
#include "host_driver/firmware_driver.h"
#include "sim/functional/firmware_device.h"
#include "sim/functional/functional_device.h"
#include "sim/systemc/systemc_device.h"
#include "sim/verilated/verilated_options.h"
#include "tests/unit/sim/lockstep_devices.h"

namespace tercet {
namespace {

constexpr std::array<const char*, 3> kMachines = {"tiny", "edge", "server"};

}  // namespace

std::unique_ptr<Transport> Backend::make(const std::vector<MemoryFault>& faults,
                                         uint64_t memory_bytes) const {
  if (kind == BackendKind::kFunctional) {
    return std::make_unique<FunctionalDevice>(machine(), memory_bytes, faults);
  }
  if (kind == BackendKind::kFirmware) {
    return std::make_unique<FirmwareDevice>(machine(), memory_bytes, faults);
  }
  if (kind == BackendKind::kLockstep) {
    return std::make_unique<Lockstep>(
        Backend{BackendKind::kRtl, config, stalls, timing}.make(faults, memory_bytes),
        Backend{BackendKind::kSystemc, config, stalls, timing}.make(faults, memory_bytes));
  }
  if (kind == BackendKind::kSystemc) {
    SystemcOptions options;
    options.memory_bytes = memory_bytes;
    options.timing = timing;
    options.faults = faults;
    return make_systemc_device(machine(), options);
  }
  VerilatedOptions options;
  options.memory_bytes = memory_bytes;
  options.timing = timing;
  options.axi.stalls = stalls;
  options.axi.faults = faults;
  return make_verilated_device(machine(), options);
}

std::unique_ptr<CommandPort> Backend::make_port(Transport& transport,
                                                uint64_t timeout_cycles) const {
  if (!rings) return std::make_unique<Driver>(transport, machine(), timeout_cycles);
  return std::make_unique<FirmwareDriver>(
      transport, machine(), parse_firmware("built-in", embedded_firmware()), timeout_cycles);
}

std::string Backend::name() const { return machine_name() + (rings ? "_rings" : ""); }

std::string Backend::machine_name() const {
  if (kind == BackendKind::kFunctional) return "functional_" + config;
  if (kind == BackendKind::kFirmware) return "firmware_" + config;
  if (kind == BackendKind::kSystemc) return "systemc_" + config + "_" + timing;
  if (kind == BackendKind::kLockstep) return "lockstep_" + config + "_" + timing;
  const char* stall = stalls == StallMode::kNone        ? "_flowing_"
                      : stalls == StallMode::kOneInFour ? "_one_in_four_"
                                                        : "_random_";
  return "rtl_" + config + stall + timing;
}

std::ostream& operator<<(std::ostream& out, const Backend& backend) {
  return out << backend.name();
}

std::vector<Backend> all_backends() {
  std::vector<Backend> backends = plain_backends();
  for (const char* config : kMachines) {
    backends.push_back({BackendKind::kSystemc, config, StallMode::kNone, "dram"});
  }
  for (const std::string& config : verilated_machines()) {
    backends.push_back({BackendKind::kRtl, config, StallMode::kOneInFour, "ideal"});
    backends.push_back({BackendKind::kRtl, config, StallMode::kRandom, "ideal"});
    backends.push_back({BackendKind::kRtl, config, StallMode::kNone, "dram"});
  }
  return backends;
}

std::vector<Backend> plain_backends() {
  std::vector<Backend> backends;
  for (const char* config : kMachines) {
    backends.push_back({BackendKind::kFunctional, config});
    backends.push_back({BackendKind::kSystemc, config});
  }
  for (const std::string& config : verilated_machines()) {
    backends.push_back({BackendKind::kRtl, config});
  }
  return backends;
}

std::vector<Backend> ring_backends() {
  std::vector<Backend> backends;
  for (const char* config : kMachines) {
    backends.push_back({BackendKind::kFunctional, config});
    backends.push_back({BackendKind::kFirmware, config});
    backends.push_back({BackendKind::kSystemc, config});
    backends.push_back({BackendKind::kSystemc, config, StallMode::kNone, "dram"});
  }
  for (const std::string& config : verilated_machines()) {
    backends.push_back({BackendKind::kRtl, config});
    backends.push_back({BackendKind::kRtl, config, StallMode::kRandom, "ideal"});
    backends.push_back({BackendKind::kRtl, config, StallMode::kNone, "dram"});
    backends.push_back({BackendKind::kLockstep, config});
    backends.push_back({BackendKind::kLockstep, config, StallMode::kNone, "dram"});
  }
  for (Backend& backend : backends) backend.rings = true;
  return backends;
}

std::vector<Backend> with_rings(std::vector<Backend> backends) {
  for (const Backend& backend : ring_backends()) backends.push_back(backend);
  return backends;
}

}  // namespace tercet
