// SPDX-License-Identifier: Apache-2.0
// Parses machine options and makes the machine.
#include "cli/device_options.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/output.h"
#include "firmware/embedded.h"
#include "host_driver/driver.h"
#include "host_driver/firmware_driver.h"
#include "model/fast/target.h"
#include "sim/dram/machine_memory.h"
#include "sim/functional/functional_device.h"
#include "sim/systemc/systemc_device.h"

namespace tercet {
namespace {

constexpr uint64_t kMib = uint64_t{1} << 20;
constexpr int64_t kMaxThreads = 256;
constexpr uint64_t kMaxMemoryMib = uint64_t{1} << 20;  // 1 TiB, the end of the address space

uint64_t parse_cycle(const std::string& option, const std::string& text,
                     const std::string& window) {
  if (text.empty() || text.size() > 18 ||
      !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    fail("{} {}: must be FIRST:LAST, two cycle numbers", option, window);
  }
  return std::stoull(text);
}

[[noreturn]] void fail_without_machine(const char* flag) {
  fail("{} needs a machine: --backend rtl, systemc or functional", flag);
}

}  // namespace

std::vector<std::string> machine_names() {
  std::vector<std::string> names;
  for (const tercet_config& machine : TERCET_CONFIGS) names.emplace_back(machine.name);
  return names;
}

void add_device_options(CLI::App& command, DeviceOptions& options) {
  command
      .add_option("--backend", options.backend,
                  "rtl: the Verilated hardware; systemc: the same machine tile by tile, same "
                  "cycles, faster; functional: at register level, untimed; model: no machine, "
                  "the host's vectors and threads; reference: no machine, scalar")
      ->check(CLI::IsMember({"rtl", "systemc", "functional", "model", "reference"}))
      ->capture_default_str();
  command
      .add_option("--config", options.config,
                  "machine of rtl/spec/configs (run without one: whose packed size is told)")
      ->check(CLI::IsMember(machine_names()))
      ->capture_default_str();
  command.add_option("--packing", options.packing, "weights: 2 bits each, or 5 in a byte")
      ->check(CLI::IsMember({"two_bit", "trit5"}))
      ->capture_default_str();
  add_control_options(command, options);
  command.add_option("--memory", options.memory,
                     "memory of a timed backend: ideal, dram (the configuration's), or a preset "
                     "(default: dram)");
  command
      .add_option("--memory-mib", options.memory_mib,
                  "device memory in MiB (default: what the model needs, at least 1024)")
      ->check(CLI::Range(uint64_t{1}, kMaxMemoryMib));
  command.add_option("--timeout", options.timeout,
                     "cycles one command may take (default: from its size)");
  command.add_option("--trace", options.trace, "FST waveform file of the RTL (slow)");
  command.add_option("--trace-window", options.trace_window,
                     "FIRST:LAST, the cycles to trace, LAST excluded (default: all)");
  command
      .add_option("--threads", options.threads,
                  "threads for all that runs on the host (default: one a processor)")
      ->check(CLI::Range(int64_t{1}, kMaxThreads));
  command
      .add_option("--simd", options.simd,
                  "vector target for all that runs on the host (default: the best here)")
      ->check(CLI::IsMember(simd_targets()));
}

void add_control_options(CLI::App& command, DeviceOptions& options) {
  command
      .add_option("--control", options.control,
                  "firmware: commands through the rings that the control core serves; "
                  "direct: the driver writes the command registers")
      ->check(CLI::IsMember({"firmware", "direct"}))
      ->capture_default_str();
  command.add_option("--firmware", options.firmware,
                     "ELF file for the control core (default: the one of this build)");
}

void check_control(const DeviceOptions& options) {
  if (options.firmware.empty()) return;
  if (!options.by_firmware()) fail("--firmware needs --control firmware");
  open_firmware(options);
}

void check(const DeviceOptions& options) {
  const tercet_config& machine = find_machine(options.config);
  check_control(options);
  if (options.memory.has_value()) machine_dram(*options.memory, machine);
  if (!options.trace_window.empty() && options.trace.empty()) {
    fail("--trace-window needs --trace");
  }
  if (!options.trace.empty()) {
    if (!options.rtl()) fail("--trace needs --backend rtl");
    if (!is_replaced(options.trace)) {
      fail("--trace {}: needs random access, so it must be a regular file", options.trace);
    }
  }
  parse_trace(options.trace, options.trace_window);
  if (!options.timed() && options.memory.has_value()) {
    fail("--memory {} needs --backend rtl or systemc: '{}' has no timing", *options.memory,
         options.backend);
  }
  if (!options.machine()) {
    const char* needs_machine = options.memory_mib != 0              ? "--memory-mib"
                                : options.timeout != 0               ? "--timeout"
                                : !options.firmware.empty()          ? "--firmware"
                                : options.control != kDefaultControl ? "--control"
                                                                     : nullptr;
    if (needs_machine != nullptr) fail_without_machine(needs_machine);
  }
  if (options.reference() && options.threads.value_or(1) != 1) {
    fail("--threads {}: the reference has one", *options.threads);
  }
  if (options.reference() && !options.simd.empty()) {
    fail("--simd {}: the reference is scalar", options.simd);
  }
  const std::vector<std::string>& built = verilated_machines();
  if (options.rtl() && std::find(built.begin(), built.end(), options.config) == built.end()) {
    std::string names;
    for (const std::string& name : built) names += (names.empty() ? "" : ", ") + name;
    fail("--config {}: not built as RTL (built: {}); use --backend systemc", options.config,
         names.empty() ? "none" : names);
  }
}

void check_layout_flags(const CLI::App& command, const DeviceOptions& options) {
  if (options.machine()) return;
  for (const char* flag : {"--config", "--packing"}) {
    if (command.get_option(flag)->count() > 0) fail_without_machine(flag);
  }
}

CycleWindow parse_window(const std::string& option, const std::string& text) {
  if (text.empty()) return {};
  const size_t colon = text.find(':');
  if (colon == std::string::npos) fail("{} {}: must be FIRST:LAST", option, text);
  const CycleWindow window = {parse_cycle(option, text.substr(0, colon), text),
                              parse_cycle(option, text.substr(colon + 1), text)};
  if (window.first >= window.last) fail("{} {}: FIRST must be below LAST", option, text);
  return window;
}

TraceOptions parse_trace(const std::string& file, const std::string& window) {
  const CycleWindow cycles = parse_window("--trace-window", window);
  return {file, cycles.first, cycles.last};
}

std::unique_ptr<Transport> make_device(const DeviceOptions& options, uint64_t weight_bytes,
                                       TraceSink* slices) {
  constexpr uint64_t kLeast = 1024 * kMib;
  constexpr uint64_t kSpare = 512 * kMib;  // activations, outputs, and the rest of last pages
  const uint64_t bytes =
      options.memory_mib != 0 ? options.memory_mib * kMib : std::max(kLeast, weight_bytes + kSpare);
  const tercet_config& machine = find_machine(options.config);
  if (!options.timed()) return std::make_unique<FunctionalDevice>(machine, bytes);
  if (!options.rtl()) {
    SystemcOptions systemc;
    systemc.memory_bytes = bytes;
    systemc.timing = options.memory_name();
    systemc.trace = slices;
    return make_systemc_device(machine, systemc);
  }
  VerilatedOptions verilated;
  verilated.memory_bytes = bytes;
  verilated.timing = options.memory_name();
  verilated.trace = parse_trace(options.trace, options.trace_window);
  verilated.slices = slices;
  return make_verilated_device(machine, verilated);
}

FirmwareImage open_firmware(const DeviceOptions& options) {
  return options.firmware.empty() ? parse_firmware("built-in", embedded_firmware())
                                  : load_firmware(options.firmware);
}

std::string describe_control(const DeviceOptions& options) {
  if (!options.by_firmware()) return "direct";
  const FirmwareImage image = open_firmware(options);
  return fmt::format("firmware {}, CRC-32 {:#010x}, {} of {} bytes", image.name, image.crc,
                     image.code_bytes, static_cast<int>(TERCET_CORE_ITCM_BYTES));
}

nlohmann::ordered_json control_json(const DeviceOptions& options) {
  if (!options.by_firmware()) return nullptr;
  const FirmwareImage image = open_firmware(options);
  return {{"name", image.name},
          {"crc32", fmt::format("{:#010x}", image.crc)},
          {"code_bytes", image.code_bytes},
          {"data_bytes", image.data_bytes}};
}

std::unique_ptr<CommandPort> make_port(const DeviceOptions& options, Transport& transport) {
  const tercet_config& machine = find_machine(options.config);
  if (!options.by_firmware()) {
    return std::make_unique<Driver>(transport, machine, options.timeout);
  }
  return std::make_unique<FirmwareDriver>(transport, machine, open_firmware(options),
                                          options.timeout);
}

const TimedDevice* timed(const Transport& transport) {
  return dynamic_cast<const TimedDevice*>(&transport);
}

std::string backend_title(const DeviceOptions& options) {
  if (options.rtl()) return "RTL";
  if (options.timed()) return "SystemC model";
  if (options.machine()) return "register-level model";
  return options.reference() ? "scalar reference" : "vectors and threads";
}

uint64_t packed_bytes(const tercet_config& machine, Packing packing, const Model& model) {
  uint64_t bytes = 0;
  for (const Layer& layer : model.layers) {
    for (const TernaryMatrix* w : layer.projections()) {
      bytes +=
          static_cast<uint64_t>(weight_beats(machine, packing, w->n(), w->k())) * machine.axi_bytes;
    }
  }
  return bytes;
}

}  // namespace tercet
