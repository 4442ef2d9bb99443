// SPDX-License-Identifier: Apache-2.0
// A window of cycles as an FST waveform, for models that were Verilated with tracing.
#pragma once

#include <verilated_fst_c.h>

#include <cstdio>
#include <filesystem>
#include <type_traits>
#include <utility>

#include "base/error.h"
#include "base/output_target.h"
#include "sim/verilated/verilated_options.h"

namespace tercet {

/// True for classes that Verilator made with --trace-fst.
template <class Top, class = void>
struct CanTrace : std::false_type {};
template <class Top>
struct CanTrace<
    Top, std::void_t<decltype(std::declval<Top&>().trace(std::declval<VerilatedFstC*>(), 0))>>
    : std::true_type {};

/// The file has a temporary name while it is written; it is complete when this object goes.
template <class Top>
class Trace {
 public:
  Trace(const TraceOptions& options, VerilatedContext& context, Top& top) : options_(options) {
    if (options.first >= options.last) {
      fail("trace window {}:{} is empty", options.first, options.last);
    }
    context.traceEverOn(true);
    top.trace(&fst_, kAllLevels);
    const OutputTarget target = output_target(options.file);
    file_ = target.file;
    part_ = target.temporary();
    fst_.open(part_.c_str());
    if (!fst_.isOpen()) fail("{}: cannot be written", options.file);
  }
  ~Trace() {
    fst_.close();
    if (std::rename(part_.c_str(), file_.c_str()) != 0) {
      std::fprintf(stderr, "%s: cannot be written; the trace is %s\n", options_.file.c_str(),
                   part_.c_str());
    }
  }
  Trace(const Trace&) = delete;
  Trace& operator=(const Trace&) = delete;

  bool active(uint64_t cycle) const { return cycle >= options_.first && cycle < options_.last; }
  /// Times are half cycles: the clock is high in the first half.
  void dump(uint64_t half_cycle) { fst_.dump(half_cycle); }

 private:
  static constexpr int kAllLevels = 99;
  TraceOptions options_;
  std::filesystem::path file_;
  std::filesystem::path part_;
  VerilatedFstC fst_;
};

}  // namespace tercet
