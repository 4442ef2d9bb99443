// SPDX-License-Identifier: Apache-2.0
// The options that choose a machine, and the machine they choose.
#pragma once

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host_driver/command_port.h"
#include "host_driver/firmware_image.h"
#include "host_driver/layout.h"
#include "host_driver/transport.h"
#include "model/transformer.h"
#include "sim/timed_device.h"
#include "sim/trace/trace_sink.h"
#include "sim/verilated/verilated_options.h"

namespace tercet {

/// Who starts commands when --control does not say: `firmware` or `direct`.
inline constexpr const char* kDefaultControl = "firmware";

struct DeviceOptions {
  std::string backend = "rtl";
  std::string config = "edge";
  std::string packing = "two_bit";
  std::optional<std::string> memory;  ///< absent: the configuration's DRAM
  uint64_t memory_mib = 0;            ///< 0: what the model needs, at least 1024
  uint64_t timeout = 0;               ///< cycles a command may take; 0: automatic
  std::string control = kDefaultControl;
  std::string firmware;  ///< file; empty: the one of this build
  std::string trace;
  std::string trace_window;
  std::optional<int64_t> threads;  ///< of the fast engine; absent: one a processor
  std::string simd;                ///< vector target; empty: the best here

  bool rtl() const { return backend == "rtl"; }
  bool by_firmware() const { return control == "firmware"; }
  bool reference() const { return backend == "reference"; }
  /// There is a machine, with registers and a memory; else the host multiplies.
  bool machine() const { return backend != "model" && !reference(); }
  /// The machine knows cycles.
  bool timed() const { return rtl() || backend == "systemc"; }
  /// "none" without time.
  std::string memory_name() const { return timed() ? memory.value_or("dram") : "none"; }
};

/// Names of rtl/spec/configs.
std::vector<std::string> machine_names();

/// Adds --backend, --config, --control, --firmware, --packing, --memory, --memory-mib, --timeout,
/// --trace, --trace-window, --threads, --simd.
void add_device_options(CLI::App& command, DeviceOptions& options);

/// Of these, --control and --firmware; and what can be wrong with them.
void add_control_options(CLI::App& command, DeviceOptions& options);
void check_control(const DeviceOptions& options);

/// Throws Error on a name, window or combination that makes no sense.
void check(const DeviceOptions& options);

/// For commands that tell nothing of a machine they do not use. Throws Error if `command` was given
/// --config or --packing, and there is none.
void check_layout_flags(const CLI::App& command, const DeviceOptions& options);

/// Cycles [first, last).
struct CycleWindow {
  uint64_t first = 0;
  uint64_t last = UINT64_MAX;
};

/// "a:b" to cycles; empty: all. Throws Error naming `option`.
CycleWindow parse_window(const std::string& option, const std::string& text);

/// The waveform's file and window. Throws Error.
TraceOptions parse_trace(const std::string& file, const std::string& window);

/// A machine whose memory holds `weight_bytes` of packed weights and the activations and outputs of
/// products beside them. `slices` may be null; a machine without time tells it nothing.
std::unique_ptr<Transport> make_device(const DeviceOptions& options, uint64_t weight_bytes,
                                       TraceSink* slices = nullptr);

/// The firmware that --firmware names, or that of this build. Throws Error.
FirmwareImage open_firmware(const DeviceOptions& options);

/// "firmware FILE, CRC-32 0x..., N of 8192 bytes", or "direct".
std::string describe_control(const DeviceOptions& options);

/// The same for JSON: name, crc32, code_bytes, data_bytes; null without firmware.
nlohmann::ordered_json control_json(const DeviceOptions& options);

/// How commands reach the machine.
std::unique_ptr<CommandPort> make_port(const DeviceOptions& options, Transport& transport);

/// The machine of `transport` as one that knows time; nullptr if it does not.
const TimedDevice* timed(const Transport& transport);

/// What reports call a backend.
std::string backend_title(const DeviceOptions& options);

/// Bytes of `model`'s weights as the machine keeps them.
uint64_t packed_bytes(const tercet_config& machine, Packing packing, const Model& model);

}  // namespace tercet
