// SPDX-License-Identifier: Apache-2.0
// A window of cycles as an FST waveform, for models that were Verilated with tracing.
#pragma once

#include <verilated_fst_c.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "base/output.h"
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

/// A Draft while it is written. One at a time, as fst_error() is one for all.
template <class Top>
class Trace {
 public:
  Trace(const TraceOptions& options, VerilatedContext& context, Top& top)
      : options_(options), draft_(options.file) {
    if (options.first >= options.last) {
      fail("trace window {}:{} is empty", options.first, options.last);
    }
    context.traceEverOn(true);
    top.trace(&fst_, kAllLevels);
    clear_fst_error();
    fst_.open(draft_.part().c_str());
    if (!fst_.isOpen()) fail("{}: cannot be written: {}", options.file, std::strerror(errno));
  }
  ~Trace() {
    try {
      finish();
    } catch (const Error& error) {
      std::fprintf(stderr, "tercet: %s\n", error.what());
    }
  }
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  bool active(uint64_t cycle) const {
    return cycle >= options_.first && cycle < options_.last && fst_error() == 0;
  }
  /// Times are half cycles: the clock is high in the first half.
  void dump(uint64_t half_cycle) { fst_.dump(half_cycle); }

  /// Ends the file and gives it its name. Throws Error naming it, unless it was told before.
  void finish() {
    if (!fst_.isOpen()) return;
    fst_.close();
    const int error = fst_error();
    if (error != 0) fail("{}: cannot be written: {}", options_.file, std::strerror(error));
    draft_.keep();
  }

 private:
  static constexpr int kAllLevels = 99;
  TraceOptions options_;
  Draft draft_;
  VerilatedFstC fst_;
};

}  // namespace tercet
