// SPDX-License-Identifier: Apache-2.0
// Sizes from the machine's configuration and the command's registers; bounds of output tiles, one
// after the other.
#include "study/analytic/command_run.h"

#include <algorithm>
#include <cmath>

#include "host_driver/layout.h"

namespace tercet {
namespace {

constexpr double kPast = -1e18;  // a bound that never holds
// Steps of a loop before it is taken for regular, and those left for its end.
constexpr double kWarmTiles = 6;
constexpr double kLastTiles = 8;
constexpr double kWarmPasses = 4;
constexpr double kLastPasses = 2;
// A beat of the fluid is there when all of it is, one of the bus when it begins.
constexpr double kFluidBeat = 1.0;

/// Columns whose weights are in a beat of 8 * Rows bits.
double columns_a_beat(const Gemm& gemm, const ElementFormat& format) {
  if (format.weight_bits == 0) return static_cast<double>(columns_per_beat(gemm.packing));
  return 8.0 / static_cast<double>(format.weight_bits);
}

/// The mean length of a step, over a whole number of refresh periods where there are refreshes.
class Repetition {
 public:
  /// `period` 0: no refreshes. The first `warm_up` steps are not looked at.
  Repetition(double period, double start, double warm_up)
      : period_(period), start_(start), warm_up_(warm_up) {}

  /// Step `number` ended at `time`; true if mean() is known.
  bool add(double number, double time) {
    if (number < warm_up_) return false;
    const double phase = period_ > 0 ? std::floor((start_ + time) / period_) : number;
    const bool turn = last_ >= 0 && phase != last_;
    last_ = phase;
    if (!turn) return false;
    if (begin_phase_ < 0) {
      begin_phase_ = phase;
      begin_number_ = number;
      begin_time_ = time;
      return false;
    }
    if (phase - begin_phase_ < kLeast || number - begin_number_ < kLeast) return false;
    mean_ = (time - begin_time_) / (number - begin_number_);
    return true;
  }
  double mean() const { return mean_; }

 private:
  static constexpr double kLeast = 4;  // periods, and steps

