// SPDX-License-Identifier: Apache-2.0
// Gives the AXI write channels to the output stage or, when it has no burst under way and the mover asks, to the
// mover. While the mover asks, the output stage must announce no burst (hold_o), so that it stays quiet.

module tercet_write_port #(
  parameter int AddrW    = 40,
  parameter int AxiBytes = 64
) (
  // Output stage.
  input  logic                  out_quiet_i,   // no burst announced and unanswered
  output logic                  out_hold_o,
  input  logic                  out_awvalid_i,
  output logic                  out_awready_o,
  input  logic [AddrW-1:0]      out_awaddr_i,
  input  logic [7:0]            out_awlen_i,
  input  logic                  out_wvalid_i,
  output logic                  out_wready_o,
  input  logic [8*AxiBytes-1:0] out_wdata_i,
  input  logic [AxiBytes-1:0]   out_wstrb_i,
  input  logic                  out_wlast_i,
  output logic                  out_bvalid_o,
  // Mover: asks until its response has come.
  input  logic                  mover_ask_i,
  output logic                  mover_own_o,
  input  logic                  mover_awvalid_i,
  output logic                  mover_awready_o,
  input  logic [AddrW-1:0]      mover_awaddr_i,
  input  logic [7:0]            mover_awlen_i,
  input  logic                  mover_wvalid_i,
  output logic                  mover_wready_o,
  input  logic [8*AxiBytes-1:0] mover_wdata_i,
  input  logic                  mover_wlast_i,
  output logic                  mover_bvalid_o,
  // AXI.
  output logic                  awvalid_o,
  input  logic                  awready_i,
  output logic [AddrW-1:0]      awaddr_o,
  output logic [7:0]            awlen_o,
  output logic                  wvalid_o,
  input  logic                  wready_i,
  output logic [8*AxiBytes-1:0] wdata_o,
  output logic [AxiBytes-1:0]   wstrb_o,
  output logic                  wlast_o,
  input  logic                  bvalid_i
);
  logic own;

  assign own         = mover_ask_i && out_quiet_i;
  assign mover_own_o = own;
  assign out_hold_o  = mover_ask_i;

  assign awvalid_o = own ? mover_awvalid_i : out_awvalid_i;
  assign awaddr_o  = own ? mover_awaddr_i : out_awaddr_i;
  assign awlen_o   = own ? mover_awlen_i : out_awlen_i;
  assign wvalid_o  = own ? mover_wvalid_i : out_wvalid_i;
  assign wdata_o   = own ? mover_wdata_i : out_wdata_i;
  assign wstrb_o   = own ? '1 : out_wstrb_i;
  assign wlast_o   = own ? mover_wlast_i : out_wlast_i;

  assign out_awready_o   = !own && awready_i;
  assign out_wready_o    = !own && wready_i;
  assign out_bvalid_o    = !own && bvalid_i;
  assign mover_awready_o = own && awready_i;
  assign mover_wready_o  = own && wready_i;
  assign mover_bvalid_o  = own && bvalid_i;
endmodule
