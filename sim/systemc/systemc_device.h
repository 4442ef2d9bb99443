// SPDX-License-Identifier: Apache-2.0
// The SystemC model as a device: the same registers, bytes and cycles as the RTL, tile by tile.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/dram/generated_memory.h"
#include "sim/dram/memory_image.h"
#include "sim/element_format.h"
#include "sim/systemc/timing_table.h"
#include "sim/timed_device.h"
#include "sim/trace/trace_sink.h"
#include "tercet_hw.h"

namespace tercet {

struct SystemcOptions {
  uint64_t memory_bytes = uint64_t{1} << 30;
  std::string timing = "ideal";  ///< machine_dram()
  std::vector<MemoryFault> faults;
  std::vector<GeneratedRegion> generated;  ///< read-only, from memory_bytes on
  TraceSink* trace = nullptr;              ///< must outlive the device
  /// The baselines read their weights as docs/energy.md, "The FP16 and INT8 machines", lays them
  /// out; commands are those of two_bit, checked against command_machine().
  ElementFormat format = kTernary;
  TimingTable latencies;  ///< the RTL's, unless it is to be seen what others would do
};

/// Has a SystemC kernel of its own, so that any number of devices may live in a process, one after
/// another or side by side. SystemC knows only one current kernel, though: all devices of a
/// process must be used by one thread.
///
/// Throws Error if a name in the options is unknown. wait_irq() throws Error naming the units that
/// wait if a command is in flight and nothing will ever happen again.
class SystemcDevice : public TimedDevice {
 public:
  SystemcDevice(const tercet_config& machine, const SystemcOptions& options);
  ~SystemcDevice() override;
  SystemcDevice(const SystemcDevice&) = delete;
  SystemcDevice& operator=(const SystemcDevice&) = delete;

  BusResponse csr_read(uint32_t offset, uint32_t* value) override;
  BusResponse csr_write(uint32_t offset, uint32_t value) override;
  bool wait_irq(uint64_t max_cycles) override;
  /// Reads generated regions too.
  void mem_read(uint64_t address, void* data, uint64_t bytes) override;
  void mem_write(uint64_t address, const void* data, uint64_t bytes) override;
  uint64_t mem_size() const override;
  uint64_t cycle() const override { return cycle_; }

  DramStats dram_stats() const override;
  EngineCounts engine_counts() const override;

 private:
  struct Platform;

  BusResponse access(bool write, uint32_t offset, uint32_t* value);
  void run_to(uint64_t cycle);

  std::unique_ptr<Platform> platform_;
  uint64_t cycle_ = 0;
};

/// As make_verilated_device.
std::unique_ptr<TimedDevice> make_systemc_device(const tercet_config& machine,
                                                 const SystemcOptions& options);

}  // namespace tercet
