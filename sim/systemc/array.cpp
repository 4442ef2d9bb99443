// SPDX-License-Identifier: Apache-2.0
// Hands tiles to the kernel.
#include "sim/systemc/array.h"

#include <algorithm>
#include <utility>

#include "sim/counts/bit_counts.h"
#include "sim/systemc/accum.h"
#include "sim/systemc/act_buffer.h"
#include "sim/systemc/weight_stream.h"

namespace tercet {

Array::Array(const sc_core::sc_module_name& name, const Shared& shared)
    : sc_module(name),
      shared_(shared),
      last_planes_(shared.machine.rows * shared.token_beats()),
      masked_planes_(size_t{shared.machine.tokens} * shared.machine.rows),
      masked_biased_(masked_planes_.size()) {}

void Array::fire(const TileWork& work) {
  const TileShape shape{shared_.machine.rows, shared_.machine.cols};
  const uint8_t* columns = weight_stream->columns(work.tile);
  count(work, columns);
  if (shared_.format.weight_bits != 0) return fire_dense(work, columns);
  for (uint32_t token = 0; token < work.tokens;) {
    const uint64_t beat = work.first_beat + token;
    const auto tokens = static_cast<uint32_t>(
        std::min<uint64_t>(work.tokens - token, act_buffer->contiguous(beat)));
    TileTokens data = act_buffer->tokens(beat);
    if (work.rows < shape.rows) data = masked(data, tokens, work.rows);
    count_toggles(data.planes, tokens);
    multiply_tile(shape, columns, data, tokens, work.first, accum->row(work.bank, token));
    token += tokens;
  }
}

/// An activation of two bytes toggles once for two of its bits: EngineCounts counts int8 inputs.
void Array::fire_dense(const TileWork& work, const uint8_t* columns) {
  const size_t bytes = last_planes_.size();
  for (uint32_t token = 0; token < work.tokens; ++token) {
    const uint8_t* acts = act_buffer->bytes(work.first_beat + token * shared_.token_beats());
    std::vector<uint8_t> used(acts, acts + bytes);
    std::fill(used.begin() + work.rows * shared_.format.activation_bytes, used.end(), uint8_t{0});
    dense_toggles_ += count_differences(used.data(), last_planes_.data(), bytes);
    multiply_dense(shared_.format, {shared_.machine.rows, shared_.machine.cols}, columns,
                   used.data(), work.first, accum->row(work.bank, token));
    last_planes_ = std::move(used);
  }
  counts.input_toggles = dense_toggles_ / shared_.token_beats();
}

/// Every token meets every weight of the tile, and moves a row of sums.
void Array::count(const TileWork& work, const uint8_t* columns) {
  counts.tokens += work.tokens;
  if (shared_.format.weight_bits == 0) {
    const TritCounts tile = count_trits(columns, shared_.machine.cols, shared_.machine.rows / 8);
    counts.lanes_added += (tile.used - tile.negative) * work.tokens;
    counts.lanes_subtracted += tile.negative * work.tokens;
  }
  if (!work.first) counts.accumulator_reads += work.tokens;
  counts.accumulator_writes += work.tokens;
}

/// Bits in which each token differs from the one before it.
void Array::count_toggles(const uint8_t* planes, uint64_t tokens) {
  const uint32_t bytes = shared_.machine.rows;
  const uint8_t* last = last_planes_.data();
  for (uint64_t i = 0; i < tokens; ++i, planes += bytes) {
    counts.input_toggles += count_differences(planes, last, bytes);
    last = planes;
  }
  std::copy_n(last, bytes, last_planes_.begin());
}

/// The tokens with rows past `rows` set to 0.
TileTokens Array::masked(const TileTokens& tokens, uint64_t count, uint32_t rows) {
  const uint32_t all = shared_.machine.rows;
  const uint32_t plane_bytes = all / 8;
  for (uint64_t i = 0; i < count * all; ++i) {
    const uint32_t row = static_cast<uint32_t>(i % plane_bytes) * 8;
    const uint32_t inside = std::clamp<uint32_t>(rows, row, row + 8) - row;
    masked_planes_[i] = static_cast<uint8_t>(tokens.planes[i] & ((1u << inside) - 1));
    masked_biased_[i] = i % all < rows ? tokens.biased[i] : uint8_t{128};
  }
  return {masked_planes_.data(), masked_biased_.data()};
}

}  // namespace tercet
