// SPDX-License-Identifier: Apache-2.0
// Reads what a timeline needs from a Verilated tercet_top: ports, and the signals of observe.vlt.
#pragma once

#include "sim/verilated/slice_tracker.h"
#include "tercet_hw.h"

namespace tercet {

template <class Top>
EngineSignals probe_engine(const Top& top) {
  const auto& root = *top.rootp;
  EngineSignals s;
  s.flush = root.tercet_top__DOT__u_engine__DOT__flush != 0;
  s.started = root.tercet_top__DOT__u_engine__DOT__u_csr__DOT__started_q;
  s.completed = root.tercet_top__DOT__u_engine__DOT__u_csr__DOT__completed_q;
  s.fire = root.tercet_top__DOT__u_engine__DOT__fire != 0;
  s.first = root.tercet_top__DOT__u_engine__DOT__first != 0;
  s.token = root.tercet_top__DOT__u_engine__DOT__token;
  s.job_valid = root.tercet_top__DOT__u_engine__DOT__job_valid != 0;
  s.job_last = root.tercet_top__DOT__u_engine__DOT__job_last != 0;
  s.announced = root.tercet_top__DOT__u_engine__DOT__u_output__DOT__announced_q != 0;
  s.arvalid = top.m_axi_arvalid_o != 0;
  s.arready = top.m_axi_arready_i != 0;
  s.arid_weight = top.m_axi_arid_o == TERCET_AXI_ID_WEIGHT;
  s.arid_mover = top.m_axi_arid_o == TERCET_AXI_ID_MOVER;
  s.araddr = top.m_axi_araddr_o;
  s.r = top.m_axi_rvalid_i != 0 && top.m_axi_rready_o != 0;
  s.rlast = top.m_axi_rlast_i != 0;
  s.awvalid = top.m_axi_awvalid_o != 0;
  s.aw_mover = root.tercet_top__DOT__u_mover__DOT__awvalid_q != 0;
  s.awready = top.m_axi_awready_i != 0;
  s.awaddr = top.m_axi_awaddr_o;
  s.w = top.m_axi_wvalid_o != 0 && top.m_axi_wready_i != 0;
  s.wlast = top.m_axi_wlast_o != 0;
  return s;
}

}  // namespace tercet
