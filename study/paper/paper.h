// SPDX-License-Identifier: Apache-2.0
// The BitNet papers' figures, and their questions asked of the machine here: memory, latency,
// batch, throughput. As text and JSON.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "study/paper/paper_recipe.h"

namespace tercet {

struct PaperOptions {
  std::string config = "server";
  std::string memory = "dram";
  int64_t positions = 512;     ///< tokens of context
  double capacity_gb = 160.0;  ///< 1e9 bytes; the papers' two A100 have 160
};

/// A model's bytes in FP16 and in 2 bits a weight, beside what b1.58 prints of its GPU.
struct PaperMemoryRow {
  std::string size;
  double fp16_gb = 0.0;            ///< weights, embedding and head
  double ternary_gb = 0.0;         ///< the same; embedding and head stay FP16
  double kv_gb = 0.0;              ///< FP16, of the options' positions
  double published_fp16_gb = 0.0;  ///< 0: not printed
  double published_ternary_gb = 0.0;
  double published_ratio = 0.0;
  double ratio() const { return fp16_gb / ternary_gb; }
};
std::vector<PaperMemoryRow> paper_memory(const PaperOptions& options);

/// One token of one sequence: FP16 machine over ternary machine.
struct PaperLatencyRow {
  std::string size;
  double published = 0.0;  ///< b1.58 on a GPU
  double fp16_s = 0.0;     ///< matrix products
  double ternary_s = 0.0;
  double shared_s = 0.0;  ///< head and KV cache, read in FP16 by both machines
  double matrices_ratio() const { return fp16_s / ternary_s; }
  double token_ratio() const { return (fp16_s + shared_s) / (ternary_s + shared_s); }
};
std::vector<PaperLatencyRow> paper_latency(const PaperOptions& options);

/// 70B with as many sequences as the memory holds.
struct PaperBatchRow {
  std::string weights;  ///< "FP16", "two_bit" or "trit5"
  std::string heads;    ///< in the cache: "8", the model's, or "64", repeated for each query head
  int64_t batch = 0;
  double step_s = 0.0;
  double tokens_per_s = 0.0;
  const char* bound_by = "";
  double published_batch = 0.0;
  double published_tokens_per_s = 0.0;
};
std::vector<PaperBatchRow> paper_batch(const PaperOptions& options);

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
