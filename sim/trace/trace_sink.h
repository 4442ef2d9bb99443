// SPDX-License-Identifier: Apache-2.0
// Where a timeline of the machine's engines goes, from the RTL and from the SystemC model alike.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tercet {

/// One track of the timeline.
enum class TraceTrack : uint8_t { kHost, kDmaRead, kDmaWrite, kArray, kOutput };
constexpr size_t kTraceTracks = 5;

/// Something that an engine did in the cycles [begin, end).
struct TraceSlice {
  TraceTrack track = TraceTrack::kHost;
  const char* name =
      "";  ///< static: "csr", "gemm", "weights", "activations", "write", "n_tile", "job"
  uint64_t command = 0;  ///< accepted before the one it belongs to, since reset
  uint64_t index = 0;    ///< n_tile (counted over m_tiles), address, or register offset
  uint64_t begin = 0;    ///< cycle
  uint64_t end = 0;      ///< cycle
};

/// Slices of one track come in order of time and do not overlap, except kHost's commands. Tracks
/// are not in step with each other, and slices may lie ahead of the machine's cycle: of commands
/// that an error or a reset drops, the SystemC model may have told more than happens.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void slice(const TraceSlice& slice) = 0;

  /// In each of the cycles [first, first + count) a beat was on the bus (kDmaRead, kDmaWrite) or a
  /// token entered the array (kArray). Each cycle is told once.
  virtual void active(TraceTrack track, uint64_t first, uint64_t count) = 0;
};

}  // namespace tercet
