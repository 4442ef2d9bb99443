// SPDX-License-Identifier: Apache-2.0
// The passes of a command over its weights, an output tile at a time.
#include "sim/analytic/analytic_model.h"

#include <algorithm>
#include <cmath>

#include "sim/analytic/memory_flow.h"

namespace tercet {
namespace {
double getp(const char* n, double d) { const char* v = std::getenv(n); return v ? atof(v) : d; }

/// Finds the mean length of a repeating step: of a whole number of refresh periods if there are any.
class Repetition {
 public:
  Repetition(double period, double start, double warm_up) : period_(period), start_(start), warm_(warm_up) {}
  /// Step `number` ended at `time`. True if mean() is known.
  bool add(double number, double time) {
    if (number < warm_) return false;
    const double refreshes = period_ > 0 ? std::floor((start_ + time) / period_) : number;
    if (begin_number_ < 0) {
      if (last_ >= 0 && refreshes != last_) {
        begin_number_ = number;
        begin_time_ = time;
        begin_refreshes_ = refreshes;
      }
      last_ = refreshes;
      return false;
    }
    const bool turn = refreshes != last_;
    last_ = refreshes;
    if (!turn || refreshes - begin_refreshes_ < 4 || number - begin_number_ < 4) return false;
    mean_ = (time - begin_time_) / (number - begin_number_);
    return true;
  }
  double mean() const { return mean_; }
  void reset() { begin_number_ = -1; last_ = -1; }

