// SPDX-License-Identifier: Apache-2.0
// The loops of rtl/control/tercet_sequencer.sv, a tile at a time.
#include "sim/systemc/sequencer.h"

#include <algorithm>

#include "sim/systemc/act_buffer.h"
#include "sim/systemc/array.h"
#include "sim/systemc/dispatch.h"
#include "sim/systemc/dma.h"
#include "sim/systemc/output.h"
#include "sim/systemc/weight_stream.h"

namespace tercet {

Sequencer::Sequencer(const sc_core::sc_module_name& name, const Shared& shared, Perf& perf)
    : Unit(name, shared), perf_(perf) {}

void Sequencer::push(const Work& work) {
  queue_.push_back(work);
  ++pushed_;
  changed();
}

Cycle Sequencer::queue_room_from() const {
  const uint64_t depth = shared_.timing.queue_depth;
  if (pushed_ < depth) return 0;
  const uint64_t leaves = pushed_ - depth;  // the command whose place the next one takes
  if (leaves >= loaded_) return kNever;
  return load_cycle_[leaves % load_cycle_.size()] + shared_.timing.queue_room;
}

void Sequencer::bank_drained(uint32_t bank, Cycle cycle) {
  bank_from_[bank] = cycle + shared_.timing.bank_free;
  changed();
}

void Sequencer::run() {
  while (active_ || load_command()) {
    const Needs n = needs();
    const Cycle start = std::max({from_, n.bank, n.weights, n.acts});
    if (start == kNever) return;
    count_stalls(start);
    fire(start);
  }
}

/// Takes the next command: when it is in the queue, but not before the last token of the one
/// before.
bool Sequencer::load_command() {
  if (queue_.empty()) return false;
  work_ = queue_.front();
  queue_.pop_front();
  const Cycle load = std::max(work_.start + shared_.timing.queue, last_fire_);
  load_cycle_[loaded_++ % load_cycle_.size()] = load;
  dispatch->changed();
  active_ = true;
  from_ = counted_ = load + shared_.timing.sequencer;
  m_left_ = work_.command.m;
  rows_ = std::min(work_.command.m, work_.command.m_tile);
  n_ = k_ = n_tiles_ = 0;
  out_ = work_.command.outputs;
  return true;
}

Sequencer::Needs Sequencer::needs() const {
  return {k_ == 0 ? bank_from_[bank_] : 0, weight_stream->valid(tile_),
          act_buffer->ready((base_ + (k_ + 1) * rows_) * shared_.token_beats() - 1)};
}

/// A cycle in which nothing fires is a stall by the bank, else by the weights, else by activations.
void Sequencer::count_stalls(Cycle cycle) {
  if (!active_) return;
  const Needs n = needs();
  const auto count = [&](Counter& counter, Cycle to) {
    to = std::min(to, cycle);
    if (to <= counted_) return;
    counter.add(counted_, to - counted_);
    counted_ = to;
  };
  count(perf_.stall_output, n.bank);
  count(perf_.stall_weights, n.weights);
  count(perf_.stall_acts, cycle);
}

void Sequencer::fire(Cycle start) {
  const bool last_k = k_ + 1 == work_.k_tiles;
  const bool last_n = n_ + 1 == work_.n_tiles;
  const Cycle last = start + rows_ - 1;
  const uint64_t beat = (base_ + k_ * rows_) * shared_.token_beats();
  if (k_ == 0) n_tile_begin_ = start;
  array->fire(
      {tile_, beat, rows_, last_k ? work_.last_rows : shared_.machine.rows, bank_, k_ == 0});
  perf_.array_active.add(start, rows_);
  if (shared_.trace != nullptr) shared_.trace->active(TraceTrack::kArray, start, rows_);
  perf_.tiles.add(last, 1);
  weight_stream->release(last);
  if (last_n) {
    dma->free_acts(start, rows_, shared_.token_beats());
    dma->changed();
  }
  ++tile_;
  from_ = counted_ = last + 1;
  ++k_;
  if (last_k) end_n_tile(last);
}

void Sequencer::end_n_tile(Cycle last) {
  const bool last_n = n_ + 1 == work_.n_tiles;
  const bool last_m = m_left_ == rows_;
  Output::Job job;
  job.seen = last + shared_.timing.job;
  job.bank = bank_;
  job.address = out_;
  job.rows = rows_;
  job.columns = last_n ? work_.last_columns : shared_.machine.cols;
  job.last = last_n && last_m;
  job.command = work_.number;
  job.index = n_tiles_;
  if (shared_.trace != nullptr) trace_n_tile(last);
  bank_from_[bank_] = kNever;
  bank_ ^= 1;
  output->push(job);

  ++n_tiles_;
  k_ = 0;
  ++n_;
  out_ += uint64_t{rows_} * shared_.machine.cols * sizeof(int32_t);
  if (!last_n) return;
  n_ = 0;
  base_ += work_.k_tiles * rows_;
  m_left_ -= rows_;
  rows_ = static_cast<uint32_t>(std::min<uint64_t>(m_left_, work_.command.m_tile));
  if (last_m) {
    active_ = false;
    last_fire_ = last;
  }
}

void Sequencer::trace_n_tile(Cycle last) {
  shared_.trace->slice(
      {TraceTrack::kArray, "n_tile", work_.number, n_tiles_, n_tile_begin_, last + 1});
}

void Sequencer::flush() {
  queue_.clear();
  active_ = false;
  pushed_ = loaded_ = 0;
  base_ = tile_ = 0;
  last_fire_ = 0;
  bank_ = 0;
  bank_from_ = {};
}

const char* Sequencer::waits_for() const {
  if (!active_) return "";
  const Needs n = needs();
  if (n.bank == kNever) return "sequencer: a drained accumulator bank";
  if (n.weights == kNever) return "sequencer: a weight tile";
  if (n.acts == kNever) return "sequencer: activations";
  return "";
}

}  // namespace tercet
