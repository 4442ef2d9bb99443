// SPDX-License-Identifier: Apache-2.0
// Tables of figures beside the printed ones.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/table.h"
#include "study/paper/paper.h"

namespace tercet {
namespace {

using Json = nlohmann::ordered_json;
/// Bars whose labels are in a picture alone.
constexpr const char* kUnchecked =
    "The published figures of 7B and 13B are labels of bars in a picture; no text was found to "
    "check them against.";

bool is_checked(const std::string& size) {
  return size != "7b" && size != "7B" && size != "13b" && size != "13B";
}

std::string number(double value, int decimals) {
  return value == 0.0 ? "" : fixed(value, decimals);
}

std::string figure3_text(const PaperResult& result) {
  Table table("Energy of a pass over 512 tokens, operators only: FP16 / BitNet",
              {"size", "d", "L", "FP16 J", "BitNet J", "ours", "published", "residual", "where"});
  for (const PaperBarResult& b : result.bars) {
    const PaperShape& s = b.bar.shape;
    table.add({s.size, std::to_string(s.d), std::to_string(s.layers), fixed(b.fp16_j, 4),
               fixed(b.bitnet_j, 5), ratio_text(b.ours()), ratio_text(b.bar.published, 1),
               fmt::format("{:+.2f} %", b.residual_pct()), b.bar.figure});
  }
  return table.text() +
         wrapped(std::string("The papers count 12 L d² weights and full FP16 attention on both "
                             "sides, but no head and no memory. ") +
                 kUnchecked) +
         "\n";
}

std::string table1_text(const PaperResult& result) {
  Table table("BitNet Table 1, joule: ours (published)",
              {"size", "7 nm mul", "add", "45 nm mul", "add"});
  for (size_t i = 0; i < result.table1.size(); i += 4) {
    const PaperCell& first = result.table1[i];
    Table::Row row = {fmt::format("{} {}", first.size, first.kind)};
    for (size_t j = i; j < i + 4; ++j) {
      const PaperCell& c = result.table1[j];
      row.push_back(fmt::format("{:.2f} ({:.2f}){}", c.ours, c.published, c.same() ? " " : "*"));
    }
    table.add(row);
  }
  const auto same = std::count_if(result.table1.begin(), result.table1.end(),
                                  [](const PaperCell& c) { return c.same(); });
  return table.text() + fmt::format(
                            "{} of {} cells have the published digits; those marked * "
                            "differ in the last one.\n\n",
                            same, result.table1.size());
}

std::string memory_text(const PaperOptions& options, const PaperResult& result) {
  Table table("Memory: weights, with embedding and head in FP16 (1e9 bytes)",
              {"size", "FP16 GB", "2 bit GB", fmt::format("KV of {}", options.positions), "ratio",
               "published FP16", "b1.58", "ratio"});
  for (const PaperMemoryRow& r : result.memory) {
    table.add({r.size, number(r.fp16_gb, 2), number(r.ternary_gb, 2), number(r.kv_gb, 2),
               ratio_text(r.ratio()), number(r.published_fp16_gb, 2),
               number(r.published_ternary_gb, 2), ratio_text(r.published_ratio)});
  }
  return table.text() +
         wrapped(std::string("The published figures are what a GPU's process takes: cache, "
                             "activations and workspace come on top of the weights, equally for "
                             "both, so the published ratios are lower. As in the paper, 3.9b is "
                             "compared with 3b in FP16. ") +
                 kUnchecked) +
         "\n";
}

std::string latency_text(const PaperOptions& options, const PaperResult& result) {
  Table table(
      fmt::format("Latency of a token at batch 1, FP16 / b1.58: {} on {}, same array shape",
                  options.config, options.memory),
      {"size", "FP16 ms", "b1.58 ms", "head, KV ms", "matrices", "whole token", "published"});
  for (const PaperLatencyRow& r : result.latency) {
    table.add({r.size, fixed(r.fp16_s * 1e3, 3), fixed(r.ternary_s * 1e3, 3),
               fixed(r.shared_s * 1e3, 3), ratio_text(r.matrices_ratio()),
               ratio_text(r.token_ratio()), ratio_text(r.published)});
  }
  return table.text() +
         wrapped(std::string(
                     "'matrices' are the layers' products; 'whole token' adds the head and the KV "
                     "cache, which both machines read in FP16 from the same memory. Both machines "
                     "wait for their weights, so the matrices come near 16 bits / 2 bits. The "
                     "paper's GPU stays below: launches and element-wise kernels take as long on "
                     "both sides, and a ternary kernel on FP16 hardware has to unpack. ") +
                 kUnchecked) +
         "\n";
}

/// What memory and cache the paper's two batches would need, if nothing but weights and cache were
/// in that memory.
std::string published_batch_text(const PaperResult& result) {
  constexpr double kFp16 = 16;
  constexpr double kTernary = 176;
  for (const PaperMemoryRow& r : result.memory) {
    if (r.size != "70b") continue;
    const double sequence = (r.fp16_gb - r.ternary_gb) / (kTernary - kFp16);
    return fmt::format(
        "The paper does not say how heads share keys and values. Its 16 and 176 sequences fill "
        "{:.0f} GB at {:.2f} GB a sequence; a cache of 64 heads takes 1.34 GB, of 8 heads 0.17 GB "
        "(512 tokens). ",
        r.fp16_gb + kFp16 * sequence, sequence);
  }
  return "";
}

std::string batch_text(const PaperOptions& options, const PaperResult& result) {
  Table table(fmt::format("70B in {:g} GB, {} tokens a sequence: {} on {}", options.capacity_gb,
                          options.positions, options.config, options.memory),
              {"weights, heads in cache", "largest batch", "step ms", "tokens/s", "bound by",
               "published batch", "tokens/s"});
  for (const PaperBatchRow& r : result.batch) {
    table.add({r.weights + ", " + r.heads, std::to_string(r.batch), number(r.step_s * 1e3, 1),
               number(r.tokens_per_s, 0), r.bound_by, number(r.published_batch, 0),
               number(r.published_tokens_per_s, 0)});
  }
  const auto ratio = [&result](size_t a) {
    const PaperBatchRow& fp16 = result.batch[a];
    const PaperBatchRow& ternary = result.batch[a + 1];
    if (fp16.batch == 0) return std::string("no FP16 sequence fits");
    return fmt::format("batch {:.1f}×, throughput {:.1f}×",
                       static_cast<double>(ternary.batch) / static_cast<double>(fp16.batch),
                       ternary.tokens_per_s / fp16.tokens_per_s);
  };
  return table.text() +
         wrapped(fmt::format(
             "two_bit over FP16, whole step: {} with 64 heads in the cache, {} with 8; on the "
             "paper's GPUs: batch 11.0×, throughput 8.9×. {}The speed is that of one such memory "
             "with that capacity; the paper has a GPU's stacks and multipliers, so its tokens/s "
             "are higher on both sides.",
             ratio(0), ratio(3), published_batch_text(result)));
}

}  // namespace

PaperResult reproduce_papers(const PaperOptions& options) {
  const EnergyProfile nm7 = EnergyProfile::open("bitnet-paper-7nm");
  const EnergyProfile nm45 = EnergyProfile::open("bitnet-paper-45nm");
  PaperResult result;
  result.arithmetic_ratio = paper_arithmetic_ratio(nm7);
  for (const PaperBar& bar : paper_bars()) {
    const PaperCounts counts = paper_counts(bar.shape, kPaperTokens);
    result.bars.push_back(
        {bar, paper_float(nm7, counts, "fp16").total(), paper_bitnet(nm7, counts).total()});
  }
  result.table1 = paper_table1(nm7, nm45);
  result.memory = paper_memory(options);
  result.latency = paper_latency(options);
  result.batch = paper_batch(options);
  return result;
}

std::string paper_text(const PaperOptions& options, const PaperResult& result) {
  std::string out = fmt::format(
      "An FP16 multiplication and addition over an INT8 addition, operators only: {:.1f}× "
      "(published {:.1f}×)\n\n",
      result.arithmetic_ratio, kPaperArithmeticRatio);
  out += figure3_text(result) + table1_text(result) + memory_text(options, result);
  return out + latency_text(options, result) + batch_text(options, result);
}

std::string paper_fault(const PaperResult& result) {
  if (std::round(result.arithmetic_ratio * 10.0) != std::round(kPaperArithmeticRatio * 10.0)) {
    return fmt::format("the arithmetic ratio is {:.3f}, not {}", result.arithmetic_ratio,
                       kPaperArithmeticRatio);
  }
  for (const PaperBarResult& b : result.bars) {
    if (std::fabs(b.residual_pct()) <= kPaperTolerancePct) continue;
    return fmt::format("{}: {:.2f}× is {:+.2f} % off the published {}×", b.bar.shape.size, b.ours(),
                       b.residual_pct(), b.bar.published);
  }
  return "";
}

Json paper_json(const PaperOptions& options, const PaperResult& result) {
  Json json = {{"arithmetic_ratio", result.arithmetic_ratio},
               {"arithmetic_ratio_published", kPaperArithmeticRatio},
               {"arithmetic_ratio_level", "operators"}};
  for (const PaperBarResult& b : result.bars) {
    json["fig3"].push_back({{"size", b.bar.shape.size},
                            {"published", b.bar.published},
                            {"ours", b.ours()},
                            {"residual_pct", b.residual_pct()},
                            {"published_checked", is_checked(b.bar.shape.size)},
                            {"figure", b.bar.figure},
                            {"level", "operators only"},
                            {"fp16_j", b.fp16_j},
                            {"bitnet_j", b.bitnet_j}});
  }
  for (const PaperCell& c : result.table1) {
    json["table1"].push_back({{"size", c.size},
                              {"kind", c.kind},
                              {"node", c.node},
                              {"operation", c.operation},
                              {"published_j", c.published},
                              {"ours_j", c.ours},
                              {"same_digits", c.same()}});
  }
  for (const PaperMemoryRow& r : result.memory) {
    json["memory"].push_back({{"size", r.size},
                              {"fp16_gb", r.fp16_gb},
                              {"ternary_gb", r.ternary_gb},
                              {"kv_gb", r.kv_gb},
                              {"ratio", r.ratio()},
                              {"published_fp16_gb", r.published_fp16_gb},
                              {"published_ternary_gb", r.published_ternary_gb},
                              {"published_ratio", r.published_ratio},
                              {"published_checked", is_checked(r.size)}});
  }
  json["machine"] = {{"config", options.config},
                     {"memory", options.memory},
                     {"positions", options.positions},
                     {"capacity_gb", options.capacity_gb}};
  for (const PaperLatencyRow& r : result.latency) {
    json["latency"].push_back({{"size", r.size},
                               {"fp16_s", r.fp16_s},
                               {"ternary_s", r.ternary_s},
                               {"shared_s", r.shared_s},
                               {"matrices_ratio", r.matrices_ratio()},
                               {"token_ratio", r.token_ratio()},
                               {"published", r.published},
                               {"published_checked", is_checked(r.size)}});
  }
  for (const PaperBatchRow& r : result.batch) {
    json["batch_70b"].push_back({{"weights", r.weights},
                                 {"kv_heads", r.heads},
                                 {"batch", r.batch},
                                 {"step_s", r.step_s},
                                 {"tokens_per_s", r.tokens_per_s},
                                 {"bound_by", r.bound_by},
                                 {"published_batch", r.published_batch},
                                 {"published_tokens_per_s", r.published_tokens_per_s}});
  }
  return json;
}

}  // namespace tercet
