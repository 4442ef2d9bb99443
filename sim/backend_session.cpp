// SPDX-License-Identifier: Apache-2.0
// Makes the engine that a backend names, and a sequence on it.
#include "sim/backend_session.h"

#include "base/interrupt.h"
#include "model/fast/target.h"

namespace tercet {

BackendSession::BackendSession(const MachineOptions& options, const Model& model,
                               const BackendSessionOptions& more)
    : model_(model),
      pool_(options.reference() ? 1 : ThreadPool::resolve(options.threads)),
      reference_(options.reference()) {
  force_simd_target(options.simd);
  MatmulEngine& engine = make_engine(options, more.together, more.slices);
  if (reference_) {
    sequence_ = std::make_unique<Session>(model, engine, more.session);
  } else if (more.check) {
    auto checked = std::make_unique<CheckedSession>(model, engine, pool_, more.session);
    checked_ = checked.get();
    sequence_ = std::move(checked);
  } else {
    sequence_ = std::make_unique<FastSession>(model, engine, pool_, more.session);
  }
}

MatmulEngine& BackendSession::make_engine(const MachineOptions& options, bool together,
                                          TraceSink* slices) {
  if (options.has_machine()) {
    machine_.emplace(options, packed_bytes(options.machine(), options.packing, model_), slices);
    return device_.emplace(machine_->accelerator(), options.packing, together);
  }
  if (reference_) {
    host_ = std::make_unique<ReferenceEngine>();
  } else {
    host_ = std::make_unique<FastEngine>(pool_);
  }
  return counted_.emplace(*host_, Interrupt::poll);
}

void BackendSession::load() {
  if (!machine_.has_value()) return;
  machine_->set_stoppable(true);
  device_->preload(model_);
}

const MatmulCounts& BackendSession::counts() const {
  return device_.has_value() ? device_->counts() : counted_->counts();
}

std::string BackendSession::simd() const { return reference_ ? "" : simd_target(); }

}  // namespace tercet
