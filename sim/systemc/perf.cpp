// SPDX-License-Identifier: Apache-2.0
// Counts of cycles and beats, told ahead of time and read in time.
#include "sim/systemc/perf.h"

#include <utility>

namespace tercet {
namespace {

/// The counters that units add to, and their numbers.
constexpr std::pair<uint32_t, Counter Perf::*> kCounters[] = {
    {TERCET_COUNTER_ARRAY_ACTIVE, &Perf::array_active},
    {TERCET_COUNTER_STALL_WEIGHTS, &Perf::stall_weights},
    {TERCET_COUNTER_STALL_ACTS, &Perf::stall_acts},
    {TERCET_COUNTER_STALL_OUTPUT, &Perf::stall_output},
    {TERCET_COUNTER_TILES, &Perf::tiles},
    {TERCET_COUNTER_WEIGHT_BEATS, &Perf::weight_beats},
    {TERCET_COUNTER_ACT_BEATS, &Perf::act_beats},
    {TERCET_COUNTER_OUTPUT_BEATS, &Perf::output_beats},
};

}  // namespace

Cycle Perf::completed(Cycle cycle) {
  const Cycle start = starts_.front();
  starts_.pop_front();
  const Cycle from = std::max(start + 1, busy_to_);
  busy_.add(from, cycle + 1 - from);
  busy_to_ = cycle + 1;
  last_ = cycle == cleared_ ? 0 : cycle + 1 - start;
  return start;
}

void Perf::queue_idle(bool idle, Cycle cycle) {
  if (idle == idle_) return;
  if (!idle && idle_from_ < cycle) queue_idle_.add(idle_from_, cycle - idle_from_);
  if (idle) idle_from_ = std::max(cycle, queue_idle_.from());
  idle_ = idle;
}

uint64_t Perf::read(uint32_t index, Cycle cycle) {
  if (index == TERCET_COUNTER_LAST_CYCLES) return last_;
  if (index == TERCET_COUNTER_CYCLES_BUSY) {
    const Cycle from = starts_.empty() ? cycle : std::max(starts_.front() + 1, busy_to_);
    return busy_.read(cycle) + (from < cycle ? cycle - from : 0);
  }
  if (index == TERCET_COUNTER_QUEUE_IDLE) {
    return queue_idle_.read(cycle) + (idle_ && idle_from_ < cycle ? cycle - idle_from_ : 0);
  }
  for (const auto& [known, counter] : kCounters) {
    if (known == index) return (this->*counter).read(cycle);
  }
  return 0;
}

void Perf::clear(Cycle cycle) {
  for (const auto& [index, counter] : kCounters) (this->*counter).clear(cycle);
  busy_.clear(cycle);
  queue_idle_.clear(cycle);
  busy_to_ = std::max(busy_to_, cycle + 1);
  idle_from_ = std::max(idle_from_, cycle + 1);
  last_ = 0;
  cleared_ = cycle;
}

void Perf::flush(Cycle cycle) {
  if (!starts_.empty()) {
    const Cycle from = std::max(starts_.front() + 1, busy_to_);
    if (from <= cycle) busy_.add(from, cycle + 1 - from);
    busy_to_ = std::max(busy_to_, cycle + 1);
  }
  if (!starts_.empty()) empty_from_ = cycle + 1;
  starts_.clear();
  for (const auto& [index, counter] : kCounters) (this->*counter).cut(cycle + 1);
}

}  // namespace tercet
