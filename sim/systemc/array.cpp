// SPDX-License-Identifier: Apache-2.0
// Hands tiles to the kernel.
#include "sim/systemc/array.h"

#include <algorithm>

#include "sim/systemc/accum.h"
#include "sim/systemc/act_buffer.h"
#include "sim/systemc/kernel.h"
#include "sim/systemc/weight_stream.h"

namespace tercet {

Array::Array(const sc_core::sc_module_name& name, const Shared& shared)
    : sc_module(name),
      shared_(shared),
      masked_(size_t{shared.machine.tokens} * shared.machine.rows) {}

void Array::fire(const TileWork& work) {
  const TileShape shape{shared_.machine.rows, shared_.machine.cols};
  const uint8_t* columns = weight_stream->columns(work.tile);
  for (uint32_t token = 0; token < work.tokens;) {
    const uint64_t beat = work.first_beat + token;
    const auto tokens = static_cast<uint32_t>(
        std::min<uint64_t>(work.tokens - token, act_buffer->contiguous(beat)));
    const uint8_t* planes = act_buffer->planes(beat);
    if (work.rows < shape.rows) planes = masked(planes, tokens, work.rows);
    multiply_tile(shape, columns, planes, tokens, work.first, accum->row(work.bank, token));
    token += tokens;
  }
}

/// The planes with rows past `rows` set to 0.
const uint8_t* Array::masked(const uint8_t* planes, uint64_t tokens, uint32_t rows) {
  const uint32_t plane_bytes = shared_.machine.rows / 8;
  const uint64_t bytes = tokens * shared_.machine.rows;
  for (uint64_t i = 0; i < bytes; ++i) {
    const uint32_t row = static_cast<uint32_t>(i % plane_bytes) * 8;
    const uint32_t count = std::clamp<uint32_t>(rows, row, row + 8) - row;
    masked_[i] = static_cast<uint8_t>(planes[i] & ((1u << count) - 1));
  }
  return masked_.data();
}

}  // namespace tercet