  double period_;
  double start_;
  double warm_up_;
  double last_ = -1;
  double begin_phase_ = -1;
  double begin_number_ = 0;
  double begin_time_ = 0;
  double mean_ = 0;
};

}  // namespace

CommandShape::CommandShape(const tercet_config& machine, const Gemm& gemm,
                           const ElementFormat& format)
    : n_tiles(static_cast<double>(tercet::n_tiles(machine, gemm.n))),
      k_tiles(static_cast<double>(tercet::k_tiles(machine, gemm.k))),
      passes(static_cast<double>(divide_up(gemm.m, gemm.m_tile))),
      rows(static_cast<double>(std::min(gemm.m, gemm.m_tile))),
      last_rows(static_cast<double>(gemm.m) - (passes - 1) * rows),
      ports(machine.axi_ports),
      token_beats(static_cast<double>(format.activation_bytes)),
      tile_beats(machine.cols / columns_a_beat(gemm, format)),
      pass_beats(std::ceil(n_tiles * k_tiles * machine.cols / columns_a_beat(gemm, format))),
      row_output_beats(static_cast<double>(machine.cols) * sizeof(int32_t) / machine.axi_bytes),
      burst(machine.max_burst_beats),
      outstanding(machine.max_outstanding_reads),
      fifo(std::min<double>(machine.weight_fifo_beats, burst * outstanding)),
      group(std::ceil(TimingTable{}.group_columns / columns_a_beat(gemm, format))),
      sram(machine.act_sram_beats),
      tree(tree_registers(format, machine)) {
  held = 2 * tile_beats + group * ports;
}

double CommandShape::pass_bursts() const { return std::ceil(pass_beats / burst); }

double CommandShape::beats_of(double bursts) const {
  const double whole = std::floor(bursts / pass_bursts());
  return whole * pass_beats + std::min(pass_beats, (bursts - whole * pass_bursts()) * burst);
}

double CommandShape::bursts_before(double beat) const {
  const double whole = std::floor(beat / pass_beats);
  return whole * pass_bursts() + std::floor((beat - whole * pass_beats) / burst);
}

StreamLoops::StreamLoops(const CommandShape& s, const MemoryRates& memory, const TimingTable& t) {
  const double beat = memory.read_beat;
  const double mean = s.mean_burst();
  const double last = std::min(s.burst, s.activations());
  const double place = memory.next_read + t.outstanding + t.address;
  const double credit = memory.next_read + t.weight_fifo + t.credit + t.request + t.address;
  weight_beat = std::max(
      {beat, (place + mean * beat) / (s.outstanding * mean), (credit + mean * beat) / s.fifo});
  activation_beat = std::max(beat, (place + last * beat) / (s.outstanding * last));
  ahead = std::max(0.0, (s.outstanding - 1) * mean - credit / beat);
}

CommandRun::CommandRun(const CommandShape& shape, const MemoryRates& memory, double start)
    : shape_(shape),
      memory_(memory),
      start_(start),
      first_beat_(timing_.stream_active + timing_.request + timing_.address + memory.first_read),
      weight_latency_(timing_.weight_fifo + timing_.group + timing_.tile_valid),
      loops_(shape, memory, timing_),
      flow_(memory, {loops_.weight_beat, loops_.activation_beat, loops_.ahead, start},
            first_beat_ - kFluidBeat / 2),
      chain_(kPast),
      young_chain_{kPast, kPast} {}

/// When weight beat `beat` is on the bus if the bus never rests. Bursts of the streams alternate.
double CommandRun::weight_at(double beat) const {
  const double mixed = std::min(
      {shape_.activations(), shape_.sram + before_, shape_.burst * shape_.bursts_before(beat)});
  const double q = memory_.read_beat;
  const double late = std::max(0.0, beat - shape_.fifo);
  return first_beat_ + std::max(q * (beat + mixed), late * loops_.weight_beat + (beat - late) * q);
}

/// The same of activation beat `beat`: the weights before it are those that fit on chip.
double CommandRun::activation_at(double beat) const {
  const CommandShape& s = shape_;
  const double burst = std::floor(beat / s.burst);
  const double known = (burst - s.outstanding + 1) * s.burst;  // beats there when it is requested
  const double row_beats = s.rows * s.token_beats;             // of a k_tile
  double room = s.fifo;
  if (known > 0) {
    const double pass = std::floor(known / (row_beats * s.k_tiles));
    const double tile = std::floor((known - pass * row_beats * s.k_tiles) / row_beats) - 1;
    const double done = pass * s.n_tiles * s.k_tiles + std::max(0.0, tile);
    const double unit = std::min(s.burst, s.pass_beats);
    room += unit * std::floor((s.held + s.tile_beats * done) / unit);
  }
  const double mixed = std::min({s.weights(), s.beats_of(burst + 1), room});
  return first_beat_ + std::max(memory_.read_beat * (beat + mixed), beat * loops_.activation_beat);
}

/// `time` with the refreshes until then, less what is read ahead of them.
double CommandRun::delayed(double time) const {
  const double cost = memory_.refresh_cost - loops_.ahead * memory_.read_beat;
  if (memory_.refresh_period <= 0 || cost <= 0) return time;
  const double before = std::floor(start_ / memory_.refresh_period);
  const double work = memory_.refresh_period - cost;  // between two refreshes
  const double until = start_ - before * memory_.refresh_period + time;
  return time + cost * std::floor(std::max(0.0, until - cost) / work);
}

/// When the command's first output tile ends: bursts are too coarse for the fluid here.
double CommandRun::first_tile(const Pass& pass) {
  double end = 0;
  for (const double k : {0.0, shape_.k_tiles - 1}) {
    const double weights =
        delayed(weight_at(std::ceil((k + 1) * shape_.tile_beats) - 1)) + weight_latency_;
    const double acts =
        delayed(activation_at((k + 1) * pass.rows * shape_.token_beats - 1)) + timing_.activation;
    const double begin = std::max(weights, acts);
    if (k == 0) started_ = begin;
    end = std::max(end, begin + (shape_.k_tiles - k) * pass.rows);
  }
  return end;
}

/// Two tiles are on chip; the others leave the FIFO at its rate from the end of the first one on.
/// Chains begin with every output tile and hold from their third tile on.
void CommandRun::fifo_chain(double begin, double rows) {
  const double words = shape_.tile_words();
  const double k = shape_.k_tiles;
  const double young =
      begin + 2 * rows + (k - 2) * words - shape_.group + timing_.group + timing_.tile_valid;
  chain_ += k * words;
  if (k > 2) {
    chain_ = std::max(chain_, young);
    return;
  }
  const double ripe = young_chain_[k > 1 ? 0 : 1] + k * words;
  chain_ = std::max(chain_, ripe);
  young_chain_[1] = young_chain_[0] + k * words;
  young_chain_[0] = young;
}

void CommandRun::output_tile(const Pass& pass, double n) {
  const CommandShape& s = shape_;
  const bool first = pass.number == 0 && n == 0;
  const bool last = n + 1 == s.n_tiles;
  const double cycles = s.k_tiles * pass.rows;
  const double weights = pass.first + n * s.k_tiles * s.tile_beats;
  const double weights_end = last ? pass.first + s.pass_beats : weights + s.k_tiles * s.tile_beats;
  const double need = pass.before + cycles * s.token_beats;  // activations
  double begin = std::max(computed_, second_write_);         // a drained bank
  double end = begin + cycles;
  if (first) {
    end = std::max(end, first_tile(pass));
    begin = started_;
  } else if (n == 0) {
    end = std::max(end, activation_at(need - 1) + timing_.activation + pass.rows);
  }
  if (last) end = std::max(end, weight_at(weights_end - 1) + weight_latency_ + pass.rows);
  fifo_chain(begin, pass.rows);
  end = std::max(end, chain_);

  // Tiles are used up at the pace of the array, or of the activations that still come.
  const bool lacks = n == 0 && flow_.activations() < need - kFluidBeat / 2;
  const double fetched = (pass.rows * s.token_beats + s.tile_beats) * memory_.read_beat;
  const double pace = lacks ? std::max(pass.rows, fetched) : pass.rows;
  flow_.weight_limit = {weights + s.fifo + s.held, begin, s.tile_beats / pace, s.weights()};
  flow_.activation_limit = {pass.before + s.sram, begin, last ? s.token_beats : 0.0,
                            s.activations()};
  if (first) {
    flow_.run(0, 0, end);
  } else {
    flow_.run(weights_end, need, end);
    const double rest = pass.rows - kFluidBeat;
    end = std::max({end, flow_.weights_at() + weight_latency_ + rest,
                    flow_.activations_at() + timing_.activation + rest});
  }
  computed_ = end;
  write_out(pass.rows);
}

/// The output stage writes the tile that has just ended.
void CommandRun::write_out(double rows) {
  const double beats = rows * shape_.row_output_beats;
  const double begin = std::max(computed_ - 1 + timing_.job + shape_.tree, last_write_) +
                       timing_.announce + timing_.burst;
  // W stands still while responses are due that wait for room in the memory's queues.
  const double over = flow_.backlog() + beats - memory_.write_buffer -
                      shape_.burst * static_cast<double>(timing_.answers);
  second_write_ = last_write_;
  last_write_ = std::max(begin + beats / shape_.ports, flow_.time() + over * memory_.data_beat);
  // A burst enters the memory with its last beat, and takes a read's time to be felt on the bus.
  const double late = memory_.next_read + std::min(shape_.burst, beats) / shape_.ports;
  flow_.write(begin + late, beats, last_write_ - begin);
}

void CommandRun::move_on(double cycles) {
  for (double* time :
       {&computed_, &last_write_, &second_write_, &chain_, &young_chain_[0], &young_chain_[1]}) {
    *time += cycles;
  }
}

/// All activations are there that fit on chip: before that, no two steps are alike.
bool CommandRun::fetched_ahead(const Pass& pass) const {
  const double most = std::min(shape_.activations(), pass.before + shape_.sram);
  return flow_.activations() >= most - kFluidBeat;
}

void CommandRun::run() {
  const CommandShape& s = shape_;
  Repetition passes(memory_.refresh_period, start_, kWarmPasses);
  for (double p = 0; p < s.passes; ++p) {
    const Pass pass = {p, p + 1 < s.passes ? s.rows : s.last_rows, before_, p * s.pass_beats};
    Repetition tiles(memory_.refresh_period, start_, kWarmTiles);
    for (double n = 0; n < s.n_tiles; ++n) {
      output_tile(pass, n);
      const double left = s.n_tiles - 1 - n - kLastTiles;
      if (left <= 0 || !fetched_ahead(pass) || !tiles.add(n, computed_)) continue;
      flow_.skip(left * tiles.mean(), left * s.k_tiles * s.tile_beats, 0);
      move_on(left * tiles.mean());
      n += left;
    }
    before_ += s.k_tiles * pass.rows * s.token_beats;
    const double left = s.passes - 1 - p - kLastPasses;
    if (left <= 0 || !fetched_ahead(pass) || !passes.add(p, computed_)) continue;
    const double acts =
        std::min(left * s.k_tiles * s.rows * s.token_beats, s.activations() - flow_.activations());
    flow_.skip(left * passes.mean(), left * s.pass_beats, acts);
    move_on(left * passes.mean());
    before_ += left * s.k_tiles * s.rows * s.token_beats;
    p += left;
  }
  flow_.run(0, 0, last_write_ + memory_.next_read);
  const double over = (flow_.backlog() - memory_.write_buffer) * memory_.data_beat;
  written_ = last_write_ + memory_.write_answer + std::max(0.0, over);
}

/// The last burst waits for credits: what is on chip lasts from then to the end.
double CommandRun::fetched() const {
  const double tiles = std::min(shape_.weights(), shape_.fifo + shape_.held) / shape_.tile_beats;
  const double stock = shape_.rows >= shape_.tile_words() ? tiles * shape_.last_rows : 0;
  return std::max(first_beat_ - memory_.first_read, computed_ - stock - memory_.next_read);
}

}  // namespace tercet
