// SPDX-License-Identifier: Apache-2.0
// The rules of AXI4 that a master can break (AMBA AXI specification, IHI 0022), checked at each
// handshake. A broken rule is a bug in the machine: it throws Error with the cycle.
#pragma once

#include <cstdint>

#include "base/error.h"

namespace tercet {

/// An address channel's payload, AR or AW.
struct AxiAddress {
  uint64_t address = 0;
  uint32_t id = 0;
  uint32_t len = 0;  ///< beats - 1
  uint32_t size = 0;
  uint32_t burst = 0;

  bool operator==(const AxiAddress& other) const {
    return address == other.address && id == other.id && len == other.len && size == other.size &&
           burst == other.burst;
  }
};

/// Throws Error; `channel` is "AR" and so on.
[[noreturn]] inline void axi_violation(const char* channel, uint64_t cycle, const char* rule) {
  fail("AXI violation on {} in cycle {}: {}", channel, cycle, rule);
}

/// Checks a burst of beats of `beat` bytes, which Tercet makes only in one form: INCR, full beats,
/// aligned. A burst of len 255 at most is the width of the port.
inline void check_axi_address(const char* channel, const AxiAddress& a, uint32_t beat,
                              uint64_t cycle) {
  constexpr uint64_t kPage = 4096;
  constexpr uint32_t kIncr = 1;
  if (uint32_t{1} << a.size != beat) axi_violation(channel, cycle, "size is not a full beat");
  if (a.burst != kIncr) axi_violation(channel, cycle, "burst is not INCR");
  if (a.address % beat != 0) axi_violation(channel, cycle, "address is not aligned to a beat");
  if (a.address % kPage + uint64_t{beat} * (a.len + 1) > kPage) {
    axi_violation(channel, cycle, "burst crosses 4 KiB");
  }
}

/// One channel's promise that VALID and payload stay while READY is low.
template <class Payload>
class AxiStable {
 public:
  /// Call in every cycle in which VALID or stalled() is true.
  void check(const char* channel, bool valid, bool ready, const Payload& payload, uint64_t cycle) {
    if (stalled_ && !valid) axi_violation(channel, cycle, "VALID fell without READY");
    if (stalled_ && !(payload == held_)) {
      axi_violation(channel, cycle, "payload changed without READY");
    }
    stalled_ = valid && !ready;
    if (stalled_) held_ = payload;
  }
  bool stalled() const { return stalled_; }

 private:
  bool stalled_ = false;
  Payload held_;
};

}  // namespace tercet
