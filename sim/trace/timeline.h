// SPDX-License-Identifier: Apache-2.0
// The timeline of a run: what the model asked for above what the machine's engines did.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "host_driver/accelerator.h"
#include "sim/trace/perfetto_writer.h"
#include "sim/trace/trace_sink.h"
#include "tercet_hw.h"

namespace tercet {

/// Each has what the one before has. Counters are in all.
enum class TimelineDetail : uint8_t {
  kLayers,  ///< forward steps and layers
  kGemms,   ///< matrix products, and the commands that they are made of
  kTiles,   ///< register accesses, bursts, n_tiles, output jobs
};

struct TimelineOptions {
  std::string file;
  TimelineDetail detail = TimelineDetail::kTiles;
  uint64_t first = 0;          ///< cycle; only what touches [first, last) is written, whole
  uint64_t last = UINT64_MAX;  ///< cycle
  /// Names and texts for the file's otherData.
  std::vector<std::pair<std::string, std::string>> about;
};

struct TimelineCounts {
  uint64_t slices = 0;              ///< in the file
  uint64_t left_out_by_detail = 0;  ///< slices
  uint64_t left_out_by_window = 0;  ///< slices
  uint64_t bytes = 0;     ///< of the file; 0: no cycle of the window came, and there is none
  uint64_t run_last = 0;  ///< the run's last cycle
};

/// How busy the engines were, in windows of a fixed number of cycles. Counts of active cycles.
/// Windows are taken in order of time once nothing can come to them any more; only those not yet
/// taken are held.
class Activity {
 public:
  static constexpr uint64_t kWindow = 1024;  ///< cycles
  using Counts = std::array<uint32_t, kTraceTracks>;

  void add(TraceTrack track, uint64_t first, uint64_t count);

  /// Cycle in which the oldest window held begins.
  uint64_t begin() const { return base_ * kWindow; }
  bool empty() const { return windows_.empty(); }
  /// Takes the oldest window; zeros if nothing has come to it.
  Counts take();
  /// Passes over windows to which nothing has come, up to the one of `cycle`. Only when empty.
  void skip_to(uint64_t cycle) { base_ = std::max(base_, cycle / kWindow); }

  /// Cycles that came too late for their window. Not 0: whoever takes windows takes them too early.
  uint64_t late() const { return late_; }

 private:
  std::deque<Counts> windows_;
  uint64_t base_ = 0;  // windows taken
  uint64_t late_ = 0;
};

/// Time is the machine's: what the host computes between products takes no cycle of it. Memory is
/// bounded by the activity windows of one product; the rest goes to the file as it comes.
class Timeline : public TraceSink {
 public:
  /// Throws Error naming the file.
  Timeline(TimelineOptions options, const tercet_config& machine);
  /// Finishes as incomplete. An error has nowhere to go but standard error.
  ~Timeline() override;
  Timeline(const Timeline&) = delete;
  Timeline& operator=(const Timeline&) = delete;

  // From the machine.
  void slice(const TraceSlice& slice) override;
  void active(TraceTrack track, uint64_t first, uint64_t count) override;

  // From the driver and the model.
  void forward_begins(std::string name, int64_t tokens, uint64_t cycle);
  void forward_ends(uint64_t cycle);
  void gemm(const GemmRecord& record);

  /// Closes what is open and the file, which says whether it is complete; of a window that begins
  /// after the last cycle there is none. To be called once, after which nothing may come. Throws
  /// Error naming the file.
  TimelineCounts finish(bool complete);

 private:
  enum Row : uint8_t {
    kForwards,
    kLayers,
    kProducts,
    kRegisters,  // the machine's from here on
    kCommands,
    kRead,
    kWrite,
    kArray,
    kOutput,
    kRows,
  };
  struct Open {
    std::string name;
    int64_t tokens = 0;
    uint64_t begin = 0;
    uint64_t end = 0;
    bool open = false;
  };

  bool wanted(TimelineDetail level, uint64_t begin, uint64_t end);
  void put(Row row, const std::string& name, uint64_t begin, uint64_t end, const std::string& args);
  static TraceThread thread(Row row, size_t lane);
  TraceThread lane(Row row, uint64_t begin, uint64_t end);
  void put_commands(size_t count, const std::string& name, const std::string& args);
  void close_layer();
  void close_forward();
  void count_up_to(uint64_t cycle);
  void count_window(uint64_t begin, uint64_t end, const Activity::Counts& counts);
  std::string other(bool complete) const;

  TimelineOptions options_;
  const tercet_config& machine_;
  PerfettoWriter writer_;
  Activity activity_;
  std::array<std::vector<uint64_t>, kRows> lanes_;  // of each row: where its last slice ends
  std::vector<TraceSlice> commands_;                // completed; their product is not known yet
  Open layer_, forward_;
  uint64_t last_cycle_ = 0;  // seen
  std::array<double, 3> shown_{-1.0, -1.0, -1.0};
  TimelineCounts counts_;
  bool finished_ = false;
};

}  // namespace tercet
