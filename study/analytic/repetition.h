// SPDX-License-Identifier: Apache-2.0
// Notices that a loop has become regular, so that the rest of it can be taken in one step.
#pragma once

#include <cmath>

namespace tercet {

/// The mean length of a step, over a whole number of refresh periods where there are refreshes.
class Repetition {
 public:
  /// `period` 0: no refreshes. The first `warm_up` steps are not looked at.
  Repetition(double period, double start, double warm_up)
      : period_(period), start_(start), warm_up_(warm_up) {}

  /// Step `number` ended at `time`; true if mean() is known.
  bool add(double number, double time) {
    if (number < warm_up_) return false;
    const double phase = period_ > 0 ? std::floor((start_ + time) / period_) : number;
    const bool turn = last_ >= 0 && phase != last_;
    last_ = phase;
    if (!turn) return false;
    if (begin_phase_ < 0) {
      begin_phase_ = phase;
      begin_number_ = number;
      begin_time_ = time;
      return false;
    }
    if (phase - begin_phase_ < kLeast || number - begin_number_ < kLeast) return false;
    mean_ = (time - begin_time_) / (number - begin_number_);
    return true;
  }
  double mean() const { return mean_; }

 private:
  static constexpr double kLeast = 4;  // periods, and steps

  double period_;
  double start_;
  double warm_up_;
  double last_ = -1;
  double begin_phase_ = -1;
  double begin_number_ = 0;
  double begin_time_ = 0;
  double mean_ = 0;
};

}  // namespace tercet
