// SPDX-License-Identifier: Apache-2.0
// The processing elements of rtl/baseline have one protocol; this drives it and follows it with a
// reference.
#pragma once

#include <deque>
#include <optional>

#include "bench.h"

namespace tercet {

/// Steps element `Top`, and beside it `step(acc, weight, act)`, whose result must be acc_o
/// `Latency` cycles later.
template <class Top, size_t Latency>
class MacBench : public Bench<Top> {
 public:
  MacBench() : Bench<Top>(10000000) {}

  void load(uint32_t weight) { next_weight_ = weight; }

  /// One cycle, with an operand or without. The weight that multiplies it is the one in force a
  /// cycle later.
  template <class Step>
  void cycle(std::optional<uint32_t> act, bool first, Step step) {
    this->top().load_i = next_weight_.has_value();
    if (next_weight_) set(this->top().weight_i, *next_weight_);
    this->top().valid_i = act.has_value();
    this->top().first_i = first;
    if (act) set(this->top().act_i, *act);
    this->tick();
    if (next_weight_) weight_ = *next_weight_;
    next_weight_.reset();
    if (act) {
      started_ = started_ || first;
      acc_ = step(first ? 0 : acc_, weight_, *act);
    }
    due_.push_back(started_ ? std::optional<uint32_t>(acc_) : std::nullopt);
    if (due_.size() < Latency) return;
    const uint32_t acc = this->top().acc_o;
    if (due_.front() && acc != *due_.front()) {
      FAIL(fmt::format("cycle {}: {:x} instead of {:x}", Bench<Top>::cycle(), acc, *due_.front()));
    }
    due_.pop_front();
  }

 private:
  template <class Port>
  static void set(Port& port, uint32_t value) {
    port = static_cast<Port>(value);
  }

  std::optional<uint32_t> next_weight_;
  uint32_t weight_ = 0;
  uint32_t acc_ = 0;
  bool started_ = false;
  std::deque<std::optional<uint32_t>>
      due_;  ///< what acc_o shall be, from the oldest cycle still in the pipeline on
};

/// `cycles` of random operands, pauses, new sums and new weights.
template <class Mac, class Operand, class Step>
void run_random(Mac& mac, Rng& rng, int cycles, Operand operand, Step step) {
  mac.load(operand(true));
  mac.cycle(std::nullopt, false, step);
  for (int i = 0; i < cycles; ++i) {
    if (rng.below(8) == 0) mac.load(operand(true));
    const bool idle = rng.below(4) == 0;
    const bool first = rng.below(32) == 0;
    if (idle) {
      mac.cycle(std::nullopt, first, step);
    } else {
      mac.cycle(operand(false), first, step);
    }
  }
}

}  // namespace tercet
