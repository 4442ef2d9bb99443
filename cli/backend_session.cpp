// SPDX-License-Identifier: Apache-2.0
// Makes the machine and loads it, or does without.
#include "cli/backend_session.h"

#include "base/interrupt.h"
#include "model/fast/target.h"

namespace tercet {

BackendSession::BackendSession(const DeviceOptions& options, const Model& model,
                               const SessionOptions& session)
    : pool_(options.reference() ? 1 : ThreadPool::resolve(options.threads)), fast_(pool_) {
  if (options.reference()) {
    sequence_ = std::make_unique<Session>(model, reference_, session);
    return;
  }
  force_simd_target(options.simd);
  MatmulEngine& engine =
      options.machine() ? load_machine(options, model) : static_cast<MatmulEngine&>(fast_);
  sequence_ = std::make_unique<FastSession>(model, engine, pool_, session);
}

MatmulEngine& BackendSession::load_machine(const DeviceOptions& options, const Model& model) {
  const tercet_config& machine = find_machine(options.config);
  const Packing packing = parse_packing(options.packing);
  transport_ = make_device(options, packed_bytes(machine, packing, model));
  sliced_.emplace(*transport_, Interrupt::poll);
  accelerator_ = std::make_unique<Accelerator>(make_port(options, *sliced_));
  device_.emplace(*accelerator_, packing);
  device_->preload(model);
  start_ = transport_->cycle();
  return *device_;
}

uint64_t BackendSession::cycles() const {
  return transport_ == nullptr ? 0 : transport_->cycle() - start_;
}

void BackendSession::finish() {
  if (auto* device = dynamic_cast<TimedDevice*>(transport_.get())) device->finish();
}

}  // namespace tercet
