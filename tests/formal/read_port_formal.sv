// SPDX-License-Identifier: Apache-2.0
// tercet_read_port: every request taken appears once on AR, unchanged and stable until ready, the mover's first; never
// more than MaxOutstanding bursts a stream; beats go to whom they are for, weight beats with the marks of their burst;
// quiet_o says exactly when no stream has a burst under way.

module read_port_formal #(
  parameter int AddrW = 8,
  parameter int Max   = 2   // bursts a stream
) (
  input logic             clk_i,
  input logic             mover_valid_i,
  input logic [AddrW-1:0] mover_addr_i,
  input logic [7:0]       mover_len_i,
  input logic             wgt_valid_i,
  input logic [AddrW-1:0] wgt_addr_i,
  input logic [7:0]       wgt_len_i,
  input logic             wgt_last_i,
  input logic             wgt_trit5_i,
  input logic             act_valid_i,
  input logic [AddrW-1:0] act_addr_i,
  input logic [7:0]       act_len_i,
  input logic             arready_i,
  input logic [1:0]       rid_i,
  input logic [1:0]       rresp_i,
  input logic             rlast_i,
  input logic             rvalid_i,
  input logic             track_i   // follow the weight burst that is taken now
);
  localparam int CountW = $clog2(Max) + 1;

  logic             rst_ni, mover_ready, mover_beat, wgt_ready, act_ready, wgt_beat, wgt_beat_last, wgt_beat_trit5, act_beat;
  logic             error, quiet, arvalid;
  logic [1:0]       arid;
  logic [7:0]       code, arlen;
  logic [AddrW-1:0] araddr;

  tercet_read_port #(
    .AddrW         (AddrW),
    .MaxOutstanding(Max)
  ) u_dut (
    .clk_i,
    .rst_ni,
    .mover_valid_i,
    .mover_ready_o   (mover_ready),
    .mover_addr_i,
    .mover_len_i,
    .wgt_valid_i,
    .wgt_ready_o     (wgt_ready),
    .wgt_addr_i,
    .wgt_len_i,
    .wgt_last_i,
    .wgt_trit5_i,
    .act_valid_i,
    .act_ready_o     (act_ready),
    .act_addr_i,
    .act_len_i,
    .mover_beat_o    (mover_beat),
    .wgt_beat_o      (wgt_beat),
    .wgt_beat_last_o (wgt_beat_last),
    .wgt_beat_trit5_o(wgt_beat_trit5),
    .act_beat_o      (act_beat),
    .error_o         (error),
    .code_o          (code),
    .quiet_o         (quiet),
    .arid_o          (arid),
    .araddr_o        (araddr),
    .arlen_o         (arlen),
    .arvalid_o       (arvalid),
    .arready_i,
    .rid_i,
    .rresp_i,
    .rlast_i,
    .rvalid_i
  );

  // Connected to the registers of the design.
  logic [2*Max-1:0]  tags;
  logic [CountW-1:0] wptr, rptr, acts;

  logic              take_mover, take_wgt, take_act, wgt_ends, act_ends, tracked_q, taken_q, stalled_q;
  logic [CountW-1:0] wgt_q, act_q, wgt_bus_q, act_bus_q, ahead_q, place;  // taken; accepted by the bus
  logic [1:0]        mark_q;
  logic [AddrW+9:0]  request, sent_q;                                     // {id, len, addr}
  initial begin
    rst_ni    = 1'b0;
    wgt_q     = '0;
    act_q     = '0;
    wgt_bus_q = '0;
    act_bus_q = '0;
    tracked_q = 1'b0;
    taken_q   = 1'b0;
    stalled_q = 1'b0;
  end

  assign take_mover = rst_ni && mover_valid_i && mover_ready;
  assign take_wgt   = rst_ni && wgt_valid_i && wgt_ready;
  assign take_act   = rst_ni && act_valid_i && act_ready;
  assign wgt_ends   = rvalid_i && rlast_i && rid_i == tercet_hw_pkg::AxiIdWeight;
  assign act_ends   = rvalid_i && rlast_i && rid_i == tercet_hw_pkg::AxiIdAct;
  assign request    = take_mover ? {tercet_hw_pkg::AxiIdMover, mover_len_i, mover_addr_i}
                    : take_wgt ? {tercet_hw_pkg::AxiIdWeight, wgt_len_i, wgt_addr_i}
                    : {tercet_hw_pkg::AxiIdAct, act_len_i, act_addr_i};
  assign place      = rptr + ahead_q;

  // The slave sends beats only for bursts that it accepted.
  always_comb begin
    assume (rid_i != 2'b11);
    if (rvalid_i && rid_i == tercet_hw_pkg::AxiIdWeight) assume (wgt_bus_q != '0);
    if (rvalid_i && rid_i == tercet_hw_pkg::AxiIdAct) assume (act_bus_q != '0);
  end

  logic accept_wgt, accept_act;
  assign accept_wgt = rst_ni && arvalid && arready_i && arid == tercet_hw_pkg::AxiIdWeight;
  assign accept_act = rst_ni && arvalid && arready_i && arid == tercet_hw_pkg::AxiIdAct;

  always_ff @(posedge clk_i) begin
    rst_ni    <= 1'b1;
    wgt_q     <= wgt_q + CountW'(take_wgt) - CountW'(wgt_ends);
    act_q     <= act_q + CountW'(take_act) - CountW'(act_ends);
    wgt_bus_q <= wgt_bus_q + CountW'(accept_wgt) - CountW'(wgt_ends);
    act_bus_q <= act_bus_q + CountW'(accept_act) - CountW'(act_ends);
    taken_q   <= take_mover || take_wgt || take_act;
    stalled_q <= rst_ni && arvalid && !arready_i;
    if (take_mover || take_wgt || take_act) sent_q <= request;
    if (!tracked_q && take_wgt && track_i) begin
      tracked_q <= 1'b1;
      ahead_q   <= wgt_q - CountW'(wgt_ends);
      mark_q    <= {wgt_last_i, wgt_trit5_i};
    end else if (tracked_q && wgt_ends) begin
      tracked_q <= ahead_q != '0;
      ahead_q   <= ahead_q - 1'b1;
    end
  end

  always_comb begin
    if (rst_ni) begin
      // Requests: one at a time, each of them on AR once, stable until it is taken.
      assert (32'(take_mover) + 32'(take_wgt) + 32'(take_act) <= 1);
      assert (arvalid == (taken_q || stalled_q));
      if (arvalid) assert ({arid, arlen, araddr} == sent_q);
      if (stalled_q && !arready_i) assert (!take_mover && !take_wgt && !take_act);
      if (mover_valid_i && (!arvalid || arready_i)) assert (take_mover);
      if (wgt_valid_i && !mover_valid_i && wgt_q != CountW'(Max) && (!arvalid || arready_i)) assert (take_wgt);
      if (act_valid_i && !mover_valid_i && act_q != CountW'(Max) && (!arvalid || arready_i) && !take_wgt) assert (take_act);
      // Beats.
      assert (mover_beat == (rvalid_i && rid_i == tercet_hw_pkg::AxiIdMover));
      assert (wgt_beat == (rvalid_i && rid_i == tercet_hw_pkg::AxiIdWeight));
      assert (act_beat == (rvalid_i && rid_i == tercet_hw_pkg::AxiIdAct));
      if (wgt_beat && tracked_q && ahead_q == '0) begin
        assert (wgt_beat_trit5 == mark_q[0] && wgt_beat_last == (mark_q[1] && rlast_i));
      end
      assert (error == (rvalid_i && rresp_i[1] && !mover_beat));
      assert (quiet == (wgt_q == '0 && act_q == '0));
      // Bounds, and what makes this inductive.
      assert (wgt_q <= CountW'(Max) && act_q <= CountW'(Max));
      assert (wgt_bus_q <= CountW'(Max) && act_bus_q <= CountW'(Max));
      assert (CountW'(wptr - rptr) == wgt_q && acts == act_q);
      assert (wgt_q == wgt_bus_q + CountW'(arvalid && arid == tercet_hw_pkg::AxiIdWeight));
      assert (act_q == act_bus_q + CountW'(arvalid && arid == tercet_hw_pkg::AxiIdAct));
      if (tracked_q) assert (ahead_q < wgt_q);
      for (int i = 0; i < Max; i++) begin
        if (tracked_q && 32'(place) % Max == i) assert (tags[2*i+:2] == mark_q);
      end
    end
    cover (stalled_q && wgt_q == CountW'(Max) && act_q == CountW'(Max));
    cover (tracked_q && ahead_q == '0 && wgt_beat && wgt_beat_last && act_bus_q != '0);
    cover (rst_ni && error && rresp_i == 2'b11);
    cover (stalled_q && arid == tercet_hw_pkg::AxiIdMover && wgt_valid_i && act_valid_i);
  end
endmodule
