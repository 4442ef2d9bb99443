// SPDX-License-Identifier: Apache-2.0
// The one place that assembles a machine from options: device, driver, accelerator.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "host_driver/accelerator.h"
#include "host_driver/sliced_transport.h"
#include "sim/machine_options.h"
#include "sim/timed_device.h"
#include "sim/trace/trace_sink.h"

namespace tercet {

/// A machine out of reset with its driver; with --control firmware the firmware has booted.
class Machine {
 public:
  /// Its memory holds `weight_bytes` of packed weights, and activations and outputs beside them.
  /// `slices` may be null; a machine without time tells it nothing. Throws Error.
  Machine(const MachineOptions& options, uint64_t weight_bytes, TraceSink* slices = nullptr);

  const tercet_config& config() const { return accelerator_.machine(); }
  Accelerator& accelerator() { return accelerator_; }
  CommandPort& port() { return accelerator_.driver(); }
  uint64_t cycle() const { return device_->cycle(); }
  /// nullptr if the machine does not know time.
  const TimedDevice* timed() const { return dynamic_cast<const TimedDevice*>(device_.get()); }

  /// Ends the waveform, if there is one. Why it could not be written goes to `unwritten`, as it
  /// must not take the run's results with it.
  std::optional<WaveformCounts> finish_waveform(std::string* unwritten);

  /// Whether waits and uploads throw Interrupted once the user has asked to stop; not at first.
  void set_stoppable(bool stoppable) { stoppable_ = stoppable; }

 private:
  std::unique_ptr<Transport> device_;
  bool stoppable_ = false;
  SlicedTransport sliced_;
  Accelerator accelerator_;
};

}  // namespace tercet
