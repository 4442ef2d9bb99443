// SPDX-License-Identifier: Apache-2.0
// The energy model of the BitNet papers, and the figures that they print.
//
// Wang et al., BitNet, arXiv 2310.11453, eq. 16 to 18 and Table 1; Ma et al., The Era of 1-bit
// LLMs, arXiv 2402.17764, Fig. 3. It counts multiplications and additions of a transformer with GPT
// shapes (12 L d^2 weights), full attention over all n tokens in FP16 on both sides, and nothing
// else: no embedding, no head, no memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "study/energy/profile.h"

namespace tercet {

/// A transformer as the papers' energy model sees it.
struct PaperShape {
  const char* size;
  int64_t d;       ///< hidden size
  int64_t layers;  ///< L
};

/// Operations of n tokens, multiplications = additions but where they are named.
struct PaperCounts {
  double linear = 0.0;     ///< of weights: 12 n L d^2
  double attention = 0.0;  ///< of activations: 2 n^2 L d
  double scaling = 0.0;    ///< multiplications around the linear ones: 16 n L d
};

PaperCounts paper_counts(const PaperShape& shape, int64_t tokens);

/// Energies of one pass, joule.
struct PaperEnergy {
  double mul = 0.0;
  double add = 0.0;
  double total() const { return mul + add; }
};

/// All in floating point of `format`, "fp16" or "fp32": rows FORMAT_mul and FORMAT_add.
PaperEnergy paper_float(const EnergyProfile& profile, const PaperCounts& counts,
                        const std::string& format);
/// BitNet: int8_add for each weight, attention and scaling in FP16.
PaperEnergy paper_bitnet(const EnergyProfile& profile, const PaperCounts& counts);

/// A bar of a figure: FP16 over BitNet, 512 tokens, 7 nm.
struct PaperBar {
  PaperShape shape;
  double published;
  const char* figure;
};

/// b1.58 Fig. 3's five sizes, and those that only BitNet's Fig. 1 has. By size.
const std::vector<PaperBar>& paper_bars();
constexpr int64_t kPaperTokens = 512;

/// One cell of BitNet's Table 1, printed with two decimals.
struct PaperCell {
  const char* size;
  const char* kind;  ///< "FP32", "FP16" or "BitNet"
  const char* node;  ///< "7 nm" or "45 nm"
  const char* operation;
  double published;
  double ours;
  /// The same two decimals.
  bool same() const;
};

/// All 36, from the profiles of the two nodes.
std::vector<PaperCell> paper_table1(const EnergyProfile& nm7, const EnergyProfile& nm45);

/// FP16 multiply and add over INT8 add: the papers' 71.4. 0 if an INT8 add takes nothing.
double paper_arithmetic_ratio(const EnergyProfile& profile);
constexpr double kPaperArithmeticRatio = 71.4;

/// A run as the papers count it: no register, clock, wire, SRAM or DRAM is in these figures.
struct ArithmeticEnergy {
  uint64_t additions = 0;       ///< INT8 additions and subtractions executed: weights +1 and -1
  uint64_t zeros_skipped = 0;   ///< products with a weight of 0: nothing to add
  double ternary_j = 0.0;       ///< additions x int8_add
  double fp16_j = 0.0;          ///< the same products as FP16 multiply and add, zeros included
  double operator_ratio = 0.0;  ///< paper_arithmetic_ratio()

  /// What was saved in all, skipped zeros included.
  double ratio() const { return ternary_j > 0.0 ? fp16_j / ternary_j : 0.0; }
};

/// `products` weights x tokens, of which `zero_products` have a weight of 0.
ArithmeticEnergy arithmetic_energy(const EnergyProfile& profile, uint64_t products,
                                   uint64_t zero_products);

}  // namespace tercet
