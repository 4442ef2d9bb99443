// SPDX-License-Identifier: Apache-2.0
// What chooses a backend and a machine, and what can be wrong with the choice.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "host_driver/firmware_image.h"
#include "host_driver/layout.h"
#include "model/transformer.h"
#include "sim/verilated/verilated_options.h"

namespace tercet {

/// What computes the BitLinears. The first three are machines, with registers and a memory; the
/// others are the host.
enum class Backend : uint8_t { kRtl, kSystemc, kFunctional, kModel, kReference };

/// Who starts commands: the firmware on the control core, or the driver by registers.
enum class Control : uint8_t { kFirmware, kDirect };

/// The names that options and reports use.
template <class Value>
using Names = std::vector<std::pair<const char*, Value>>;
const Names<Backend>& backend_names();
const Names<Control>& control_names();
const Names<Packing>& packing_names();
/// Of --kv: f32, f16, and 5 to 1 digits.
const Names<CacheKind>& cache_names();
/// Of --head: float, and 5 to 1 digits.
const Names<HeadKind>& head_names();

/// How a session keeps things: "5 digits, 5 digits", "f32, float".
std::string describe_session(const SessionOptions& options);
/// The same for JSON: kv and head.
nlohmann::ordered_json session_json(const SessionOptions& options);

/// The name of `value` in `names`.
template <class Value>
const char* name_in(const Names<Value>& names, Value value) {
  for (const auto& [name, known] : names) {
    if (known == value) return name;
  }
  return "?";
}

/// The machines of rtl/spec/configs.
std::vector<std::string> config_names();

struct MachineOptions {
  Backend backend = Backend::kRtl;
  std::string config = "edge";
  Packing packing = Packing::kTwoBit;
  std::optional<std::string> memory;  ///< machine_dram(); absent: the configuration's DRAM
  uint64_t memory_mib = 0;            ///< 0: what the model needs, at least 1024
  uint64_t timeout = 0;               ///< cycles a command may take; 0: from its size
  Control control = Control::kFirmware;
  std::string firmware;            ///< ELF file; empty: the one of this build
  TraceOptions trace;              ///< FST waveform of the RTL
  std::optional<int64_t> threads;  ///< of the host's part; absent: one a processor
  std::string simd;                ///< vector target of the host's part; empty: the best here

  const tercet_config& machine() const { return find_machine(config); }
  bool rtl() const { return backend == Backend::kRtl; }
  bool reference() const { return backend == Backend::kReference; }
  /// There is a machine; else the host multiplies.
  bool has_machine() const { return backend < Backend::kModel; }
  /// The machine knows cycles.
  bool timed() const { return backend < Backend::kFunctional; }
  bool by_firmware() const { return control == Control::kFirmware; }
  const char* backend_name() const { return name_in(backend_names(), backend); }
  /// "none" without time.
  std::string memory_name() const { return timed() ? memory.value_or("dram") : "none"; }
};

/// Throws UsageError on a name or combination that makes no sense, Error on a firmware file that
/// cannot be used.
void check(const MachineOptions& options);

/// Of these, what concerns --control and --firmware.
void check_control(const MachineOptions& options);

/// The firmware that the options name, or that of this build. Throws Error.
FirmwareImage open_firmware(const MachineOptions& options);

/// "firmware FILE, CRC-32 0x..., N of 8192 bytes", or "direct".
std::string describe_control(const MachineOptions& options);

/// The same for JSON: name, crc32, code_bytes, data_bytes; null without firmware.
nlohmann::ordered_json control_json(const MachineOptions& options);

/// What reports call the backend: "RTL", "SystemC model", ...
const char* backend_title(Backend backend);

/// Whether this build has the RTL of `machine`.
bool has_rtl(const tercet_config& machine);

/// Bytes of the ternary weights of `model` in the memory of `machine`.
uint64_t packed_bytes(const tercet_config& machine, Packing packing, const Model& model);

}  // namespace tercet
