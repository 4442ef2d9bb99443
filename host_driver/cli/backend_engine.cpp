// SPDX-License-Identifier: Apache-2.0
// Makes the machine and loads it.
#include "backend_engine.h"

namespace tercet {

BackendEngine::BackendEngine(const DeviceOptions& options, const Model& model) {
  if (!options.timed()) return;
  const tercet_config& machine = find_machine(options.config);
  const Packing packing = parse_packing(options.packing);
  transport_ = make_device(options, packed_bytes(machine, packing, model));
  accelerator_ = std::make_unique<Accelerator>(make_port(options, *transport_));
  device_.emplace(*accelerator_, packing);
  device_->preload(model);
  start_ = transport_->cycle();
}

MatmulEngine& BackendEngine::engine() {
  if (device_.has_value()) return *device_;
  return reference_;
}

uint64_t BackendEngine::cycles() const {
  return transport_ == nullptr ? 0 : transport_->cycle() - start_;
}

}  // namespace tercet
