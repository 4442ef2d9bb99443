// SPDX-License-Identifier: Apache-2.0
// Rates from the timing table of a DRAM type, and from event to event with them.
#include "study/analytic/memory_flow.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace tercet {
namespace {

constexpr double kPsPerUs = 1e6;
constexpr double kRowCost = 2.0;  // cycles lost at the end of a row of a linear stream, measured

constexpr double kTiny = 1e-6;  // beats or cycles
constexpr double kNever = std::numeric_limits<double>::infinity();

// Tuned on one half of the grid of docs/analytic.md, which says what they stand for.
constexpr double kTurnShare = 0.55;     // of `turn` that each change of direction costs
constexpr double kDisturbShare = 0.25;  // of `turn` that a job costs reads bound by latency
constexpr double kDisturbGap = 60;      // cycles after which reads have recovered from a job

/// An event that is `cycles` ahead.
void ahead_by(double* next, double cycles) {
  if (cycles > 0 && cycles < *next) *next = cycles;
}

}  // namespace

MemoryRates::MemoryRates(const tercet_config& machine, const DramConfig& dram) {
  read_beat = 1.0 / machine.axi_ports;
  if (dram.fixed_latency != 0) {
    first_read = next_read = write_answer = dram.fixed_latency;
    return;
  }
  const DramTiming& t = dram.timing;
  const DramOrganisation& org = dram.org;
  const DramPolicy& policy = dram.policy;
  const double clock = machine.clock_mhz * 1000.0 / dram.clock_khz;  // cycles a DRAM cycle
  const double cycle_ps = kPsPerUs / machine.clock_mhz;
  const double front = std::ceil(policy.front_ps / cycle_ps);
  const double back = std::ceil(policy.back_ps / cycle_ps);
  const double bursts = static_cast<double>(machine.axi_bytes) / org.burst_bytes;  // a beat
  const double beats_a_burst = org.channels / bursts;  // one burst in each channel
  next_read = front + back + clock * (1 + t.rl + t.burst);
  // A stream's first bursts lie in several bank groups, which are activated one after the other.
  // Beats of the first burst keep the bus busy meanwhile.
  const double others = clock * t.rrd_s * (org.spread_groups - 1.0);
  const double covered = bursts < 1 ? 1 / bursts : 0;
  first_read = next_read + clock * t.rcd_rd + std::max(0.0, others - covered);
  write_answer = front + back + clock;
  const double row_beats =
      static_cast<double>(org.row_bytes) * org.spread_groups * org.channels / machine.axi_bytes;
  data_beat = bursts * clock * t.ccd_s / org.channels + kRowCost / row_beats;
  read_beat = std::max(read_beat, data_beat);
  turn = clock * (t.rtw + t.wl + t.burst + t.wtr_l);
  high_writes = policy.write_high * beats_a_burst;
  low_writes = policy.write_low * beats_a_burst;
  least_writes = policy.turn_min * beats_a_burst;
  turn_reads = policy.turn_cap * beats_a_burst;
  write_buffer = policy.queue * beats_a_burst;
  refresh_period = clock * t.refi;
  refresh_cost = clock * (t.rfc + t.rtp + t.rp_ab + t.rcd_rd);
}

double FlowLimit::at(double time) const {
  return std::min(total, beats + std::max(0.0, time - from) * rate);
}

double FlowLimit::growth(double time) const {
  return time + kTiny >= from && at(time) < total - kTiny ? rate : 0.0;
}

MemoryFlow::MemoryFlow(const MemoryRates& rates, const Traits& traits, double first_beat)
    : memory_(rates), traits_(traits), time_(first_beat) {
  if (memory_.refresh_period <= 0) return;
  // A beat comes a latency after the DRAM was busy with it.
  const double now = traits_.start + time_ - memory_.next_read;
  const double next = (std::floor(now / memory_.refresh_period) + 1) * memory_.refresh_period;
  refresh_next_ = time_ + next - now;
}

