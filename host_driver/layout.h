// SPDX-License-Identifier: Apache-2.0
// Sizes of the three linear streams of a command, as docs/machine.md lays them out.
#pragma once

#include <cstdint>
#include <string>

#include "tercet_hw.h"

namespace tercet {

/// How weights lie in device memory; the values are those of CMD_FLAGS.packing.
enum class Packing : uint32_t { kTwoBit = TERCET_PACKING_TWO_BIT, kTrit5 = TERCET_PACKING_TRIT5 };

/// "two_bit" or "trit5".
const char* packing_name(Packing packing);
/// Throws Error listing the names if `name` is none of them.
Packing parse_packing(const std::string& name);

/// Rings and windows are whole pages. Bursts do not cross one, so buffers that start on one are
/// read in full bursts.
constexpr uint64_t kPageBytes = 4096;

/// The machine called `name` in rtl/spec/configs. Throws Error listing the names otherwise.
const tercet_config& find_machine(const std::string& name);

/// ceil(value / unit) for value >= 0, unit >= 1.
constexpr int64_t divide_up(int64_t value, int64_t unit) { return (value + unit - 1) / unit; }

/// Weight columns in one beat: 4 or 5.
constexpr int64_t columns_per_beat(Packing packing) { return packing == Packing::kTrit5 ? 5 : 4; }

inline int64_t k_tiles(const tercet_config& machine, int64_t k) {
  return divide_up(k, machine.rows);
}
inline int64_t n_tiles(const tercet_config& machine, int64_t n) {
  return divide_up(n, machine.cols);
}

/// Beats of the weight stream of an [n][k] matrix: what CMD_WBEATS must hold.
inline int64_t weight_beats(const tercet_config& machine, Packing packing, int64_t n, int64_t k) {
  return divide_up(n_tiles(machine, n) * k_tiles(machine, k) * machine.cols,
                   columns_per_beat(packing));
}

/// Beats of the activations of m tokens.
inline int64_t activation_beats(const tercet_config& machine, int64_t m, int64_t k) {
  return m * k_tiles(machine, k);
}

/// Bytes of the int32 outputs of m tokens, whole column tiles.
inline int64_t output_bytes(const tercet_config& machine, int64_t m, int64_t n) {
  return m * n_tiles(machine, n) * machine.cols * 4;
}

/// The most tokens a command on inputs of length k can hold on chip: at least 1 if k <= k_max.
int64_t max_m_tile(const tercet_config& machine, int64_t k);

}  // namespace tercet
