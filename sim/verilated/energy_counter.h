// SPDX-License-Identifier: Apache-2.0
// Counts what a Verilated tercet_top does, cycle by cycle, from its registers and ports.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "sim/counts/bit_counts.h"
#include "sim/counts/engine_counts.h"
#include "tercet_hw.h"

namespace tercet {

/// Weights are counted in the groups that load into the tile registers, activations in the row that
/// the SRAM gave; both from the bits that are there.
template <class Top>
class EnergyCounter {
 public:
  explicit EnergyCounter(const tercet_config& machine)
      : plane_bytes_(machine.rows / 8), last_(machine.rows), now_(machine.rows) {}

  const EngineCounts& counts() const { return counts_; }

  /// To be called in every cycle from reset on, with what the clock edge at its end sees.
  void observe(const Top& top) {
    const auto& root = *top.rootp;
    // The array sees a tile's registers before a load in the same cycle changes them.
    if (root.tercet_top__DOT__u_engine__DOT__fire != 0) fire(top);
    if (root.tercet_top__DOT__u_engine__DOT__u_fetch__DOT__u_weights__DOT__group_taken != 0)
      load(top);
    if (root.tercet_top__DOT__u_engine__DOT__u_fetch__DOT__u_weights__DOT__accept != 0) {
      const bool trit5 =
          root.tercet_top__DOT__u_engine__DOT__u_fetch__DOT__u_weights__DOT__head_trit5 != 0;
      ++(trit5 ? counts_.trit5_beats : counts_.two_bit_beats);
    }
    if (root.tercet_top__DOT__u_engine__DOT__drain != 0) ++counts_.accumulator_drains;
    if (root.tercet_top__DOT__retire_valid != 0 && root.tercet_top__DOT__retire_trap == 0) {
      ++counts_.core_instructions;
    }
    bus(top);
  }

 private:
  static constexpr uint32_t kGroupColumns = 8;  // GroupCols of tercet_top

  void fire(const Top& top) {
    const auto& root = *top.rootp;
    const TritCounts& tile = tiles_[root.tercet_top__DOT__u_engine__DOT__use_buf];
    ++counts_.tokens;
    counts_.lanes_added += tile.used - tile.negative;
    counts_.lanes_subtracted += tile.negative;
    if (root.tercet_top__DOT__u_engine__DOT__first == 0) ++counts_.accumulator_reads;
    ++counts_.accumulator_writes;
    const auto& mask = root.tercet_top__DOT__u_engine__DOT__mask;
    const auto* masks = reinterpret_cast<const uint8_t*>(&mask);
    const auto* row =
        bytes_of(root.tercet_top__DOT__u_engine__DOT__u_fetch__DOT__u_acts__DOT__row_q);
    for (uint32_t i = 0; i < now_.size(); ++i) now_[i] = row[i] & masks[i % plane_bytes_];
    counts_.input_toggles +=
        count_differences(now_.data(), last_.data(), static_cast<uint32_t>(now_.size()));
    std::swap(now_, last_);
  }

  void load(const Top& top) {
    const auto& root = *top.rootp;
    TritCounts& tile =
        tiles_[root.tercet_top__DOT__u_engine__DOT__u_fetch__DOT__u_weights__DOT__fill_q];
    if (root.tercet_top__DOT__u_engine__DOT__u_fetch__DOT__u_weights__DOT__group_count_q == 0)
      tile = {};
    const TritCounts group = count_trits(
        bytes_of(root.tercet_top__DOT__u_engine__DOT__u_fetch__DOT__u_weights__DOT__group_q),
        kGroupColumns, plane_bytes_);
    tile.used += group.used;
    tile.negative += group.negative;
    ++counts_.group_loads;
  }

  void bus(const Top& top) {
    if (top.m_axi_arvalid_o != 0 && top.m_axi_arready_i != 0) ++counts_.read_bursts;
    if (top.m_axi_awvalid_o != 0 && top.m_axi_awready_i != 0) ++counts_.write_bursts;
    if (top.m_axi_wvalid_o != 0 && top.m_axi_wready_i != 0) {
      const bool mover = top.rootp->tercet_top__DOT__mover_wvalid != 0;
      ++(mover ? counts_.mover_beats : counts_.output_beats);
    }
    if (top.m_axi_rvalid_i == 0 || top.m_axi_rready_o == 0) return;
    switch (top.m_axi_rid_i) {
      case TERCET_AXI_ID_WEIGHT:
        ++counts_.weight_beats;
        break;
      case TERCET_AXI_ID_ACT:
        ++counts_.activation_beats;
        break;
      default:
        ++counts_.mover_beats;
    }
  }

  /// Words of a wide signal: the lowest first, as the processor has its bytes.
  template <class Wide>
  static const uint8_t* bytes_of(const Wide& wide) {
    return reinterpret_cast<const uint8_t*>(wide.data());
  }

  uint32_t plane_bytes_;
  EngineCounts counts_;
  std::array<TritCounts, 2> tiles_{};  // of the two tile registers
  std::vector<uint8_t> last_;          // the array's input, [8][rows / 8]
  std::vector<uint8_t> now_;
};

}  // namespace tercet
