// SPDX-License-Identifier: Apache-2.0
// The passes of a command over its weights, each a few terms.
#include "sim/analytic/analytic_model.h"

#include <algorithm>
#include <cmath>

namespace tercet {
namespace {

struct Shape {
  double n, k, w, hold, r, d, passes, last_r, wtot, atot;
};

}  // namespace

AnalyticModel::AnalyticModel(const tercet_config& machine, const DramConfig& dram)
    : machine_(machine), memory_(machine, dram) {}

AnalyticGemm AnalyticModel::gemm(const Gemm& g, double start) const {
  (void)start;
  AnalyticGemm out;
  const tercet_config& mc = machine_;
  const double N = n_tiles(mc, g.n), K = k_tiles(mc, g.k), M = g.m;
  const double cpb = columns_per_beat(g.packing);
  const double W = mc.cols / cpb;
  const double r = std::min<double>(g.m, g.m_tile);
  const double passes = std::ceil(M / r);
  const double last_r = M - (passes - 1) * r;
  const double dbeats = 4.0 * mc.cols / mc.axi_bytes;
  const double wpass = weight_beats(mc, g.packing, g.n, g.k);
  const double Wtot = wpass * passes;
  const double Atot = M * K;
  out.tiles = N * K * passes;
  out.array_active = N * K * M;
  out.weight_beats = Wtot;
  out.activation_beats = Atot;
  out.output_beats = M * N * dbeats;
  const double q = memory_.read_beat;
  const double P = mc.max_burst_beats;
  const double F = std::min<double>(mc.weight_fifo_beats, P * mc.max_outstanding_reads);
  const double S = mc.act_sram_beats;
  const double group = std::ceil(timing_.group_columns / cpb);
  const double hold = 2 * W + group;
  const double t1 = timing_.stream_active + timing_.request + timing_.address + memory_.first_read;
  const double vlat = timing_.weight_fifo + timing_.group + timing_.tile_valid;

  double athrough = 0;
  // Acts delivered before weight beat x and vice versa (whole bursts alternate, weights first).
  const auto w_at = [&](double x) { return t1 + q * (x + std::min({Atot, S + athrough, P * std::floor(x / P)})); };
  const auto a_at = [&](double x, double rr) {
    const double done = std::max(0.0, std::floor(x / rr) - 1);
    const double cap = F + P * std::floor((hold + W * done) / P);
    return t1 + q * (x + std::min({Wtot, P * (std::floor(x / P) + 1), cap}));
  };
  double e = 0;        // the array is free from
  double outfree = 0;  // last W of the job before
  double start_first = 0;
  double ahead = 0;
  double last_ntile_start = 0;
  for (double p = 0; p < passes; ++p) {
    const double rp = p + 1 < passes ? r : last_r;
    const double D = rp * dbeats;
    const double c = K * std::max(rp, 1.0);
    double e1;
    if (p == 0) {
      e1 = 0;
      for (const double k : {0.0, K - 1}) {
        const double v = w_at(std::ceil((k + 1) * W) - 1) + vlat;
        const double a = a_at((k + 1) * rp - 1, rp) + timing_.activation;
        if (k == 0) start_first = std::max(v, a);
        e1 = std::max(e1, std::max(v, a) + (K - k) * rp);
      }
    } else {
      e1 = e + c;
      const double x = athrough + rp * K;
      const double used = p * N * K * W;
      ahead = std::clamp((e - t1) / q - athrough - used, 0.0, std::min(F + hold, Wtot - used));
      // bus
      const double wd = std::min(Wtot, used + std::max(K * W, (K - 1) * W + ahead));
      e1 = std::max(e1, t1 + q * (x + wd - 1) + timing_.activation + rp);
      // SRAM
      const double nl = std::min(rp * K, std::max(0.0, x - S - (athrough - r * K)));
      if (nl > 0) {
        e1 = std::max(e1, std::max(last_ntile_start + (r * K - nl), 0.0) + 3 + memory_.next_read + q * (nl + std::min(nl, K * W)) + rp);
      }
    }
    athrough += rp * K;
    // outputs of the first n_tile
    const double gap = timing_.announce + timing_.burst;  // 2
    const auto finish = [&](double end, double free) {  // last W
      return std::max(end - 1 + timing_.job, free) + gap + D;
    };
    double lw = finish(e1, outfree);
    const double pi = std::max({c, D + gap, (c + D + 4) / 2});
    double ee = e1 + (N - 1) * c;
    if (p > 0) ee = std::max(ee, e + q * (wpass - ahead) + vlat);
    const double wend = w_at((p + 1) * wpass - 1) + vlat + rp;
    ee = std::max(ee, wend);
    double lwe = std::max(finish(ee, outfree), lw + (N - 1) * pi);
    if (pi > c && N > 2) ee = std::max(ee, lw + (N - 3) * pi + c);
    last_ntile_start = ee - c;
    outfree = lwe;
    e = ee;
  }
  out.startup = start_first;
  out.cycles = outfree + memory_.write_answer + 1;
  out.tail = out.cycles - e;
  return out;
}

}  // namespace tercet
