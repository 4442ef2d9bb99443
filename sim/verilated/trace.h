// SPDX-License-Identifier: Apache-2.0
// A window of cycles as an FST waveform, for models that were Verilated with tracing.
#pragma once

#include <verilated_fst_c.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "base/output.h"
#include "base/printable.h"
#include "sim/timed_device.h"
#include "sim/verilated/fst_error.h"
#include "sim/verilated/verilated_options.h"

namespace tercet {

/// True for classes that Verilator made with --trace-fst.
template <class Top, class = void>
struct CanTrace : std::false_type {};
template <class Top>
struct CanTrace<
    Top, std::void_t<decltype(std::declval<Top&>().trace(std::declval<VerilatedFstC*>(), 0))>>
    : std::true_type {};

/// A Draft until finish(), or until this object goes; one at a time, as fst_error() is one for all.
/// Time is the machine's at its clock, in whole picoseconds: a cycle begins with the rising edge,
/// and its second half is low.
template <class Top>
class Trace {
 public:
  Trace(const TraceOptions& options, uint32_t clock_mhz, VerilatedContext& context, Top& top)
      : options_(options), clock_mhz_(clock_mhz), draft_(options.file) {
    if (options.first >= options.last) {
      fail("trace window {}:{} is empty", options.first, options.last);
    }
    context.traceEverOn(true);
    top.trace(&fst_, kAllLevels);
    fst_.set_time_resolution("1ps");
    clear_fst_error();
    fst_.open(draft_.part().c_str());
    if (!fst_.isOpen()) fail("{}: cannot be written: {}", options.file, std::strerror(errno));
  }
  ~Trace() {
    try {
      finish(0);
    } catch (const Error& error) {
      std::fprintf(stderr, "tercet: %s\n", printable(error.what()).c_str());
    }
  }
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  bool active(uint64_t cycle) const {
    return fst_.isOpen() && fst_error() == 0 && cycle >= options_.first && cycle < options_.last;
  }
  /// Signals as they are in the first half of `cycle`, or in its second.
  void dump(uint64_t cycle, bool second_half = false) {
    if (counts_.cycles == 0) counts_.first = cycle;
    counts_.cycles = cycle - counts_.first + 1;
    constexpr uint64_t kHalf = 500'000;  // picoseconds of half a cycle at 1 MHz
    fst_.dump(((2 * cycle + (second_half ? 1 : 0)) * kHalf + clock_mhz_ / 2) / clock_mhz_);
  }

  /// After the run's last cycle: gives the file its name; one without a cycle goes. Throws Error
  /// naming the file.
  WaveformCounts finish(uint64_t run_last) {
    if (!fst_.isOpen()) return counts_;
    fst_.close();
    counts_.run_last = run_last;
    const int error = fst_error();
    if (error != 0) fail("{}: cannot be written: {}", options_.file, std::strerror(error));
    if (counts_.cycles == 0) return counts_;
    std::error_code ignored;  // the file is there
    counts_.bytes = std::filesystem::file_size(draft_.part(), ignored);
    draft_.keep();
    return counts_;
  }

 private:
  static constexpr int kAllLevels = 99;
  TraceOptions options_;
  uint64_t clock_mhz_;
  Draft draft_;
  VerilatedFstC fst_;
  WaveformCounts counts_;
};

}  // namespace tercet
