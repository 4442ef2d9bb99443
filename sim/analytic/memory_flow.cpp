// SPDX-License-Identifier: Apache-2.0
// From event to event with constant rates.
#include "sim/analytic/memory_flow.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "tercet/model/error.h"

namespace tercet {
namespace {

constexpr double kTiny = 1e-6;  // beats or cycles

double getp(const char* n, double d) { const char* v = std::getenv(n); return v ? atof(v) : d; }

void until(double* step, double cycles) {
  if (cycles > 0 && cycles < *step) *step = cycles;
}

}  // namespace

double FlowLimit::at(double time) const {
  return std::min(total, beats + std::max(0.0, time - from) * rate);
}

MemoryFlow::MemoryFlow(const MemoryRates& rates, const Traits& traits, double first_beat)
    : mem_(rates), traits_(traits), time_(first_beat) {
  if (mem_.refresh_period > 0) {
    // Beats that come after a refresh began were read up to a latency before it.
    const double now = traits_.start + time_ - mem_.next_read;
    refresh_next_ = (std::floor(now / mem_.refresh_period) + 1) * mem_.refresh_period -
                    traits_.start + mem_.next_read;
  }
}

void MemoryFlow::write(double begin, double beats, double cycles) {
  if (mem_.data_beat <= 0) return;
  Write& slot = writes_[write_tail_++ % writes_.size()];
  slot = {begin, begin + cycles, beats / cycles};
  if (write_tail_ - write_head_ > writes_.size()) {  // cannot be: two banks
    backlog_ += slot.rate * (slot.end - slot.begin);
    ++write_head_;
  }
}

void MemoryFlow::skip(double cycles, double weights, double activations) {
  time_ += cycles;
  weights_ += weights;
  activations_ += activations;
  down_until_ += cycles;
  for (Write& write : writes_) {
    write.begin += cycles;
    write.end += cycles;
  }
  if (mem_.refresh_period > 0) {
    const double periods = std::floor(cycles / mem_.refresh_period + 0.5);
    refresh_next_ += periods * mem_.refresh_period;
    refresh_end_ += cycles;
    if (refresh_next_ < time_) refresh_next_ += mem_.refresh_period;
  }
}

MemoryFlow::Rates MemoryFlow::rates() const {
  Rates now;
  if (write_head_ != write_tail_) {
    const Write& write = writes_[write_head_ % writes_.size()];
    if (write.begin <= time_ + kTiny) now.arrival = write.rate;
  }
  const bool up = !refreshing() && down_until_ <= time_ + kTiny;
  const double most = mem_.data_beat > 0 ? 1 / mem_.data_beat : kNever;
  now.dram = up && !writing_ ? most : 0;
  const double bus =
      std::min(1 / mem_.read_beat, ahead_ > kTiny ? 1 / mem_.read_beat : now.dram);
  const double w_limit = weight_limit.at(time_);
  const double a_limit = activation_limit.at(time_);
  double w = std::min(bus, 1 / traits_.weight_beat);
  double a = std::min(bus, 1 / traits_.activation_beat);
  const auto growth = [&](const FlowLimit& limit) {
    return time_ + kTiny >= limit.from && limit.beats + (time_ - limit.from) * limit.rate < limit.total
               ? limit.rate
               : 0.0;
  };
  if (weights_ >= w_limit - kTiny) w = std::min(w, growth(weight_limit));
  if (activations_ >= a_limit - kTiny) a = std::min(a, growth(activation_limit));
  if (w + a > bus) {
    const double half = bus / 2;
    if (w < half) {
      a = bus - w;
    } else if (a < half) {
      w = bus - a;
    } else {
      w = a = half;
    }
  }
  now.weights = w;
  now.activations = a;
  if (most == kNever) {
    now.dram = 0;
  } else {
    const double read = ahead_ >= traits_.ahead - kTiny ? std::min(now.dram, w + a) : now.dram;
    now.dram = read;
    const double left = up ? (writing_ ? most : std::max(0.0, most - read)) : 0;
    now.drain = backlog_ > kTiny ? left : std::min(left, now.arrival);
  }
  return now;
}

void MemoryFlow::choose_mode() {
  if (mem_.data_beat <= 0) return;
  const bool want = weights_ < weight_limit.at(time_) - kTiny ||
                    activations_ < activation_limit.at(time_) - kTiny;
  const bool busy = want && ahead_ < traits_.ahead - kTiny;
  static const double pt = getp("PT", 0.5), ph = getp("PH", 1), pl = getp("PL", 0.333);
  const bool over = backlog_ >= mem_.waiting_writes * ph - kTiny || (backlog_ > kTiny && waited_ >= mem_.turn_reads - kTiny);
  if (!writing_ && over && busy) {
    waited_ = 0;
    writing_ = true;
    down_until_ = time_ + mem_.turn * pt;
  } else if (writing_ && backlog_ <= mem_.waiting_writes * ph * pl + kTiny && busy) {
    writing_ = false;
    down_until_ = time_ + mem_.turn * pt;
  } else if (writing_ && backlog_ <= kTiny) {
    writing_ = false;
  }
}

void MemoryFlow::pass_events() {
  static const double pd = getp("PD", 10);
  while (write_head_ != write_tail_ &&
         writes_[write_head_ % writes_.size()].end <= time_ + kTiny) {
    ++write_head_;
    if (traits_.weight_beat > mem_.read_beat) down_until_ = std::max(down_until_, time_ + pd);
  }
  if (refresh_next_ <= time_ + kTiny) {
    refresh_end_ = refresh_next_ + mem_.refresh_cost;
    refresh_next_ += mem_.refresh_period;
  }
}

double MemoryFlow::step(const Rates& now, double weights, double activations, double time) const {
  double dt = kNever;
  if (now.weights > 0) until(&dt, (weights - weights_) / now.weights);
  if (now.activations > 0) until(&dt, (activations - activations_) / now.activations);
  until(&dt, time - time_);
  until(&dt, refresh_next_ - time_);
  until(&dt, refresh_end_ - time_);
  until(&dt, down_until_ - time_);
  for (const FlowLimit* limit : {&weight_limit, &activation_limit}) {
    const double have = limit == &weight_limit ? weights_ : activations_;
    const double rate = limit == &weight_limit ? now.weights : now.activations;
    until(&dt, limit->from - time_);
    const double at = limit->at(time_);
    const double grows = time_ + kTiny >= limit->from && at < limit->total - kTiny ? limit->rate : 0;
    if (have < at - kTiny && rate > grows) until(&dt, (at - have) / (rate - grows));
    if (grows > 0) until(&dt, (limit->total - at) / grows);
  }
  if (write_head_ != write_tail_) {
    const Write& write = writes_[write_head_ % writes_.size()];
    until(&dt, write.begin - time_);
    until(&dt, write.end - time_);
  }
  const double read = now.weights + now.activations;
  if (now.dram < read && ahead_ > kTiny) until(&dt, ahead_ / (read - now.dram));
  if (now.dram > read && ahead_ < traits_.ahead - kTiny) {
    until(&dt, (traits_.ahead - ahead_) / (now.dram - read));
  }
  const double grow = now.arrival - now.drain;
  if (now.dram > 0 && !writing_) until(&dt, (mem_.turn_reads - waited_) / now.dram);
  if (grow > 0 && backlog_ < mem_.waiting_writes - kTiny) {
    until(&dt, (mem_.waiting_writes - backlog_) / grow);
  }
  if (grow < 0) {
    const double low = mem_.waiting_writes / 3;
    if (backlog_ > low + kTiny) until(&dt, (backlog_ - low) / -grow);
    if (backlog_ > kTiny) until(&dt, backlog_ / -grow);
  }
  return dt;
}

void MemoryFlow::run(double weights, double activations, double time) {
  weights = std::min(weights, weight_limit.total);
  activations = std::min(activations, activation_limit.total);
  bool w_met = false;
  bool a_met = false;
  constexpr int kMostEvents = 100000;
  for (int i = 0; i < kMostEvents; ++i) {
    if (!w_met && weights_ >= weights - kTiny) {
      w_met = true;
      weights_at_ = time_;
    }
    if (!a_met && activations_ >= activations - kTiny) {
      a_met = true;
      activations_at_ = time_;
    }
    if (w_met && a_met && time_ >= time - kTiny) return;
    pass_events();
    choose_mode();
    const Rates now = rates();
    const double dt = step(now, weights, activations, time);
    if (dt == kNever) break;
    weights_ += now.weights * dt;
    activations_ += now.activations * dt;
    if (mem_.data_beat > 0) {
      ahead_ = std::clamp(ahead_ + (now.dram - now.weights - now.activations) * dt, 0.0, traits_.ahead);
      waited_ = backlog_ > kTiny && !writing_ ? waited_ + now.dram * dt : 0;
      backlog_ = std::max(0.0, backlog_ + (now.arrival - now.drain) * dt);
    }
    time_ += dt;
  }
  fail("analytic model: the memory delivers nothing after cycle {:.0f}", time_);
}

}  // namespace tercet
