// SPDX-License-Identifier: Apache-2.0
// Makes the machines that driver tests run on.
#include "backends.h"

#include "sim/functional/functional_device.h"
#include "sim/verilated/verilated_options.h"

namespace tercet {
namespace {

constexpr uint64_t kMemoryBytes = uint64_t{64} << 20;

}  // namespace

std::unique_ptr<Transport> Backend::make(const std::vector<MemoryFault>& faults) const {
  if (!rtl) return std::make_unique<FunctionalDevice>(machine(), kMemoryBytes, faults);
  VerilatedOptions options;
  options.memory_bytes = kMemoryBytes;
  options.timing = timing;
  options.axi.stalls = stalls;
  options.axi.faults = faults;
  return make_verilated_device(machine(), options);
}

std::string Backend::name() const {
  std::string name = (rtl ? "rtl_" : "functional_") + config;
  if (!rtl) return name;
  const char* stall = stalls == StallMode::kNone        ? "_flowing_"
                      : stalls == StallMode::kOneInFour ? "_one_in_four_"
                                                        : "_random_";
  return name + stall + timing;
}

std::ostream& operator<<(std::ostream& out, const Backend& backend) {
  return out << backend.name();
}

std::vector<Backend> all_backends() {
  std::vector<Backend> backends = plain_backends();
  for (const std::string& config : verilated_machines()) {
    backends.push_back({true, config, StallMode::kOneInFour, "ideal"});
    backends.push_back({true, config, StallMode::kRandom, "ideal"});
    backends.push_back({true, config, StallMode::kNone, "dram"});
  }
  return backends;
}

std::vector<Backend> plain_backends() {
  std::vector<Backend> backends;
  for (const char* config : {"tiny", "edge", "server"}) backends.push_back({false, config});
  for (const std::string& config : verilated_machines()) backends.push_back({true, config});
  return backends;
}

}  // namespace tercet
