// SPDX-License-Identifier: Apache-2.0
// Counts times energies.
#include "study/energy/arithmetic.h"

namespace tercet {

ArithmeticEnergy arithmetic_energy(const EnergyProfile& profile, uint64_t products,
                                   uint64_t zero_products) {
  constexpr double kPico = 1e-12;
  const double int8_add = profile.pj_per_op("int8_add");
  const double fp16 = profile.pj_per_op("fp16_mul") + profile.pj_per_op("fp16_add");
  ArithmeticEnergy energy;
  energy.additions = products - zero_products;
  energy.zeros_skipped = zero_products;
  energy.ternary_j = static_cast<double>(energy.additions) * int8_add * kPico;
  energy.fp16_j = static_cast<double>(products) * fp16 * kPico;
  energy.operator_ratio = int8_add > 0.0 ? fp16 / int8_add : 0.0;
  return energy;
}

}  // namespace tercet
