// SPDX-License-Identifier: Apache-2.0
// Shares the AXI read channels between the mover, the weight and the activation stream, told apart by AXI id.
// The mover, which has one burst under way, goes first; then the weights: they run ahead only as far as their FIFO,
// after which the activations have the bus. Beats are always taken (the streams hold credits). A slave may
// interleave the ids. Errors and quiet_o are those of the streams; the mover sees to its own.

module tercet_read_port #(
  parameter  int AddrW          = 40,
  parameter  int MaxOutstanding = 16,  // bursts a stream
  localparam int CountW         = $clog2(MaxOutstanding + 1)
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  // Requests.
  input  logic             mover_valid_i,
  output logic             mover_ready_o,
  input  logic [AddrW-1:0] mover_addr_i,
  input  logic [7:0]       mover_len_i,
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
  output logic             mover_beat_o,
  output logic             wgt_beat_o,
  output logic             wgt_beat_last_o,
  output logic             wgt_beat_trit5_o,
  output logic             act_beat_o,
  output logic             error_o,
  output logic [7:0]       code_o,
  output logic             quiet_o,      // no burst of a stream under way
  // AXI.
  output logic [1:0]       arid_o,
  output logic [AddrW-1:0] araddr_o,
  output logic [7:0]       arlen_o,
  output logic             arvalid_o,
  input  logic             arready_i,
  input  logic [1:0]       rid_i,
  input  logic [1:0]       rresp_i,
  input  logic             rlast_i,
  input  logic             rvalid_i
);
  logic [CountW-1:0] acts_q;
  logic              free, act_room, wgt_room, take_mover, take_wgt, take_act, tag_valid, ends;
  logic              is_mover, is_wgt, is_act;

  assign free       = !arvalid_o || arready_i;
  assign act_room   = acts_q != CountW'(MaxOutstanding);
  assign take_mover = free && mover_valid_i;
  assign take_wgt   = free && wgt_valid_i && wgt_room && !mover_valid_i;
  assign take_act   = free && act_valid_i && act_room && !mover_valid_i && !take_wgt;
  assign ends       = rvalid_i && rlast_i;
  assign is_mover   = rid_i == tercet_hw_pkg::AxiIdMover;
  assign is_wgt     = rid_i == tercet_hw_pkg::AxiIdWeight;
  assign is_act     = !is_mover && !is_wgt;

  assign mover_ready_o = take_mover;
  assign wgt_ready_o   = take_wgt;
  assign act_ready_o   = take_act;

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

  assign mover_beat_o    = rvalid_i && is_mover;
  assign wgt_beat_o      = rvalid_i && is_wgt;
  assign act_beat_o      = rvalid_i && is_act;
  assign wgt_beat_last_o = tag_last && rlast_i;
  assign quiet_o         = !tag_valid && acts_q == '0;
  assign error_o         = rvalid_i && rresp_i[1] && !is_mover;
  assign code_o          = rresp_i[0] ? tercet_hw_pkg::ErrReadDecerr : tercet_hw_pkg::ErrReadSlverr;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      arvalid_o <= 1'b0;
      acts_q    <= '0;
    end else begin
      arvalid_o <= take_mover || take_wgt || take_act || (arvalid_o && !arready_i);
      acts_q    <= acts_q + CountW'(take_act) - CountW'(ends && is_act);
    end
  end

  always_ff @(posedge clk_i) begin
    if (take_mover) begin
      arid_o   <= tercet_hw_pkg::AxiIdMover;
      araddr_o <= mover_addr_i;
      arlen_o  <= mover_len_i;
    end else if (take_wgt) begin
      arid_o   <= tercet_hw_pkg::AxiIdWeight;
      araddr_o <= wgt_addr_i;
      arlen_o  <= wgt_len_i;
    end else if (take_act) begin
      arid_o   <= tercet_hw_pkg::AxiIdAct;
      araddr_o <= act_addr_i;
      arlen_o  <= act_len_i;
    end
  end
endmodule
