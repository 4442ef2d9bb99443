// SPDX-License-Identifier: Apache-2.0
// A sequence of tokens on the chosen backend.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "model/fast/fast_engine.h"
#include "model/fast/fast_session.h"
#include "sim/engine/checked_session.h"
#include "sim/engine/device_engine.h"
#include "sim/machine.h"

namespace tercet {

struct BackendSessionOptions {
  SessionOptions session;
  bool check = false;           ///< compare with the reference, which runs beside it
  bool together = true;         ///< queue the products that wait for the same input together
  TraceSink* slices = nullptr;  ///< of a timed machine; must outlive the session
};

/// Backend `reference`: scalar throughout; `model`: the fast engine; else a machine with the
/// weights of the model, and the fast engine's float steps. Throws Interrupted between and inside
/// products once the user has asked to stop.
class BackendSession {
 public:
  /// `model` must outlive this. Chooses the vector target too. Throws Error as Machine does.
  BackendSession(const MachineOptions& options, const Model& model,
                 const BackendSessionOptions& more = {});

  /// Packs all weights into the machine's memory, if there is one.
  void load();

  Sequence& sequence() { return *sequence_; }
  /// nullptr without one.
  Machine* machine() { return machine_.has_value() ? &*machine_ : nullptr; }
  /// nullptr unless checked.
  const CheckedSession* checked() const { return checked_; }
  const MatmulCounts& counts() const;
  int64_t threads() const { return pool_.threads(); }
  /// The vector target of the host's part; empty for the reference.
  std::string simd() const;

 private:
  MatmulEngine& make_engine(const MachineOptions& options, bool together, TraceSink* slices);

  const Model& model_;
  ThreadPool pool_;
  bool reference_;
  std::unique_ptr<MatmulEngine> host_;  // the host's products
  std::optional<CountedEngine> counted_;
  std::optional<Machine> machine_;
  std::optional<DeviceEngine> device_;
  std::unique_ptr<Sequence> sequence_;
  const CheckedSession* checked_ = nullptr;
};

}  // namespace tercet
