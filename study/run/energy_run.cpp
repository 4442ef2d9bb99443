// SPDX-License-Identifier: Apache-2.0
// One run, or two that must count the same; ledgers of parts of a run.
#include "study/run/energy_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/error.h"
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

RunResult finished_run(const RunOptions& options, const RunEvents& events) {
  if (!options.machine.has_machine()) {
    fail_usage("energy: --backend {} has no machine whose energy could be told",
               options.machine.backend_name());
  }
  RunResult result = run(options, events);
  if (result.stopped.has_value()) throw Interrupted(*result.stopped);
  if (!result.ledger.has_value()) fail("energy: the run did no product");
  return result;
}

RunResult run_both(const RunOptions& options, const RunEvents& events) {
  check(options.machine);
  RunOptions fast = options;
  fast.machine.backend = Backend::kSystemc;
  fast.machine.trace = {};
  const RunResult systemc = finished_run(fast, events);
  RunResult rtl = finished_run(options, {});
  if (rtl.products.size() != systemc.products.size()) {
    fail("energy: RTL and SystemC did different products");
  }
  for (size_t i = 0; i < rtl.products.size(); ++i) {
    check_equal_counts(rtl.products[i].activity, systemc.products[i].activity,
                       rtl.products[i].name);
  }
  return rtl;
}

EnergyGroups group_products(const EnergyProfile& profile, const EnergyMachine& machine,
                            const std::vector<ProductActivity>& products, const std::string& by) {
  std::vector<ProductActivity> sums;
  for (const ProductActivity& product : products) {
    const std::string name = group_name(product, by);
    auto found = std::find_if(sums.begin(), sums.end(),
                              [&name](const ProductActivity& s) { return s.name == name; });
    if (found == sums.end()) found = sums.insert(found, {name, 0, {}});
    found->calls += product.calls;
    found->activity += product.activity;
  }
  EnergyGroups groups;
  for (const ProductActivity& sum : sums) {
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
