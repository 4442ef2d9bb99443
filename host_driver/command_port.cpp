// SPDX-License-Identifier: Apache-2.0
// What all ports know of a command: its description, its registers' limits, its time.
#include "host_driver/command_port.h"

#include <algorithm>

#include "base/error.h"

namespace tercet {
namespace {

void check_field(const Gemm& gemm, const char* name, int64_t value, int64_t limit) {
  if (value < 1 || value > limit) {
    fail("command ({}): {} = {} is not in [1, {}]", describe(gemm), name, value, limit);
  }
}

void check_address(const Gemm& gemm, const char* name, uint64_t address, uint32_t high_limit) {
  if (address >> 32 > high_limit) {
    fail("command ({}): {} address {:#x} does not fit its registers", describe(gemm), name,
         address);
  }
}

}  // namespace

std::string describe(const Gemm& gemm) {
  return fmt::format("M={} N={} K={} m_tile={} packing={}", gemm.m, gemm.n, gemm.k, gemm.m_tile,
                     packing_name(gemm.packing));
}

void check_fields(const tercet_config& machine, const Gemm& gemm) {
  check_field(gemm, "M", gemm.m, TERCET_MAX_CMD_M);
  check_field(gemm, "N", gemm.n, TERCET_MAX_CMD_N);
  check_field(gemm, "K", gemm.k, TERCET_MAX_CMD_K);
  check_field(gemm, "m_tile", gemm.m_tile, TERCET_MAX_CMD_MTILE);
  check_field(gemm, "weight beats", weight_beats(machine, gemm.packing, gemm.n, gemm.k),
              UINT32_MAX);
  check_address(gemm, "activation", gemm.activations, TERCET_MAX_CMD_ACT_HI);
  check_address(gemm, "weight", gemm.weights, TERCET_MAX_CMD_WGT_HI);
  check_address(gemm, "output", gemm.outputs, TERCET_MAX_CMD_OUT_HI);
}

uint64_t default_timeout(const tercet_config& machine, const Gemm& gemm) {
  const int64_t m = std::max<int64_t>(gemm.m, 1);
  const int64_t m_tiles = divide_up(m, std::max<int64_t>(gemm.m_tile, 1));
  const int64_t tiles = n_tiles(machine, gemm.n) * k_tiles(machine, gemm.k);
  const int64_t beats = m_tiles * weight_beats(machine, gemm.packing, gemm.n, gemm.k) +
                        activation_beats(machine, m, gemm.k) +
                        output_bytes(machine, m, gemm.n) / machine.axi_bytes;
  return 1'000'000 + 64 * static_cast<uint64_t>(beats + m * tiles);
}

}  // namespace tercet
