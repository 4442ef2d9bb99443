// SPDX-License-Identifier: Apache-2.0
// Ledgers of parts of a run.
#include "study/energy/energy_groups.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/table.h"
#include "study/energy/ledger_check.h"
#include "study/report/energy_report.h"

namespace tercet {
namespace {

std::string group_name(const ProductActivity& product, const std::string& by) {
  if (by == "product") return product.name;
  if (by == "projection") return product.projection();
  return product.layer() < 0 ? "other" : fmt::format("layer {}", product.layer());
}

}  // namespace

EnergyGroups group_products(const EnergyProfile& profile, const EnergyMachine& machine,
                            const std::vector<ProductActivity>& products, const std::string& by) {
  struct Sum {
    std::string name;
    uint64_t calls = 0;
    MachineActivity activity;
  };
  std::vector<Sum> sums;
  for (const ProductActivity& product : products) {
    const std::string name = group_name(product, by);
    auto found =
        std::find_if(sums.begin(), sums.end(), [&name](const Sum& s) { return s.name == name; });
    if (found == sums.end()) found = sums.insert(found, {name, 0, {}});
    found->calls += product.calls;
    found->activity += product.activity;
  }
  EnergyGroups groups;
  for (const Sum& sum : sums) {
    check_exact_counts(sum.activity, machine, sum.calls, sum.name);
    groups.push_back({sum.name, sum.calls, make_ledger(profile, machine, sum.activity)});
    check_ledger(groups.back().ledger);
  }
  return groups;
}

void check_groups(const EnergyGroups& groups, const EnergyLedger& whole) {
  std::vector<const EnergyLedger*> ledgers;
  for (const EnergyGroup& group : groups) ledgers.push_back(&group.ledger);
  check_parts(ledgers, whole, EnergyLevel::kMemory, "the sum of the products");
}

std::string groups_text(const EnergyGroups& groups, const std::string& by) {
  Table::Row head = {by, "calls", "cycles", "zeros"};
  for (const EnergyLevel level : kEnergyLevels) {
    if (groups.front().ledger.has(level)) head.emplace_back(level_name(level));
  }
  head.emplace_back("pJ per product");
  Table table("Energy by " + by, head);
  for (const EnergyGroup& g : groups) {
    const EnergyLedger& ledger = g.ledger;
    const double used = static_cast<double>(ledger.activity.engine.lanes_used());
    Table::Row row = {g.name, grouped(g.calls),
                      grouped(static_cast<uint64_t>(ledger.activity.cycles)),
                      percent(1.0 - used / ledger.activity.products)};
    for (const EnergyLevel level : kEnergyLevels) {
      if (ledger.has(level)) row.push_back(joules(ledger.joule(level)));
    }
    row.push_back(fixed(ledger.pj_per_product(EnergyLevel::kMemory), 3));
    table.add(row);
  }
  return table.text();
}

nlohmann::ordered_json to_json(const EnergyGroups& groups) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  for (const EnergyGroup& g : groups) {
    json.push_back({{"name", g.name}, {"calls", g.calls}, {"ledger", to_json(g.ledger)}});
  }
  return json;
}

}  // namespace tercet
