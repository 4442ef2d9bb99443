// SPDX-License-Identifier: Apache-2.0
// A sequence on the chosen backend, for commands that only want its results.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "cli/device_options.h"
#include "host_driver/accelerator.h"
#include "host_driver/sliced_transport.h"
#include "host_driver/transport.h"
#include "model/fast/fast_engine.h"
#include "model/fast/fast_session.h"
#include "model/fast/thread_pool.h"
#include "sim/engine/device_engine.h"

namespace tercet {

/// `reference`: scalar throughout; `model`: the fast engine; else a machine with the weights of
/// `model`, which must outlive this, and the fast engine's float steps.
class BackendSession {
 public:
  /// Chooses the vector target too. Throws Error as make_device() does.
  BackendSession(const DeviceOptions& options, const Model& model, const SessionOptions& session);

  Sequence& sequence() { return *sequence_; }
  /// Cycles since the weights were in place; 0 without a machine.
  uint64_t cycles() const;
  /// As TimedDevice::finish().
  void finish();

 private:
  MatmulEngine& load_machine(const DeviceOptions& options, const Model& model);

  ThreadPool pool_;
  FastEngine fast_;
  ReferenceEngine reference_;
  std::unique_ptr<Transport> transport_;
  std::optional<SlicedTransport> sliced_;  // for Ctrl-C
  std::unique_ptr<Accelerator> accelerator_;
  std::optional<DeviceEngine> device_;
  std::unique_ptr<Sequence> sequence_;
  uint64_t start_ = 0;
};

}  // namespace tercet