void MemoryFlow::write(double begin, double beats, double cycles) {
  if (memory_.ideal()) return;
  if (write_tail_ - write_head_ == writes_.size()) {  // one with the last
    Write& last = writes_[(write_tail_ - 1) % writes_.size()];
    const double both = beats + last.rate * (last.end - last.begin);
    last.end = begin + cycles;
    last.rate = both / (last.end - last.begin);
    return;
  }
  writes_[write_tail_++ % writes_.size()] = {begin, begin + cycles, beats / cycles};
}

void MemoryFlow::run(double weights, double activations, double time) {
  constexpr int kMostEvents = 1000000;
  weights = std::min(weights, weight_limit.total);
  activations = std::min(activations, activation_limit.total);
  bool weights_met = false;
  bool activations_met = false;
  for (int i = 0; i < kMostEvents; ++i) {
    if (!weights_met && weights_ >= weights - kTiny) {
      weights_met = true;
      weights_at_ = time_;
    }
    if (!activations_met && activations_ >= activations - kTiny) {
      activations_met = true;
      activations_at_ = time_;
    }
    if (weights_met && activations_met && time_ >= time - kTiny) return;
    pass_events();
    choose_direction();
    const Rates now = rates();
    const double cycles = next_event(now, weights, activations, time);
    if (cycles == kNever) break;
    advance(now, cycles);
  }
  fail("analytic model: the memory delivers nothing after cycle {:.0f}", time_);
}

void MemoryFlow::skip(double cycles, double weights, double activations) {
  time_ += cycles;
  weights_ += weights;
  activations_ += activations;
  down_until_ += cycles;
  disturbed_ += cycles;
  for (Write& write : writes_) {
    write.begin += cycles;
    write.end += cycles;
  }
  if (memory_.refresh_period <= 0) return;
  refresh_end_ += cycles;
  const double periods = std::floor((time_ - refresh_next_) / memory_.refresh_period) + 1;
  refresh_next_ += std::max(0.0, periods) * memory_.refresh_period;
}

/// The data bus can move data.
bool MemoryFlow::up() const {
  return refresh_end_ <= time_ + kTiny && down_until_ <= time_ + kTiny;
}

/// The DRAM reads no more than it was asked for.
double MemoryFlow::most_ahead() const {
  const double asked =
      weight_limit.at(time_) - weights_ + activation_limit.at(time_) - activations_;
  return std::clamp(asked, 0.0, traits_.ahead);
}

void MemoryFlow::pass_events() {
  while (write_head_ != write_tail_ && writes_[write_head_ % writes_.size()].end <= time_ + kTiny) {
    ++write_head_;
    // Nothing is ahead, so the stream loses what the write takes from it.
    if (traits_.ahead > 0) continue;
    const double alone = std::min(1.0, (time_ - disturbed_) / kDisturbGap);
    disturbed_ = time_;
    down_until_ = std::max(down_until_, time_ + memory_.turn * kDisturbShare * alone);
  }
  if (refresh_next_ <= time_ + kTiny) {
    refresh_end_ = refresh_next_ + memory_.refresh_cost;
    refresh_next_ += memory_.refresh_period;
  }
}

/// The writes' turn is over if reads wait.
bool MemoryFlow::drain_over() const {
  return backlog_ <= kTiny ||
         (backlog_ <= memory_.low_writes + kTiny && drained_ >= memory_.least_writes - kTiny);
}

/// The rules of DramPolicy: marks and caps count while the other direction waits.
void MemoryFlow::choose_direction() {
  if (memory_.ideal()) return;
  const bool reads_wait = ahead_ < most_ahead() - kTiny;
  const bool due = backlog_ >= memory_.high_writes - kTiny ||
                   (backlog_ > kTiny && waited_ >= memory_.turn_reads - kTiny);
  if (!writing_ && reads_wait && due) {
    writing_ = true;
    waited_ = 0;
    drained_ = 0;
    down_until_ = time_ + memory_.turn * kTurnShare;
  } else if (writing_ && reads_wait && drain_over()) {
    writing_ = false;
    down_until_ = time_ + memory_.turn * kTurnShare;
  } else if (writing_ && backlog_ <= kTiny) {
    writing_ = false;
  }
}

