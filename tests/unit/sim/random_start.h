// SPDX-License-Identifier: Apache-2.0
// Random commands by register, good and bad, on two machines in step.
#pragma once

#include <random>

#include "lockstep_devices.h"
#include "systemc_test_util.h"

namespace tercet {

/// Any command, one in eight of them bad, its data whatever lies there.
/// Outputs lie `outputs` further on.
inline void start_random(const tercet_config& machine, std::mt19937_64& rng, Lockstep& both,
                         uint32_t outputs = 0) {
  const GemmCase c = random_gemm(machine, rng);
  const Gemm& g = c.gemm;
  ASSERT_LE(g.outputs + outputs + static_cast<uint64_t>(output_bytes(machine, g.m, g.n)),
            uint64_t{2} << 20);
  const uint64_t flaw = rng() % 32;
  const auto packing = static_cast<uint32_t>(g.packing);
  const auto beats = static_cast<uint32_t>(weight_beats(machine, g.packing, g.n, g.k));
  both.write(TERCET_CSR_CMD_M, static_cast<uint32_t>(flaw == 0 ? 0 : g.m));
  both.write(TERCET_CSR_CMD_N, static_cast<uint32_t>(g.n));
  both.write(TERCET_CSR_CMD_K, static_cast<uint32_t>(g.k));
  both.write(TERCET_CSR_CMD_MTILE, static_cast<uint32_t>(g.m_tile));
  both.write(TERCET_CSR_CMD_FLAGS, packing);
  both.write(TERCET_CSR_CMD_WBEATS, beats + (flaw == 1 ? 1 : 0));
  both.write(TERCET_CSR_CMD_ACT_LO, static_cast<uint32_t>(g.activations) + (flaw == 2 ? 1 : 0));
  both.write(TERCET_CSR_CMD_WGT_LO, static_cast<uint32_t>(g.weights));
  both.write(TERCET_CSR_CMD_OUT_LO, static_cast<uint32_t>(g.outputs) + outputs);
  both.write(TERCET_CSR_CMD_OUT_HI, flaw == 3 ? TERCET_MAX_CMD_OUT_HI : 0);
  both.write(TERCET_CSR_START, 1);
}

}  // namespace tercet
