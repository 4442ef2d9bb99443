// SPDX-License-Identifier: Apache-2.0
// One clock cycle of a Verilated model in one evaluation.
#pragma once

#include <type_traits>

namespace tercet {

/// Verilator finds clock edges by comparing the clock with its value at the evaluation before. All
/// of Tercet's registers work on the rising edge, so the falling one need not be evaluated if that
/// remembered value is set to 0. Its name is Verilator 5.006's; with a version that calls it
/// something else, the falling edge is evaluated.
template <class Root, class = void>
struct RememberedClock {
  static constexpr bool kKnown = false;
  static void forget(Root&) {}
};

template <class Root>
struct RememberedClock<Root, std::void_t<decltype(Root::__Vtrigrprev__TOP__clk_i)>> {
  static constexpr bool kKnown = true;
  static void forget(Root& root) { root.__Vtrigrprev__TOP__clk_i = 0; }
};

/// Raises and lowers the clock. `inputs` runs in between and sets the inputs of the next cycle.
template <class Top, class SetInputs>
inline void clock_cycle(Top& top, const SetInputs& inputs) {
  using Root = std::remove_reference_t<decltype(*top.rootp)>;
  top.clk_i = 1;
  top.eval();
  inputs();
  top.clk_i = 0;
  if constexpr (RememberedClock<Root>::kKnown) {
    RememberedClock<Root>::forget(*top.rootp);
  } else {
    top.eval();
  }
}

}  // namespace tercet
