// SPDX-License-Identifier: Apache-2.0
// Where a timeline of the machine's engines goes.
#pragma once

#include <cstdint>

#include "sim/systemc/cycle.h"

namespace tercet {

/// One track of the timeline.
enum class TraceTrack : uint8_t { kHost, kDmaRead, kDmaWrite, kArray, kOutput };

/// "host", "dma read" and so on.
const char* trace_track_name(TraceTrack track);

/// Something that an engine did in the cycles [begin, end).
struct TraceSlice {
  TraceTrack track = TraceTrack::kHost;
  const char* name =
      "";  ///< static: "csr", "gemm", "weights", "activations", "write", "n_tile", "job"
  uint64_t command = 0;  ///< accepted before the one it belongs to, since reset
  uint64_t index = 0;    ///< n_tile (counted over m_tiles) or address
  Cycle begin = 0;
  Cycle end = 0;
};

/// Slices of one track come in order of time and do not overlap, except kHost's commands. Tracks
/// are not in step with each other, and slices may lie ahead of the machine's cycle.
class TraceSink {
 public:
  virtual ~TraceSink() = default;
  virtual void slice(const TraceSlice& slice) = 0;
};

}  // namespace tercet
