// SPDX-License-Identifier: Apache-2.0
// The options that depart from BitNet's arithmetic, to compare with float peers.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "cli/device_options.h"
#include "cli/model_source.h"
#include "model/transformer.h"

namespace tercet {

struct SessionNames {
  std::string act_quant = "int8";  ///< or "none"
  std::string kv = "f32";          ///< or "f16"
};

/// Adds --act-quant, --kv and --no-weight-quant.
void add_session_options(CLI::App& command, SessionNames& names, ModelOptions& model);

/// Throws Error if `device` is a machine, which multiplies int8 only.
SessionOptions parse_session(const SessionNames& names, const ModelOptions& model,
                             const DeviceOptions& device);

}  // namespace tercet
