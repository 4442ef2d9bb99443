// SPDX-License-Identifier: Apache-2.0
// Sums of a ledger.
#include "study/energy/ledger.h"

#include <algorithm>

#include "base/error.h"

namespace tercet {

namespace {

/// Of the lines up to a level; kNoFigure if it is not complete.
double sum_of(const EnergyLedger& ledger, EnergyLevel level, double LedgerLine::*member) {
  if (!ledger.complete(level)) return kNoFigure;
  double sum = 0.0;
  for (const LedgerLine& line : ledger.lines) {
    if (line.level <= level) sum += line.*member;
  }
  return sum;
}

}  // namespace

const char* level_name(EnergyLevel level) {
  constexpr std::array kNames = {"arithmetic only", "on chip", "with memory", "whole token"};
  return kNames.at(static_cast<size_t>(level));
}

double joule_per_count(const EnergyRow& row) {
  constexpr double kPico = 1e-12;
  constexpr double kMilli = 1e-3;
  if (row.unit == "mW") return kMilli;
  if (row.unit.rfind("pJ/", 0) == 0) return kPico;
  fail("energy row '{}' is in {}, which is no energy", row.name, row.unit);
}

bool EnergyLedger::complete(EnergyLevel level) const {
  return std::none_of(gaps.begin(), gaps.end(), [level](const LedgerGap& gap) {
    return gap.level <= level && !gap.rows.empty();
  });
}

double EnergyLedger::joule(EnergyLevel level) const {
  return sum_of(*this, level, &LedgerLine::joule);
}

double EnergyLedger::watt(EnergyLevel level) const {
  return sum_of(*this, level, &LedgerLine::watt);
}

double EnergyLedger::component(const std::string& name) const {
  for (const LedgerGap& gap : gaps) {
    if (gap.component == name && !gap.rows.empty()) return kNoFigure;
  }
  double sum = 0.0;
  for (const LedgerLine& line : lines) {
    if (line.component == name) sum += line.joule;
  }
  return sum;
}

std::vector<std::string> EnergyLedger::components() const {
  std::vector<std::string> names;
  const auto add = [&names](const std::string& name) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  };
  for (const LedgerLine& line : lines) add(line.component);
  for (const LedgerGap& gap : gaps) {
    if (!gap.rows.empty()) add(gap.component);
  }
  return names;
}

bool EnergyLedger::has(EnergyLevel level) const {
  return std::any_of(lines.begin(), lines.end(),
                     [level](const LedgerLine& line) { return line.level == level; }) ||
         std::any_of(gaps.begin(), gaps.end(), [level](const LedgerGap& gap) {
           return gap.level == level && !gap.rows.empty();
         });
}

double EnergyLedger::tops_per_watt(EnergyLevel level) const {
  constexpr double kTera = 1e12;
  constexpr double kOpsPerProduct = 2.0;
  const double energy = joule(level);
  return energy == 0.0 ? 0.0 : kOpsPerProduct * activity.products / energy / kTera;
}

double EnergyLedger::pj_per_product(EnergyLevel level) const {
  constexpr double kPico = 1e-12;
  return activity.products > 0.0 ? joule(level) / activity.products / kPico : 0.0;
}

double energy_ratio(const EnergyLedger& baseline, const EnergyLedger& ours, EnergyLevel level) {
  for (const EnergyLedger* side : {&baseline, &ours}) {
    const bool array = std::any_of(
        side->lines.begin(), side->lines.end(),
        [](const LedgerLine& line) { return line.component == "array" && line.joule > 0.0; });
    if (!side->has(level) || !array) return kNoFigure;
  }
  return baseline.joule(level) / ours.joule(level);
}

}  // namespace tercet
