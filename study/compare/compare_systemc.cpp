// SPDX-License-Identifier: Apache-2.0
// Lays streams out, starts commands, waits.
#include "study/compare/compare_systemc.h"

#include "base/error.h"
#include "base/interrupt.h"
#include "host_driver/sliced_transport.h"
#include "sim/systemc/systemc_device.h"

namespace tercet {
namespace {

constexpr int64_t kPage = 4096;

/// The commands with addresses one after the other; `*end` is the first that is free.
std::vector<Gemm> placed(const tercet_config& machine, const ElementFormat& format,
                         const std::vector<Gemm>& commands, uint64_t* end) {
  std::vector<Gemm> list = commands;
  int64_t address = kPage;
  const auto take = [&address](int64_t bytes) {
    const int64_t at = address;
    address += divide_up(bytes, kPage) * kPage;
    return static_cast<uint64_t>(at);
  };
  for (Gemm& g : list) {
    g.weights = take(weight_beats(machine, format, g.packing, g.n, g.k) * machine.axi_bytes);
    g.activations =
        take(activation_beats(machine, g.m, g.k) * format.activation_bytes * machine.axi_bytes);
    g.outputs = take(output_bytes(machine, g.m, g.n));
  }
  *end = static_cast<uint64_t>(address);
  return list;
}

}  // namespace

uint64_t systemc_cycles(const tercet_config& machine, const std::string& memory,
                        const ElementFormat& format, const std::vector<Gemm>& commands) {
  SystemcOptions options;
  options.timing = memory;
  options.format = format;
  const std::vector<Gemm> list = placed(machine, format, commands, &options.memory_bytes);
  if (options.memory_bytes >> machine.addr_bits != 0) {
    fail("machine '{}': {} bytes are over its {} address bits", machine.name, options.memory_bytes,
         machine.addr_bits);
  }
  SystemcDevice device(machine, options);
  SlicedTransport sliced(device, Interrupt::poll);
  Driver driver(sliced, command_machine(machine, format));
  const uint64_t begin = device.cycle();
  for (const Gemm& gemm : list) driver.start(gemm);
  driver.wait_all();
  return device.cycle() - begin;
}

}  // namespace tercet
