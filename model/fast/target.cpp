// SPDX-License-Identifier: Apache-2.0
// Highway's targets by name.
#include "model/fast/target.h"

#include <hwy/highway.h>
#include <hwy/targets.h>

#include "base/error.h"

namespace tercet {
namespace {

/// Bits of hwy's targets that this build has and this processor knows, best first.
std::vector<int64_t> targets() {
  hwy::SetSupportedTargetsForTest(0);  // no longer what was forced
  return hwy::SupportedAndGeneratedTargets();
}

void choose(int64_t target) {
  hwy::SetSupportedTargetsForTest(target);
  hwy::GetChosenTarget().Update(hwy::SupportedTargets());
}

}  // namespace

std::vector<std::string> simd_targets() {
  const int64_t chosen = hwy::SupportedTargets();
  std::vector<std::string> names;
  for (const int64_t target : targets()) names.emplace_back(hwy::TargetName(target));
  hwy::SetSupportedTargetsForTest(chosen);
  return names;
}

std::string simd_target() { return hwy::TargetName(hwy::SupportedAndGeneratedTargets().front()); }

void force_simd_target(const std::string& name) {
  std::string known;
  for (const int64_t target : targets()) {
    const char* candidate = hwy::TargetName(target);
    if (name.empty() || name == candidate) return choose(name.empty() ? 0 : target);
    known += std::string(known.empty() ? "" : ", ") + candidate;
  }
  fail("no vector target '{}' here; there are {}", name, known);
}

}  // namespace tercet
