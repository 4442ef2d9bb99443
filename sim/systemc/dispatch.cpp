// SPDX-License-Identifier: Apache-2.0
// Checks, refusals and starts, at the cycle in which the RTL makes them.
#include "sim/systemc/dispatch.h"

#include <algorithm>

#include "sim/functional/command.h"
#include "sim/systemc/csr.h"
#include "sim/systemc/dma.h"
#include "sim/systemc/sequencer.h"
#include "sim/systemc/supervisor.h"

namespace tercet {
namespace {

uint64_t bit_length(uint64_t value) {
  uint64_t bits = 0;
  for (; value != 0; value >>= 1) ++bits;
  return bits;
}

}  // namespace

Dispatch::Dispatch(const sc_core::sc_module_name& name, const Shared& shared, Perf& perf)
    : Unit(name, shared), perf_(perf) {}

void Dispatch::pending(Cycle cycle) {
  const Command& command = csr->shadow();
  const auto tiles = static_cast<uint64_t>(k_tiles(shared_.machine, command.k));
  ready_ = cycle + shared_.timing.dispatch + std::max(bit_length(command.m), bit_length(tiles));
  shared_.clock.notify(wake_, ready_);
}

void Dispatch::run() {
  const Cycle now = shared_.clock.now();
  if (ready_ == kNever || refused_ || !supervisor->runs_in(now)) return;
  if (now < ready_) {
    shared_.clock.notify(wake_, ready_);
    return;
  }
  const uint32_t code = check_command(shared_.commands, csr->shadow());
  if (code != TERCET_ERR_NONE) {
    if (!perf_.empty()) return;
    refused_ = true;
    supervisor->error(now, code);
    return;
  }
  const Cycle from = start_from();
  if (from <= now) {
    start(now);
  } else if (from != kNever) {
    shared_.clock.notify(wake_, from);
  }
}

Cycle Dispatch::start_from() const {
  if (!perf_.room()) return kNever;
  return std::max(dma->idle_from(), sequencer->queue_room_from());
}

void Dispatch::start(Cycle now) {
  const Work work(shared_, csr->shadow(), accepted_++, now);
  ready_ = kNever;
  perf_.started(now);
  csr->taken(now);
  dma->start(work);
  sequencer->push(work);
}

void Dispatch::flush() {
  ready_ = kNever;
  refused_ = false;
  accepted_ = 0;
}

const char* Dispatch::waits_for() const {
  if (ready_ == kNever || refused_) return "";
  if (!perf_.room()) return "dispatch: a place among the commands in flight";
  if (dma->idle_from() == kNever) return "dispatch: the read streams to take a command";
  return "dispatch: a place in the sequencer's queue";
}

}  // namespace tercet
