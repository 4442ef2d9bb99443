// SPDX-License-Identifier: Apache-2.0
// Counts of the papers' energy model times a profile.
#include "study/paper/paper_recipe.h"

#include <cmath>

namespace tercet {
namespace {

constexpr double kPico = 1e-12;

/// BitNet's Table 1: 512 tokens; joule of multiplications and additions at 7 nm, then at 45 nm.
struct PrintedRow {
  const char* kind;
  double values[4];
};
struct PrintedSize {
  PaperShape shape;
  PrintedRow rows[3];
};
constexpr PrintedSize kTable1[] = {{{"6.7B", 4096, 32},
                                    {{"FP32", {4.41, 1.28, 12.46, 3.03}},
                                     {"FP16", {1.14, 0.54, 3.70, 1.35}},
                                     {"BitNet", {0.02, 0.04, 0.08, 0.13}}}},
                                   {{"13B", 5120, 40},
                                    {{"FP32", {8.58, 2.49, 24.23, 5.89}},
                                     {"FP16", {2.23, 1.05, 7.20, 2.62}},
                                     {"BitNet", {0.04, 0.06, 0.12, 0.24}}}},
                                   {{"30B", 7168, 48},
                                    {{"FP32", {20.09, 5.83, 56.73, 13.80}},
                                     {"FP16", {5.21, 2.45, 16.87, 6.13}},
                                     {"BitNet", {0.06, 0.14, 0.20, 0.53}}}}};

PaperEnergy energy_of(const EnergyProfile& profile, const PaperCounts& counts,
                      const std::string& kind) {
  if (kind == "BitNet") return paper_bitnet(profile, counts);
  return paper_float(profile, counts, kind == "FP32" ? "fp32" : "fp16");
}

}  // namespace

PaperCounts paper_counts(const PaperShape& shape, int64_t tokens) {
  const auto n = static_cast<double>(tokens);
  const auto d = static_cast<double>(shape.d);
  const auto l = static_cast<double>(shape.layers);
  return {12.0 * n * l * d * d, 2.0 * n * n * l * d, 16.0 * n * l * d};
}

PaperEnergy paper_float(const EnergyProfile& profile, const PaperCounts& counts,
                        const std::string& format) {
  const double operations = counts.linear + counts.attention;
  return {operations * profile.pj_per_op(format + "_mul") * kPico,
          operations * profile.pj_per_op(format + "_add") * kPico};
}

PaperEnergy paper_bitnet(const EnergyProfile& profile, const PaperCounts& counts) {
  return {(counts.attention + counts.scaling) * profile.pj_per_op("fp16_mul") * kPico,
          (counts.linear * profile.pj_per_op("int8_add") +
           counts.attention * profile.pj_per_op("fp16_add")) *
              kPico};
}

const std::vector<PaperBar>& paper_bars() {
  static const char* const kFig1 = "BitNet Fig. 1";
  static const char* const kFig3 = "b1.58 Fig. 3";
  static const std::vector<PaperBar> kBars = {
      {{"125M", 768, 12}, 8.8, kFig1},   {{"350M", 1024, 24}, 11.0, kFig1},
      {{"760M", 1536, 24}, 15.0, kFig1}, {{"1.3B", 2048, 24}, 18.6, kFig3},
      {{"3B", 2560, 32}, 21.7, kFig3},   {{"7B", 4096, 32}, 29.1, kFig3},
      {{"13B", 5120, 40}, 32.9, kFig3},  {{"30B", 7168, 48}, 38.8, kFig1},
      {{"70B", 8192, 80}, 41.2, kFig3}};
  return kBars;
}

bool PaperCell::same() const { return std::round(ours * 100.0) == std::round(published * 100.0); }

std::vector<PaperCell> paper_table1(const EnergyProfile& nm7, const EnergyProfile& nm45) {
  std::vector<PaperCell> cells;
  for (const PrintedSize& size : kTable1) {
    const PaperCounts counts = paper_counts(size.shape, kPaperTokens);
    for (const PrintedRow& row : size.rows) {
      const PaperEnergy at7 = energy_of(nm7, counts, row.kind);
      const PaperEnergy at45 = energy_of(nm45, counts, row.kind);
      const double ours[] = {at7.mul, at7.add, at45.mul, at45.add};
      for (size_t i = 0; i < 4; ++i) {
        cells.push_back({size.shape.size, row.kind, i < 2 ? "7 nm" : "45 nm",
                         i % 2 == 0 ? "mul" : "add", row.values[i], ours[i]});
      }
    }
  }
  return cells;
}

double paper_arithmetic_ratio(const EnergyProfile& profile) {
  const double int8_add = profile.pj_per_op("int8_add");
  const double fp16 = profile.pj_per_op("fp16_mul") + profile.pj_per_op("fp16_add");
  return int8_add > 0.0 ? fp16 / int8_add : 0.0;
}

ArithmeticEnergy arithmetic_energy(const EnergyProfile& profile, uint64_t products,
                                   uint64_t zero_products) {
  const double fp16 = profile.pj_per_op("fp16_mul") + profile.pj_per_op("fp16_add");
  ArithmeticEnergy energy;
  energy.additions = products - zero_products;
  energy.zeros_skipped = zero_products;
  energy.ternary_j = static_cast<double>(energy.additions) * profile.pj_per_op("int8_add") * kPico;
  energy.fp16_j = static_cast<double>(products) * fp16 * kPico;
  energy.operator_ratio = paper_arithmetic_ratio(profile);
  return energy;
}

}  // namespace tercet
