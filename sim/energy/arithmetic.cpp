// SPDX-License-Identifier: Apache-2.0
// Counts times energies.
#include "sim/energy/arithmetic.h"

namespace tercet {

ArithmeticEnergy arithmetic_energy(const EnergyProfile& profile, uint64_t products,
                                   uint64_t zero_products) {
  constexpr double kPico = 1e-12;
  ArithmeticEnergy energy;
  energy.additions = products - zero_products;
  energy.zeros_skipped = zero_products;
  energy.ternary_j = static_cast<double>(energy.additions) * profile.pj_per_op("int8_add") * kPico;
  energy.fp16_j = static_cast<double>(products) *
                  (profile.pj_per_op("fp16_mul") + profile.pj_per_op("fp16_add")) * kPico;
  return energy;
}

}  // namespace tercet