 private:
  double period_, start_, warm_;
  double begin_number_ = -1, begin_time_ = 0, begin_refreshes_ = 0, last_ = -1, mean_ = 0;
};
}  // namespace

AnalyticModel::AnalyticModel(const tercet_config& machine, const DramConfig& dram)
    : machine_(machine), memory_(machine, dram) {}

AnalyticGemm AnalyticModel::gemm(const Gemm& g, double start) const {
  AnalyticGemm out;
  const tercet_config& mc = machine_;
  const MemoryRates& mem = memory_;
  const double ports = mc.axi_ports;
  const double N = n_tiles(mc, g.n), K = k_tiles(mc, g.k), M = g.m;
  const double cpb = columns_per_beat(g.packing);
  const double W = mc.cols / cpb;  // beats a tile
  const double Wc = W / ports;     // cycles a tile from the FIFO
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
  const double O = mc.max_outstanding_reads;
  const double F = std::min<double>(mc.weight_fifo_beats, P * O);
  const double S = mc.act_sram_beats;
  const double group = std::ceil(timing_.group_columns / cpb);
  const double hold = 2 * W + group * ports;
  const double room = F + hold;
  const double t1 = timing_.stream_active + timing_.request + timing_.address + mem.first_read;
  const double vlat = timing_.weight_fifo + timing_.group + timing_.tile_valid;
  const double nb = std::ceil(wpass / P);
  const double bw = wpass / nb;

  // Loops through the memory.
  const double slot_loop = mem.next_read + bw * q + timing_.outstanding + timing_.address;
  const double fifo_loop = mem.next_read + bw * q + timing_.weight_fifo + timing_.credit + timing_.request + timing_.address;
  const double wlat = std::max(slot_loop / (O * bw), fifo_loop / F);
  const double ba = std::min(P, Atot);
  const double alat = (mem.next_read + ba * q + 2) / (O * ba);

  const double stall = wlat > q ? mem.refresh_cost : mem.refresh_cost - std::max(0.0, F * q - fifo_loop + bw * q);
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
  const auto wburst = [&](double j) {
    const double p = std::floor(j / nb);
    return p * wpass + std::min(wpass, (j - p * nb) * P);
  };
  double athrough = 0;
  const auto w_at = [&](double x) {
    const double p = std::floor(x / wpass);
    const double j = p * nb + std::floor((x - p * wpass) / P);
    const double acts = std::min({Atot, S + athrough, P * j});
    return t1 + std::max(q * (x + acts), std::max(0.0, x - F) * wlat + std::min(x, F) * q);
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
    return t1 + std::max(q * (x + std::min({Wtot, wburst(j + 1), cap})), x * alat);
  };

  static const double pf = getp("PF", 1), pb = getp("PB", 1);
  MemoryFlow::Traits traits;
  traits.weight_beat = std::max(q, wlat);
  traits.activation_beat = std::max(q, alat);
  traits.ahead = pf * std::max(0.0, O * bw - fifo_loop / q);
  traits.ports = ports;
  traits.start = start;
  MemoryFlow flow(mem, traits, t1 - 0.5);

  double e = 0;        // the array is free from
  double outfree = 0;  // last W of the job before
  double outfree2 = 0;  // and of the one before that
  double start_first = 0;
  double chain = 0, pend = -1e9, pend2 = -1e9;
  const double gap = timing_.announce + timing_.burst;
  Repetition by_pass(mem.refresh_period, start, 4);
  for (double p = 0; p < passes; ++p) {
    const double rp = p + 1 < passes ? r : last_r;
    const double D = rp * dbeats / ports;
    const double c = K * rp;
    const double need = athrough + c;  // activations
    Repetition by_tile(mem.refresh_period, start, 6);
    for (double n = 0; n < N; ++n) {
      const double wc0 = p * wpass + n * K * W;
      const bool last_n = n + 1 == N;
      const double w_end = last_n ? (p + 1) * wpass : std::min((p + 1) * wpass, wc0 + K * W);
      double s = std::max(e, outfree2);
      double bound = s + c;
      if (p == 0 && n == 0) {
        for (const double k : {0.0, K - 1}) {
          const double v = refreshed(0, w_at(std::ceil((k + 1) * W) - 1), stall) + vlat;
          const double a = refreshed(0, a_at((k + 1) * rp - 1), stall) + timing_.activation;
          if (k == 0) s = start_first = std::max(v, a);
          bound = std::max(bound, std::max(v, a) + (K - k) * rp);
        }
      } else if (n == 0) {
        bound = std::max(bound, a_at(need - 1) + timing_.activation + rp);
      }
      if (last_n) bound = std::max(bound, w_at(w_end - 1) + vlat + rp);
      const double alone = s + 2 * rp + (K - 2) * Wc - group + 2;
      if (K > 2) {
        chain = std::max(chain + K * Wc, alone);
      } else if (K == 2) {
        chain = std::max(chain, pend) + K * Wc;
        pend = alone;
      } else {
        chain = std::max(chain, pend2) + Wc;
        pend2 = pend + Wc;
        pend = alone;
      }
      bound = std::max(bound, chain);
      const bool lacks = n == 0 && flow.activations() < need - 1e-6;
      flow.weight_limit = {wc0 + room, s, lacks ? W / (rp + W) : W / rp, Wtot};
      flow.activation_limit = {athrough + S, s, last_n ? 1.0 : 0.0, Atot};
      if (p == 0 && n == 0) {
        flow.run(0, 0, bound);
        e = bound;
      } else {
        flow.run(w_end, need, bound);
        e = bound;
        if (flow.weights_at() > 0) e = std::max(e, flow.weights_at() + vlat + rp - pb);
        e = std::max(e, flow.activations_at() + timing_.activation + rp - pb);
      }
      const double begin = std::max(e - 1 + timing_.job, outfree) + gap;
      outfree2 = outfree;
      const double over = flow.backlog() + D * ports - mem.write_buffer - P * timing_.answers;
      outfree = std::max(begin + D, flow.time() + over * mem.data_beat);
      const double late = mem.data_beat > 0 ? mem.write_answer / 2 : 0;
      flow.write(begin + late, D * ports, outfree - begin);
      const double left = N - 1 - n - 8;
      if (left > 0 && by_tile.add(n, e)) {
        const double cycles = left * by_tile.mean();
        flow.skip(cycles, left * K * W, 0);
        for (double* time : {&e, &outfree, &outfree2, &chain, &pend, &pend2}) *time += cycles;
        n += left;
      }
    }
    athrough = need;
    const double left = passes - 1 - p - 2;
    if (left > 0 && by_pass.add(p, e)) {
      const double cycles = left * by_pass.mean();
      flow.skip(cycles, left * wpass, left * c);
      for (double* time : {&e, &outfree, &outfree2, &chain, &pend, &pend2}) *time += cycles;
      athrough += left * c;
      p += left;
    }
  }
  out.startup = start_first;
  const double covered = r >= Wc ? std::min(Wtot, room) / W * last_r : 0;
  out.computed = e;
  out.fetched = std::max(4.0, std::min(e - covered - mem.next_read, e - mem.next_read));
  out.compute = out.array_active;
  out.weights = q * Wtot;
  out.activations = q * Atot;
  out.drain = out.output_beats / ports + 2 * N * passes;
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
  flow.run(0, 0, outfree + mem.write_answer / 2);
  const double over = (flow.backlog() - mem.write_buffer) * mem.data_beat;
  out.cycles = outfree + mem.write_answer + 1 + std::max(0.0, over);
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
