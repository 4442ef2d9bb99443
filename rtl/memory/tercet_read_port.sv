// SPDX-License-Identifier: Apache-2.0
// Shares the AXI read channels between the weight and the activation stream, told apart by AXI id.
// Weights first: they run ahead only as far as their FIFO, after which the activations have the bus.
// Beats are always taken (the streams hold credits). A slave may interleave the two ids.

module tercet_read_port #(
  parameter  int AddrW          = 40,
  parameter  int MaxOutstanding = 16,  // bursts a stream
  localparam int CountW         = $clog2(MaxOutstanding + 1)
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  // Requests.
  input  logic             wgt_valid_i,
  output logic             wgt_ready_o,
  input  logic [AddrW-1:0] wgt_addr_i,
  input  logic [7:0]       wgt_len_i,
  input  logic             wgt_last_i,   // the pass ends with this burst
  input  logic             wgt_trit5_i,
  input  logic             act_valid_i,
  output logic             act_ready_o,
  input  logic [AddrW-1:0] act_addr_i,
  input  logic [7:0]       act_len_i,
  // Beats.
  output logic             wgt_beat_o,
  output logic             wgt_beat_last_o,
  output logic             wgt_beat_trit5_o,
  output logic             act_beat_o,
  output logic             error_o,
  output logic [7:0]       code_o,
  output logic             quiet_o,      // no burst under way
  // AXI.
  output logic             arid_o,
  output logic [AddrW-1:0] araddr_o,
  output logic [7:0]       arlen_o,
  output logic             arvalid_o,
  input  logic             arready_i,
  input  logic             rid_i,
  input  logic [1:0]       rresp_i,
  input  logic             rlast_i,
  input  logic             rvalid_i
);
  logic [CountW-1:0] acts_q;
  logic              free, act_room, wgt_room, take_wgt, take_act, tag_valid, is_wgt, ends;

  assign free     = !arvalid_o || arready_i;
  assign act_room = acts_q != CountW'(MaxOutstanding);
  assign take_wgt = free && wgt_valid_i && wgt_room;
  assign take_act = free && act_valid_i && act_room && !take_wgt;
  assign ends     = rvalid_i && rlast_i;
  assign is_wgt   = rid_i == tercet_hw_pkg::AxiIdWeight;

  assign wgt_ready_o = take_wgt;
  assign act_ready_o = take_act;

  // What the weight bursts under way are for.
  logic tag_last;
  tercet_fifo #(
    .Width(2),
    .Depth(MaxOutstanding)
  ) u_tags (
    .clk_i,
    .rst_ni,
    .flush_i(1'b0),
    .valid_i(take_wgt),
    .ready_o(wgt_room),
    .data_i ({wgt_last_i, wgt_trit5_i}),
    .valid_o(tag_valid),
    .ready_i(ends && is_wgt),
    .data_o ({tag_last, wgt_beat_trit5_o})
  );

  assign wgt_beat_o      = rvalid_i && is_wgt;
  assign act_beat_o      = rvalid_i && !is_wgt;
  assign wgt_beat_last_o = tag_last && rlast_i;
  assign quiet_o         = !tag_valid && acts_q == '0;
  assign error_o         = rvalid_i && rresp_i[1];
  assign code_o          = rresp_i[0] ? tercet_hw_pkg::ErrReadDecerr : tercet_hw_pkg::ErrReadSlverr;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      arvalid_o <= 1'b0;
      acts_q    <= '0;
    end else begin
      arvalid_o <= take_wgt || take_act || (arvalid_o && !arready_i);
      acts_q    <= acts_q + CountW'(take_act) - CountW'(ends && !is_wgt);
    end
  end

  always_ff @(posedge clk_i) begin
    if (take_wgt || take_act) begin
      arid_o   <= take_wgt ? tercet_hw_pkg::AxiIdWeight : tercet_hw_pkg::AxiIdAct;
      araddr_o <= take_wgt ? wgt_addr_i : act_addr_i;
      arlen_o  <= take_wgt ? wgt_len_i : act_len_i;
    end
  end
endmodule
