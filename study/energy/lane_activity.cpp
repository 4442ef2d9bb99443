// SPDX-License-Identifier: Apache-2.0
// Lanes at the activity of a run.
#include <fmt/format.h>

#include "base/error.h"
#include "study/energy/ledger_lines.h"

namespace tercet {
namespace {

constexpr const char* kShare = "share";

double share(const EnergyProfile& profile, const std::string& name) {
  const double value = profile.value(name, kShare);
  if (value > 1.0) fail("{}: '{}' is {}, more than all", profile.file(), name, value);
  return value;
}

}  // namespace

EnergyRow LaneActivity::row(const EnergyRow& plain, double activity) const {
  EnergyRow row = plain;
  row.value *= still + (1.0 - still) * activity / reference;
  row.kind = "scaled";
  row.note = fmt::format(
      "{} pJ/op where {:.4f} of the input bits change, here {:.4f} do; {:.4f} of it stays if none "
      "does; {}",
      plain.value, reference, activity, still, plain.note);
  return row;
}

std::optional<LaneActivity> lane_activity(const EnergyProfile& profile, const std::string& kind) {
  const std::string reference = kind + "_activity";
  const std::string still = kind + "_still";
  if (profile.find(reference) == nullptr && profile.find(still) == nullptr) return std::nullopt;
  const LaneActivity found = {share(profile, reference), share(profile, still)};
  if (found.reference == 0.0) fail("{}: '{}' is 0", profile.file(), reference);
  return found;
}

}  // namespace tercet