MemoryFlow::Rates MemoryFlow::rates() const {
  Rates now;
  const double bus = 1 / memory_.read_beat;
  if (memory_.ideal()) {
    share(bus, &now);
    return now;
  }
  if (write_head_ != write_tail_) {
    const Write& write = writes_[write_head_ % writes_.size()];
    if (write.begin <= time_ + kTiny) now.arrival = write.rate;
  }
  const double most = up() ? 1 / memory_.data_beat : 0;
  const double read = writing_ ? 0 : most;
  share(ahead_ > kTiny ? bus : std::min(bus, read), &now);
  const bool full = ahead_ >= most_ahead() - kTiny;
  now.dram = full ? std::min(read, now.weights + now.activations) : read;
  const double left = most - now.dram;
  now.drain = backlog_ > kTiny ? left : std::min(left, now.arrival);
  return now;
}

/// Half of the bus for each stream; what one does not need is the other's.
void MemoryFlow::share(double bus, Rates* now) const {
  double w = std::min(bus, 1 / traits_.weight_beat);
  double a = std::min(bus, 1 / traits_.activation_beat);
  if (weights_ >= weight_limit.at(time_) - kTiny) w = std::min(w, weight_limit.growth(time_));
  if (activations_ >= activation_limit.at(time_) - kTiny) {
    a = std::min(a, activation_limit.growth(time_));
  }
  if (w + a > bus) {
    if (w < bus / 2) {
      a = bus - w;
    } else if (a < bus / 2) {
      w = bus - a;
    } else {
      w = a = bus / 2;
    }
  }
  now->weights = w;
  now->activations = a;
}

/// Cycles from now to the next event.
double MemoryFlow::next_event(const Rates& now, double weights, double activations,
                              double time) const {
  double next = kNever;
  if (now.weights > 0) ahead_by(&next, (weights - weights_) / now.weights);
  if (now.activations > 0) ahead_by(&next, (activations - activations_) / now.activations);
  for (const double then :
       {time, refresh_next_, refresh_end_, down_until_, weight_limit.from, activation_limit.from}) {
    ahead_by(&next, then - time_);
  }
  const auto meets = [&](const FlowLimit& limit, double beats, double rate) {
    const double room = limit.at(time_) - beats;
    const double growth = limit.growth(time_);
    if (room > kTiny && rate > growth) ahead_by(&next, room / (rate - growth));
    if (growth > 0) ahead_by(&next, (limit.total - limit.at(time_)) / growth);
  };
  meets(weight_limit, weights_, now.weights);
  meets(activation_limit, activations_, now.activations);
  if (memory_.ideal()) return next;
  if (write_head_ != write_tail_) {
    ahead_by(&next, writes_[write_head_ % writes_.size()].begin - time_);
    ahead_by(&next, writes_[write_head_ % writes_.size()].end - time_);
  }
  const double gain = now.dram - now.weights - now.activations;
  if (gain < 0 && ahead_ > kTiny) ahead_by(&next, ahead_ / -gain);
  if (gain > 0 && ahead_ < most_ahead() - kTiny) ahead_by(&next, (most_ahead() - ahead_) / gain);
  if (now.dram > 0 && !writing_) ahead_by(&next, (memory_.turn_reads - waited_) / now.dram);
  if (writing_ && now.drain > 0) ahead_by(&next, (memory_.least_writes - drained_) / now.drain);
  const double grows = now.arrival - now.drain;
  for (const double mark : {0.0, memory_.low_writes, memory_.high_writes}) {
    const double way = mark - backlog_;
    if (std::abs(way) > kTiny && way * grows > 0) ahead_by(&next, way / grows);
  }
  return next;
}

void MemoryFlow::advance(const Rates& now, double cycles) {
  weights_ += now.weights * cycles;
  activations_ += now.activations * cycles;
  time_ += cycles;
  if (memory_.ideal()) return;
  ahead_ += (now.dram - now.weights - now.activations) * cycles;
  ahead_ = std::clamp(ahead_, 0.0, traits_.ahead);
  if (writing_) drained_ += now.drain * cycles;
  waited_ = backlog_ > kTiny && !writing_ ? waited_ + now.dram * cycles : 0;
  backlog_ = std::max(0.0, backlog_ + (now.arrival - now.drain) * cycles);
}

}  // namespace tercet
