// SPDX-License-Identifier: Apache-2.0
// An AXI4 memory behind a Verilated machine's master port.
#pragma once

#include "sim/dram/dram_model.h"
#include "sim/dram/memory_image.h"
#include "sim/verilated/axi_read_port.h"
#include "sim/verilated/axi_stalls.h"
#include "sim/verilated/axi_write_port.h"

namespace tercet {

/// `Top` has the ports m_axi_* of tercet_top as members: a Verilated class, or a struct in tests.
/// Around each clock edge: sample() with the values that the edge sees, then the edge, then
/// drive(). Reads and writes meet only in the DRAM; both are checked against axi_rules.h.
template <class Top>
class AxiMemory {
 public:
  AxiMemory(MemoryImage& memory, DramModel& dram, const AxiOptions& options)
      : read_(memory, dram, options), write_(memory, dram, options) {}

  /// Drives the idle bus.
  void reset(Top& top) {
    read_.reset(top);
    write_.reset(top);
  }

  /// Takes the handshakes of the edge that ends `cycle`.
  void sample(const Top& top, uint64_t cycle) {
    read_.sample(top, cycle);
    write_.sample(top, cycle);
  }

  /// Sets the inputs of `cycle`, the one that the edge began.
  void drive(Top& top, uint64_t cycle) {
    read_.drive(top, cycle);
    write_.drive(top, cycle);
  }

  /// Bursts accepted and not finished.
  bool quiet() const { return read_.quiet() && write_.quiet(); }

 private:
  AxiReadPort<Top> read_;
  AxiWritePort<Top> write_;
};

}  // namespace tercet
