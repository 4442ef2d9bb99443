// SPDX-License-Identifier: Apache-2.0
// An engine on the chosen backend, for commands that only want its results.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "device_options.h"
#include "tercet/accelerator.h"
#include "tercet/device_engine.h"
#include "tercet/model/engine.h"
#include "tercet/transport.h"

namespace tercet {

/// `model`: the reference; rtl and systemc: a machine with the weights of `model`, which must
/// outlive this. Throws Error as make_device() does.
class BackendEngine {
 public:
  BackendEngine(const DeviceOptions& options, const Model& model);

  MatmulEngine& engine();
  /// Cycles since the weights were in place; 0 without a machine.
  uint64_t cycles() const;

 private:
  ReferenceEngine reference_;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<Accelerator> accelerator_;
  std::optional<DeviceEngine> device_;
  uint64_t start_ = 0;
};

}  // namespace tercet
