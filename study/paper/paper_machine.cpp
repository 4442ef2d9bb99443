// SPDX-License-Identifier: Apache-2.0
// Analytic models of the two machines on the papers' sizes.
#include "model/synth.h"
#include "sim/dram/machine_memory.h"
#include "study/analytic/workload.h"
#include "study/paper/paper.h"

namespace tercet {
namespace {

constexpr double kGiga = 1e9;

/// What b1.58 prints (arXiv 2402.17764, Table 1 and Fig. 2); 0: nothing. 3.9B's ratios are to 3B.
struct Published {
  const char* size;
  const char* fp16_size;
  double fp16_gb;
  double ternary_gb;
  double memory_ratio;
  double latency_ratio;
};
constexpr Published kPublished[] = {
    {"700m", "700m", 2.08, 0.80, 2.60, 1.23}, {"1.3b", "1.3b", 3.34, 1.14, 2.93, 1.67},
    {"3b", "3b", 7.89, 2.22, 3.55, 2.71},     {"3.9b", "3b", 7.89, 2.38, 3.32, 2.40},
    {"7b", "7b", 0, 0, 4.40, 2.90},           {"13b", "13b", 0, 0, 5.12, 3.68},
    {"70b", "70b", 0, 0, 7.16, 4.10}};

struct Machines {
  explicit Machines(const PaperOptions& options)
      : machine(find_machine(options.config)),
        ternary(machine, machine_dram(options.memory, machine)),
        fp16(machine, machine_dram(options.memory, machine), kFp16) {}
  const tercet_config& machine;
  AnalyticModel ternary;
  AnalyticModel fp16;
};

PaperBatchRow batch_row(const PaperOptions& options, const AnalyticModel& model,
                        int64_t cache_heads, Packing packing) {
  const ModelConfig& config = find_shape("70b").config;
  ModelMemory memory = model_memory(config, model.format(), packing);
  memory.kv_per_position *= static_cast<double>(cache_heads) / static_cast<double>(config.kv_heads);
  PaperBatchRow row;
  row.weights = model.format().weight_bits != 0 ? "FP16" : packing_name(packing);
  row.heads = std::to_string(cache_heads);
  row.batch = largest_batch(memory, options.capacity_gb * kGiga, options.positions);
  if (row.batch == 0) return row;
  const StepEstimate step = estimate_step(model, config, packing, row.batch);
  const double kv = memory.kv_per_position * static_cast<double>(options.positions * row.batch);
  row.step_s = step.seconds + read_seconds(model, kv + memory.head);
  row.tokens_per_s = static_cast<double>(row.batch) / row.step_s;
  row.bound_by = step.bound_by;
  return row;
}

}  // namespace

std::vector<PaperMemoryRow> paper_memory(const PaperOptions& options) {
  std::vector<PaperMemoryRow> rows;
  for (const Published& p : kPublished) {
    const ModelConfig& ternary = find_shape(p.size).config;
    const ModelMemory small = model_memory(ternary, kTernary, Packing::kTwoBit);
    const ModelMemory large = model_memory(find_shape(p.fp16_size).config, kFp16, Packing::kTwoBit);
    rows.push_back({p.size, large.weights() / kGiga, small.weights() / kGiga,
                    small.kv_per_position * static_cast<double>(options.positions) / kGiga,
                    p.fp16_gb, p.ternary_gb, p.memory_ratio});
  }
  return rows;
}

std::vector<PaperLatencyRow> paper_latency(const PaperOptions& options) {
  const Machines machines(options);
  std::vector<PaperLatencyRow> rows;
  for (const Published& p : kPublished) {
    const ModelConfig& ternary = find_shape(p.size).config;
    const ModelConfig& dense = find_shape(p.fp16_size).config;
    const ModelMemory memory = model_memory(ternary, kTernary, Packing::kTwoBit);
    PaperLatencyRow row;
    row.size = p.size;
    row.published = p.latency_ratio;
    row.fp16_s = estimate_step(machines.fp16, dense, Packing::kTwoBit, 1).seconds;
    row.ternary_s = estimate_step(machines.ternary, ternary, Packing::kTwoBit, 1).seconds;
    row.shared_s =
        read_seconds(machines.ternary,
                     memory.head + memory.kv_per_position * static_cast<double>(options.positions));
    rows.push_back(row);
  }
  return rows;
}

std::vector<PaperBatchRow> paper_batch(const PaperOptions& options) {
  const Machines machines(options);
  const ModelConfig& config = find_shape("70b").config;
  std::vector<PaperBatchRow> rows;
  for (const int64_t heads : {config.heads, config.kv_heads}) {
    rows.push_back(batch_row(options, machines.fp16, heads, Packing::kTwoBit));
    rows.push_back(batch_row(options, machines.ternary, heads, Packing::kTwoBit));
    rows.push_back(batch_row(options, machines.ternary, heads, Packing::kTrit5));
  }
  // b1.58, Table 3: two A100 of 80 GB, 512 tokens; how keys and values are shared is not said.
  rows[0].published_batch = 16;
  rows[0].published_tokens_per_s = 333;
  rows[1].published_batch = 176;
  rows[1].published_tokens_per_s = 2977;
  return rows;
}

}  // namespace tercet
