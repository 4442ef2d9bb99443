// SPDX-License-Identifier: Apache-2.0
// Names to SessionOptions.
#include "cli/session_options.h"

#include "base/error.h"

namespace tercet {

void add_session_options(CLI::App& command, SessionNames& names, ModelOptions& model) {
  command
      .add_option("--act-quant", names.act_quant,
                  "activations of BitLinears: int8, or none: floats (not BitNet's arithmetic)")
      ->check(CLI::IsMember({"int8", "none"}))
      ->capture_default_str();
  command.add_option("--kv", names.kv, "keys and values are kept as f32, or rounded to f16")
      ->check(CLI::IsMember({"f32", "f16"}))
      ->capture_default_str();
  command.add_flag("--no-weight-quant", model.no_weight_quant,
                   "keep float projections as they are (not BitNet's arithmetic)");
}

SessionOptions parse_session(const SessionNames& names, const ModelOptions& model,
                             const DeviceOptions& device) {
  SessionOptions options;
  options.quantize_activations = names.act_quant != "none";
  options.half_cache = names.kv == "f16";
  if (!device.machine()) return options;
  const char* flag = model.no_weight_quant ? "--no-weight-quant" : "--act-quant none";
  if (model.no_weight_quant || !options.quantize_activations) {
    fail("{} needs --backend model or reference: a machine multiplies int8 by ternary weights only",
         flag);
  }
  return options;
}

}  // namespace tercet
