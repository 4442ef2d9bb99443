// SPDX-License-Identifier: Apache-2.0
// What `tercet paper` finds, as text and JSON.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "study/paper/paper_machine.h"
#include "study/paper/paper_recipe.h"

namespace tercet {

struct PaperBarResult {
  PaperBar bar;
  double fp16_j = 0.0;
  double bitnet_j = 0.0;
  double ours() const { return fp16_j / bitnet_j; }
  double residual_pct() const { return 100.0 * (ours() / bar.published - 1.0); }
};

struct PaperResult {
  double arithmetic_ratio = 0.0;
  std::vector<PaperBarResult> bars;
  std::vector<PaperCell> table1;
  std::vector<PaperMemoryRow> memory;
  std::vector<PaperLatencyRow> latency;
  std::vector<PaperBatchRow> batch;
};

/// All figures, with the papers' profiles and the machine of `options`.
PaperResult reproduce_papers(const PaperOptions& options);

/// A residual of a bar beyond this is an error of the program, or of the profile.
constexpr double kPaperTolerancePct = 0.5;

std::string paper_text(const PaperOptions& options, const PaperResult& result);
nlohmann::ordered_json paper_json(const PaperOptions& options, const PaperResult& result);

/// What does not come out as published; empty if all does.
std::string paper_fault(const PaperResult& result);

}  // namespace tercet
