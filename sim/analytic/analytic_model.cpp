// SPDX-License-Identifier: Apache-2.0
// The passes of a command over its weights, each a few terms.
#include "sim/analytic/analytic_model.h"

#include <algorithm>
#include <cmath>

namespace tercet {
namespace {
double getp(const char* n, double d) {
  const char* v = std::getenv(n);
  return v ? atof(v) : d;
}
}  // namespace

AnalyticModel::AnalyticModel(const tercet_config& machine, const DramConfig& dram)
    : machine_(machine), memory_(machine, dram) {}

AnalyticGemm AnalyticModel::gemm(const Gemm& g, double start) const {
  AnalyticGemm out;
  const tercet_config& mc = machine_;
  const MemoryRates& mem = memory_;
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
  const double q = mem.read_beat;
  const double P = mc.max_burst_beats;
  const double F = std::min<double>(mc.weight_fifo_beats, P * mc.max_outstanding_reads);
  const double S = mc.act_sram_beats;
  const double group = std::ceil(timing_.group_columns / cpb);
  const double hold = 2 * W + group;
  const double t1 = timing_.stream_active + timing_.request + timing_.address + mem.first_read;
  const double vlat = timing_.weight_fifo + timing_.group + timing_.tile_valid;
  const double O = mc.max_outstanding_reads;
  const double nb = std::ceil(wpass / P);
  const double bw = wpass / nb;

  // Loops through the memory.
  const double slot_loop = mem.next_read + bw * q + timing_.outstanding + timing_.address;
  const double fifo_loop = mem.next_read + bw * q + timing_.weight_fifo + timing_.credit +
                           timing_.request + timing_.address;
  const double wlat = std::max(slot_loop / (O * bw), fifo_loop / F);
  const double ba = std::min(P, Atot);
  const double alat = (mem.next_read + ba * q + 2) / (O * ba);

  // Refreshes between `from` and a `t` which each of them puts off by `cost`.
  const auto refreshed = [&](double from, double t, double cost) {
    if (mem.refresh_period == 0 || cost <= 0) return t;
    const double before = std::floor((start + from) / mem.refresh_period);
    double n = 0;
    for (int i = 0; i < 8; ++i) {
      const double next = std::floor((start + t + n * cost) / mem.refresh_period) - before;
      if (next == n) break;
      n = next;
    }
    return t + n * cost;
  };
  static const double pd = getp("PD", 10), pq = getp("PQ", 80), pk = getp("PK", 1),
                      pv = getp("PV", 1), pw = getp("PW", 0), pt = getp("PT", 1.3);
  double first_write = 1e30, write_rate = 0;
  // When `reads` beats have come, while `writes` in `jobs` were written; `lat` at least.
  const double slack = std::max(0.0, F * q - fifo_loop + bw * q);
  const auto moved = [&](double reads, double lat, double writes, double jobs) {
    const double bus = std::max(q * reads, lat);
    if (mem.data_beat == 0) return t1 + bus;
    const bool waits = lat > q * reads;  // for the memory's latency
    const double rho = std::max(write_rate, 1e-9);
    const double qd = mem.data_beat;
    // Writes get their first turn when the high mark is reached.
    const double tc = first_write + mem.waiting_writes * pv / rho;
    const double rem = std::max(0.0, reads - (tc - t1) / q);
    const double batch =
        std::min(mem.turn_reads, (mem.turn_writes + rho * mem.turn) / std::max(0.05, 1 - rho * qd));
    const double kappa = batch * rho * qd / mem.turn_writes;
    const double served =
        waits ? writes
              : std::min(std::max(0.0, writes - mem.waiting_writes * pw), rem * kappa * pk);
    const double lambda = std::clamp(1 / qd - 1, 0.0, 1 / q);
    const double wcost = std::max(1.0, qd) * (1 - q * lambda);
    const double rows = std::max(0.0, (reads + served) / mem.row_beats - 1) * mem.row_cost;
    const double pairs =
        std::max(served / batch, std::min(jobs * served / std::max(1.0, writes), rem / pq));
    const double d = q * reads + wcost * served + rows + pairs * mem.turn * pt;
    const double extra = waits ? pd * jobs : 0;
    return std::max(refreshed(0, t1 + d, mem.refresh_cost),
                    refreshed(0, t1 + bus + extra, mem.refresh_cost - (waits ? 0 : slack)));
  };

  double athrough = 0;
  double writes = 0, jobs = 0;
  const auto wburst = [&](double j) {
    const double p = std::floor(j / nb);
    return p * wpass + std::min(wpass, (j - p * nb) * P);
  };
  const auto w_at = [&](double x) {
    const double p = std::floor(x / wpass);
    const double j = p * nb + std::floor((x - p * wpass) / P);
    const double acts = std::min({Atot, S + athrough, P * j});
    return moved(x + acts, std::max(0.0, x - F) * wlat + std::min(x, F) * q, writes, jobs);
  };
  const auto a_at = [&](double x) {
    const double j = std::floor(x / P);
    const double before = (j - O + 1) * P;
    double cap = F;
    if (before > 0) {
      const double p = std::floor(before / (r * K));
      const double done = p * N * K + std::max(0.0, std::floor((before - p * r * K) / r) - 1);
      const double freed = hold + W * done;
      const double unit = std::min(P, wpass);
      cap = F + unit * std::floor(freed / unit);
    }
    return moved(x + std::min({Wtot, wburst(j + 1), cap}), x * alat, writes, jobs);
  };
  double e = 0;         // the array is free from
  double outfree = 0;   // last W of the job before
  double outfree2 = 0;  // and of the one before that
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
        const double a = a_at((k + 1) * rp - 1) + timing_.activation;
        if (k == 0) start_first = std::max(v, a);
        e1 = std::max(e1, std::max(v, a) + (K - k) * rp);
      }
    } else {
      e1 = e + c;
      const double x = athrough + rp * K;
      const double used = p * N * K * W;
      ahead = std::clamp((e - t1) / q - athrough - used, 0.0, std::min(F + hold, Wtot - used));
      e1 = std::max(e1, a_at(x - 1) + timing_.activation + rp);
      // SRAM
      const double nl = std::min(rp * K, std::max(0.0, x - S - (athrough - r * K)));
      if (nl > 0) {
        e1 = std::max(e1, std::max(last_ntile_start + (r * K - nl), 0.0) + 3 + mem.next_read +
                              q * (nl + std::min(nl, K * W)) + rp);
      }
    }
    athrough += rp * K;
    e1 = std::max(e1, outfree2 + c);
    // outputs of the first n_tile
    const double gap = timing_.announce + timing_.burst;  // 2
    const auto finish = [&](double end, double free) {    // last W
      return std::max(end - 1 + timing_.job, free) + gap + D;
    };
    double lw = finish(e1, outfree);
    const double pi = std::max({c, D + gap, (c + D + 4) / 2});
    if (p == 0) first_write = lw - D;
    write_rate = D / std::max({c, D + gap, mem.data_beat * (K * W + D + rp * K / N)});
    writes += (N - 1) * D;
    jobs += N - 1;
    double ee = e1 + (N - 1) * c;
    if (p > 0)
      ee = std::max(ee, refreshed(e, e + std::max(q, wlat) * (wpass - ahead) + vlat,
                                  mem.refresh_cost - (wlat > q ? 0 : slack)));
    if (N * K > 2) {
      const double s0 = p == 0 ? start_first : e;
      ee = std::max(ee, s0 + 2 * rp + (N * K - 2) * W - group + 2);
      if (K > 2) e1 = std::max(e1, s0 + 2 * rp + (K - 2) * W - group + 2);
    }
    if (N > 1 && p > 0) {
      const double tiles = (N - 1) * K;
      ee = std::max({ee, outfree + (N - 1) * c, outfree + 2 * rp + (tiles - 2) * W - group + 2});
    }
    const double wend = w_at((p + 1) * wpass - 1) + vlat + rp;
    ee = std::max(ee, wend);
    double lwe = std::max(finish(ee, outfree), lw + (N - 1) * pi);
    if (pi > c && N > 2) ee = std::max(ee, lw + (N - 3) * pi + c);
    last_ntile_start = ee - c;
    outfree2 =
        N > 1 ? std::min(lwe - D - gap, std::max(lw + (N - 2) * (D + gap), ee - c + 2 + gap + D))
              : outfree;
    outfree = lwe;
    writes += D;
    jobs += 1;
    e = ee;
  }
  out.startup = start_first;
  const double covered = r >= W ? std::min(Wtot, F + hold) / W * last_r : 0;
  out.computed = e;
  out.fetched = std::max(4.0, std::min(e - covered - mem.next_read, e - mem.next_read));
  out.compute = out.array_active;
  out.weights = q * Wtot;
  out.activations = q * Atot;
  out.drain = out.output_beats + 2 * N * passes;
  out.dram = mem.data_beat * (Wtot + Atot + out.output_beats) / mem.available();
  const std::pair<const char*, double> bounds[] = {{"compute", out.compute},
                                                   {"weights", out.weights + out.activations},
                                                   {"activations", 2 * out.activations},
                                                   {"outputs", out.drain},
                                                   {"dram", out.dram}};
  double most = -1;
  for (const auto& [name, cycles] : bounds)
    if (cycles > most) {
      most = cycles;
      out.bound_by = name;
    }
  out.cycles = outfree + mem.write_answer + 1;
  out.tail = out.cycles - e;
  return out;
}

double AnalyticModel::sequence(const std::vector<Gemm>& commands, int64_t repeats) const {
  std::vector<AnalyticGemm> own;
  for (const Gemm& command : commands) own.push_back(gemm(command));
  constexpr double kHost = 45;  // registers written between an interrupt and the next START
  double accepted = 0, computed = 0, done = 0, done2 = 0, wait = 0;
  double before = 0, step = 0;
  for (int64_t i = 0; i < std::min<int64_t>(repeats, 3); ++i) {
    before = done;
    for (const AnalyticGemm& g : own) {
      accepted = std::max(wait, done2 + kHost);
      computed = std::max(accepted + g.computed, computed + g.computed - g.startup);
      wait = accepted + g.fetched + 2;
      done2 = done;
      done = computed + g.tail;
    }
    step = done - before;
  }
  return done + step * std::max<double>(0, static_cast<double>(repeats) - 3);
}

}  // namespace tercet
