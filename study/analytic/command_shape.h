// SPDX-License-Identifier: Apache-2.0
// A command's loops, beats and bursts as the formulas need them.
#pragma once

#include "host_driver/driver.h"
#include "sim/element_format.h"
#include "tercet_hw.h"

namespace tercet {

/// Everything in double: products of it are far below 2^53.
struct CommandShape {
  CommandShape(const tercet_config& machine, const Gemm& gemm,
               const ElementFormat& format = kTernary);

  double n_tiles = 0;
  double k_tiles = 0;
  double passes = 0;     ///< over the weights: m_tiles
  double rows = 0;       ///< tokens of an m_tile
  double last_rows = 0;  ///< of the last m_tile
  double ports = 1;
  double token_beats = 1;       ///< activation beats of a token's k_tile
  double tile_beats = 0;        ///< weight beats a tile
  double pass_beats = 0;        ///< weight beats a pass, padding included
  double row_output_beats = 0;  ///< output beats of a token in an n_tile
  double burst = 0;             ///< beats of a full burst
  double outstanding = 0;       ///< bursts a stream
  double fifo = 0;              ///< weight beats under way and in the FIFO
  double held = 0;              ///< weight beats past the FIFO: two tiles and a group
  double group = 0;             ///< words of the FIFO a group of columns
  double sram = 0;              ///< activation beats on chip
  double tree = 0;              ///< cycles from a token to its sums past the ternary columns' one

  double weights() const { return passes * pass_beats; }
  double tokens() const { return (passes - 1) * rows + last_rows; }
  double activations() const { return tokens() * k_tiles * token_beats; }
  double outputs() const { return tokens() * n_tiles * row_output_beats; }
  /// Cycles in which a tile leaves the FIFO.
  double tile_words() const { return tile_beats / ports; }
  /// Bursts of a pass, and beats of its average burst.
  double pass_bursts() const;
  double mean_burst() const { return pass_beats / pass_bursts(); }
  /// Weight beats in the first `bursts` bursts of the command.
  double beats_of(double bursts) const;
  /// Bursts before the one that brings weight beat `beat`.
  double bursts_before(double beat) const;
};

}  // namespace tercet
