// SPDX-License-Identifier: Apache-2.0
// Counts, roofs, and commands one after the other.
#include "study/analytic/analytic_model.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "study/analytic/command_run.h"

namespace tercet {
namespace {

/// Interrupt -> the next command is accepted: the driver's register accesses.
constexpr double kHostCycles = 45;
/// Rounds of a repeated list after which each takes as long as the one before.
constexpr int64_t kRounds = 3;

const char* highest_roof(const AnalyticGemm& g) {
  const std::pair<const char*, double> roofs[] = {{"compute", g.compute},
                                                  {"read bus", g.weights + g.activations},
                                                  {"outputs", g.drain},
                                                  {"dram", g.dram},
                                                  {"latency", g.startup + g.tail}};
  return std::max_element(std::begin(roofs), std::end(roofs),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

}  // namespace

AnalyticModel::AnalyticModel(const tercet_config& machine, const DramConfig& dram,
                             const ElementFormat& format)
    : machine_(machine), format_(format), memory_(machine, dram) {
  check_dram_config(dram);
}

AnalyticGemm AnalyticModel::gemm(const Gemm& command, double start) const {
  const CommandShape shape(machine_, command, format_);
  CommandRun run(shape, memory_, start);
  run.run();

  AnalyticGemm g;
  g.tiles = static_cast<uint64_t>(shape.passes * shape.n_tiles * shape.k_tiles);
  g.array_active = static_cast<uint64_t>(shape.tokens() * shape.n_tiles * shape.k_tiles);
  g.weight_beats = static_cast<uint64_t>(shape.weights());
  g.activation_beats = static_cast<uint64_t>(shape.activations());
  g.output_beats = static_cast<uint64_t>(shape.outputs());
  const TimingTable timing;
  const auto gap = static_cast<double>(timing.announce + timing.burst);
  g.compute = static_cast<double>(g.array_active);
  g.weights = memory_.read_beat * shape.weights();
  g.activations = memory_.read_beat * shape.activations();
  g.drain = shape.outputs() / shape.ports + gap * shape.n_tiles * shape.passes;
  g.dram = memory_.data_beat * static_cast<double>(g.read_beats() + g.output_beats) /
           memory_.available();
  g.cycles = run.written() + 1;
  g.startup = run.started();
  g.computed = run.computed();
  g.fetched = run.fetched();
  g.tail = g.cycles - g.computed;
  g.bound_by = highest_roof(g);
  return g;
}

/// Among other commands one meets refreshes at any phase of theirs.
AnalyticGemm AnalyticModel::mean_gemm(const Gemm& command) const {
  if (memory_.refresh_period == 0) return gemm(command);
  constexpr int kPhases = 4;
  AnalyticGemm mean = gemm(command, 0);
  constexpr double AnalyticGemm::*kTimes[] = {&AnalyticGemm::cycles, &AnalyticGemm::startup,
                                              &AnalyticGemm::computed, &AnalyticGemm::fetched,
                                              &AnalyticGemm::tail};
  for (double AnalyticGemm::*time : kTimes) mean.*time = 0;
  for (int i = 0; i < kPhases; ++i) {
    const AnalyticGemm g = gemm(command, memory_.refresh_period * (i + 1.0 / 2) / kPhases);
    for (double AnalyticGemm::*time : kTimes) mean.*time += g.*time / kPhases;
  }
  return mean;
}

double AnalyticModel::sequence(const std::vector<Gemm>& commands, int64_t repeats) const {
  using Sizes = std::tuple<int64_t, int64_t, int64_t, int64_t, Packing>;
  std::map<Sizes, AnalyticGemm> known;
  std::vector<const AnalyticGemm*> list;
  for (const Gemm& c : commands) {
    const Sizes sizes(c.m, c.n, c.k, c.m_tile, c.packing);
    const auto found = known.find(sizes);
    list.push_back(
        &(found != known.end() ? found : known.emplace(sizes, mean_gemm(c)).first)->second);
  }
  double fetch_free = 0;
  double computed = 0;
  double done = 0;
  double done_before = 0;
  double round = 0;
  for (int64_t i = 0; i < std::min(repeats, kRounds); ++i) {
    const double begin = done;
    for (const AnalyticGemm* g : list) {
      const double accepted = std::max(fetch_free, done_before > 0 ? done_before + kHostCycles : 0);
      computed = std::max(accepted + g->computed, computed + g->computed - g->startup);
      fetch_free = accepted + g->fetched + 2;
      done_before = done;
      done = computed + g->tail;
    }
    round = done - begin;
  }
  return done + round * static_cast<double>(std::max<int64_t>(0, repeats - kRounds));
}

}  // namespace tercet
