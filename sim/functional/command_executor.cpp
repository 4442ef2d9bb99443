// SPDX-License-Identifier: Apache-2.0
// The loops of docs/machine.md over the three streams.
#include "sim/functional/command_executor.h"

#include <algorithm>
#include <cstring>

#include "host_driver/trit5.h"

namespace tercet {

CommandExecutor::CommandExecutor(const tercet_config& machine, MemoryBus& bus)
    : machine_(machine), bus_(bus), trits_() {
  for (size_t code = 0; code < trits_.size(); ++code) {
    trits_[code] = decode_trit5(static_cast<uint8_t>(code));
  }
}

uint32_t CommandExecutor::run(const Command& command, WorkCounts* work) {
  const auto tiles = static_cast<uint32_t>(k_tiles(machine_, command.k));
  uint64_t act_address = command.activations;
  uint64_t out_address = command.outputs;
  try {
    for (uint32_t m0 = 0; m0 < command.m; m0 += command.m_tile) {
      const uint32_t tokens = std::min(command.m_tile, command.m - m0);
      activations_.resize(static_cast<size_t>(tiles) * tokens * machine_.rows);
      for (size_t at = 0; at < activations_.size(); at += machine_.rows) {
        std::memcpy(activations_.data() + at, bus_.read_beat(act_address), machine_.rows);
        act_address += machine_.axi_bytes;
        ++work->act_beats;
      }
      start_weights(command);
      for (uint32_t n0 = 0; n0 < command.n; n0 += machine_.cols) {
        multiply(command, tokens, work);
        store(command, n0, tokens, &out_address, work);
      }
    }
  } catch (const BusError& error) {
    return error.code;
  }
  return TERCET_ERR_NONE;
}

void CommandExecutor::start_weights(const Command& command) {
  packing_ = static_cast<Packing>(tercet_cmd_flags_unpack(command.flags).packing);
  weight_address_ = command.weights;
  columns_.resize(static_cast<size_t>(columns_per_beat(packing_)) * machine_.rows);
  next_column_ = columns_per_beat(packing_);
}

const int8_t* CommandExecutor::next_column(WorkCounts* work) {
  if (next_column_ == columns_per_beat(packing_)) {
    decode_beat(bus_.read_beat(weight_address_));
    weight_address_ += machine_.axi_bytes;
    next_column_ = 0;
    ++work->weight_beats;
  }
  return columns_.data() + next_column_++ * machine_.rows;
}

void CommandExecutor::decode_beat(const uint8_t* beat) {
  const uint32_t rows = machine_.rows;
  const auto bit = [&](uint32_t plane, uint32_t row) {
    return (beat[plane * rows / 8 + row / 8] >> (row % 8)) & 1;
  };
  for (uint32_t r = 0; r < rows; ++r) {
    if (packing_ == Packing::kTrit5) {
      uint32_t code = 0;
      for (uint32_t b = 0; b < 8; ++b) code |= static_cast<uint32_t>(bit(b, r)) << b;
      for (uint32_t c = 0; c < 5; ++c) columns_[c * rows + r] = trits_[code][c];
    } else {
      for (uint32_t c = 0; c < 4; ++c) {
        const int nz = bit(2 * c, r);
        const int neg = bit(2 * c + 1, r);
        columns_[c * rows + r] = static_cast<int8_t>(nz - 2 * (nz & neg));
      }
    }
  }
}

void CommandExecutor::multiply(const Command& command, uint32_t tokens, WorkCounts* work) {
  const uint32_t rows = machine_.rows;
  const auto tiles = static_cast<uint32_t>(k_tiles(machine_, command.k));
  sums_.assign(static_cast<size_t>(tokens) * machine_.cols, 0);
  for (uint32_t tile = 0; tile < tiles; ++tile) {
    const uint32_t used = std::min(rows, command.k - tile * rows);
    const int8_t* tile_acts = activations_.data() + static_cast<size_t>(tile) * tokens * rows;
    for (uint32_t c = 0; c < machine_.cols; ++c) {
      const int8_t* weights = next_column(work);
      for (uint32_t t = 0; t < tokens; ++t) {
        const int8_t* acts = tile_acts + static_cast<size_t>(t) * rows;
        int32_t sum = 0;
        for (uint32_t r = 0; r < used; ++r) sum += acts[r] * weights[r];
        sums_[static_cast<size_t>(t) * machine_.cols + c] += sum;
      }
    }
    ++work->tiles;
    work->array_active += tokens;
  }
}

void CommandExecutor::store(const Command& command, uint32_t n0, uint32_t tokens, uint64_t* address,
                            WorkCounts* work) {
  const uint32_t beat_columns = machine_.axi_bytes / 4;
  for (uint32_t t = 0; t < tokens; ++t) {
    for (uint32_t c = 0; c < machine_.cols; c += beat_columns) {
      const uint32_t left = command.n - n0 > c ? command.n - n0 - c : 0;
      bus_.write_beat(*address, sums_.data() + static_cast<size_t>(t) * machine_.cols + c,
                      size_t{4} * std::min(beat_columns, left));
      *address += machine_.axi_bytes;
      ++work->output_beats;
    }
  }
}

}  // namespace tercet
