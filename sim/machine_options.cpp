// SPDX-License-Identifier: Apache-2.0
// Names, and combinations that make no sense.
#include "sim/machine_options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/output.h"
#include "firmware/embedded.h"
#include "sim/dram/machine_memory.h"

namespace tercet {
namespace {

[[noreturn]] void fail_without_machine(const char* flag) {
  fail_usage("{} needs a machine: --backend rtl, systemc or functional", flag);
}

}  // namespace

const Names<Backend>& backend_names() {
  static const Names<Backend> kNames = {{"rtl", Backend::kRtl},
                                        {"systemc", Backend::kSystemc},
                                        {"functional", Backend::kFunctional},
                                        {"model", Backend::kModel},
                                        {"reference", Backend::kReference}};
  return kNames;
}

const Names<Control>& control_names() {
  static const Names<Control> kNames = {{"firmware", Control::kFirmware},
                                        {"direct", Control::kDirect}};
  return kNames;
}

const Names<Packing>& packing_names() {
  static const Names<Packing> kNames = {{"two_bit", Packing::kTwoBit}, {"trit5", Packing::kTrit5}};
  return kNames;
}

const Names<CacheKind>& cache_names() {
  static const Names<CacheKind> kNames = {{"5", CacheKind::kDigits5}, {"4", CacheKind::kDigits4},
                                          {"3", CacheKind::kDigits3}, {"2", CacheKind::kDigits2},
                                          {"1", CacheKind::kDigits1}, {"f16", CacheKind::kF16},
                                          {"f32", CacheKind::kF32}};
  return kNames;
}

const Names<HeadKind>& head_names() {
  static const Names<HeadKind> kNames = {{"5", HeadKind::kDigits5}, {"4", HeadKind::kDigits4},
                                         {"3", HeadKind::kDigits3}, {"2", HeadKind::kDigits2},
                                         {"1", HeadKind::kDigits1}, {"float", HeadKind::kFloat}};
  return kNames;
}

std::string describe_session(const SessionOptions& options) {
  const auto part = [](const char* name, int digits) {
    return digits == 0 ? std::string(name)
                       : fmt::format("{} digit{}", digits, digits == 1 ? "" : "s");
  };
  return part(name_in(cache_names(), options.kv), digits_of(options.kv)) + ", " +
         part(name_in(head_names(), options.head), digits_of(options.head));
}

nlohmann::ordered_json session_json(const SessionOptions& options) {
  return {{"kv", name_in(cache_names(), options.kv)},
          {"head", name_in(head_names(), options.head)}};
}

std::vector<std::string> config_names() {
  std::vector<std::string> names;
  for (const tercet_config& machine : TERCET_CONFIGS) names.emplace_back(machine.name);
  return names;
}

void check_control(const MachineOptions& options) {
  if (options.firmware.empty()) return;
  if (!options.by_firmware()) fail_usage("--firmware needs --control firmware");
  open_firmware(options);
}

void check(const MachineOptions& options) {
  const tercet_config& machine = options.machine();
  check_control(options);
  if (options.memory.has_value()) machine_dram(*options.memory, machine);
  if (!options.trace.file.empty()) {
    if (!options.rtl()) fail_usage("--trace needs --backend rtl");
    if (!is_replaced(options.trace.file)) {
      fail("--trace {}: needs random access, so it must be a regular file", options.trace.file);
    }
  }
  if (!options.timed() && options.memory.has_value()) {
    fail_usage("--memory {} needs --backend rtl or systemc: '{}' has no timing", *options.memory,
               options.backend_name());
  }
  if (!options.has_machine()) {
    if (options.memory_mib != 0) fail_without_machine("--memory-mib");
    if (options.timeout != 0) fail_without_machine("--timeout");
    if (!options.firmware.empty()) fail_without_machine("--firmware");
    if (!options.by_firmware()) fail_without_machine("--control");
  }
  if (options.reference() && options.threads.value_or(1) != 1) {
    fail_usage("--threads {}: the reference has one", *options.threads);
  }
  if (options.reference() && !options.simd.empty()) {
    fail_usage("--simd {}: the reference is scalar", options.simd);
  }
  if (options.rtl() && !has_rtl(machine)) {
    const std::vector<std::string>& built = verilated_machines();
    fail_usage("--config {}: not built as RTL (built: {}); use --backend systemc", options.config,
               built.empty() ? "none" : fmt::format("{}", fmt::join(built, ", ")));
  }
}

FirmwareImage open_firmware(const MachineOptions& options) {
  return options.firmware.empty() ? parse_firmware("built-in", embedded_firmware())
                                  : load_firmware(options.firmware);
}

std::string describe_control(const MachineOptions& options) {
  if (!options.by_firmware()) return "direct";
  const FirmwareImage image = open_firmware(options);
  return fmt::format("firmware {}, CRC-32 {:#010x}, {} of {} bytes", image.name, image.crc,
                     image.code_bytes, static_cast<int>(TERCET_CORE_ITCM_BYTES));
}

nlohmann::ordered_json control_json(const MachineOptions& options) {
  if (!options.by_firmware()) return nullptr;
  const FirmwareImage image = open_firmware(options);
  return {{"name", image.name},
          {"crc32", fmt::format("{:#010x}", image.crc)},
          {"code_bytes", image.code_bytes},
          {"data_bytes", image.data_bytes}};
}

const char* backend_title(Backend backend) {
  static const Names<Backend> kTitles = {{"RTL", Backend::kRtl},
                                         {"SystemC model", Backend::kSystemc},
                                         {"register-level model", Backend::kFunctional},
                                         {"vectors and threads", Backend::kModel},
                                         {"scalar reference", Backend::kReference}};
  return name_in(kTitles, backend);
}

bool has_rtl(const tercet_config& machine) {
  const std::vector<std::string>& built = verilated_machines();
  return std::find(built.begin(), built.end(), machine.name) != built.end();
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
