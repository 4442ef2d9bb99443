// SPDX-License-Identifier: Apache-2.0
// Names of tracks.
#include "sim/trace/trace_sink.h"

namespace tercet {

const char* trace_track_name(TraceTrack track) {
  switch (track) {
    case TraceTrack::kHost:
      return "host";
    case TraceTrack::kDmaRead:
      return "dma read";
    case TraceTrack::kDmaWrite:
      return "dma write";
    case TraceTrack::kArray:
      return "array";
    default:
      return "output";
  }
}

}  // namespace tercet
