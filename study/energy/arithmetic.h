// SPDX-License-Identifier: Apache-2.0
// Energy of the arithmetic alone: counts of a run times a profile's operator energies.
#pragma once

#include <cstdint>

#include "study/energy/profile.h"

namespace tercet {

/// No register, clock, wire, SRAM or DRAM is in these figures.
struct ArithmeticEnergy {
  uint64_t additions = 0;       ///< INT8 additions and subtractions executed: weights +1 and -1
  uint64_t zeros_skipped = 0;   ///< products with a weight of 0: nothing to add
  double ternary_j = 0.0;       ///< additions x int8_add
  double fp16_j = 0.0;          ///< the same products as FP16 multiply and add, zeros included
  double operator_ratio = 0.0;  ///< of one FP16 multiply and add to one INT8 add: the papers' 71.4

  /// What was saved in all, skipped zeros included.
  double ratio() const { return ternary_j > 0.0 ? fp16_j / ternary_j : 0.0; }
};

/// `products` weights x tokens, of which `zero_products` have a weight of 0.
ArithmeticEnergy arithmetic_energy(const EnergyProfile& profile, uint64_t products,
                                   uint64_t zero_products);

}  // namespace tercet
