// SPDX-License-Identifier: Apache-2.0
// The mover's buffer, one burst: beats to the mover, words and parts of words to the core. A memory of one port for each
// word of a beat. Data are there in the cycle after they were asked for, a beat until the next one is. While the mover
// is at work the core's accesses are errors.

module tercet_mover_buffer #(
  parameter  int AxiBytes = 64,
  parameter  int Beats    = 16,                      // a power of two
  localparam int IndexW   = $clog2(Beats),
  localparam int ByteW    = $clog2(AxiBytes),
  localparam int AddrW    = IndexW + ByteW
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  // Mover.
  input  logic                  busy_i,
  input  logic                  beat_write_i,
  input  logic                  beat_read_i,
  input  logic [IndexW-1:0]     beat_index_i,
  input  logic [8*AxiBytes-1:0] beat_wdata_i,
  output logic [8*AxiBytes-1:0] beat_rdata_o,
  // Core: held until word_ready_o.
  input  logic                  word_valid_i,
  input  logic                  word_write_i,
  input  logic [AddrW-1:2]      word_addr_i,         // in bytes
  input  logic [31:0]           word_wdata_i,
  input  logic [3:0]            word_strb_i,
  output logic                  word_ready_o,
  output logic                  word_error_o,
  output logic [31:0]           word_rdata_o
);
  localparam int Lanes = AxiBytes / 4;
  localparam int LaneW = ByteW - 2;

  logic              word, answer_q;
  logic [LaneW-1:0]  lane;
  logic [IndexW-1:0] index;

  assign word  = word_valid_i && !busy_i && !answer_q;
  assign lane  = word_addr_i[ByteW-1:2];
  assign index = busy_i ? beat_index_i : word_addr_i[AddrW-1:ByteW];

  for (genvar i = 0; i < Lanes; i++) begin : g_lane
    logic mine;
    assign mine = word && lane == LaneW'(i);
    tercet_tcm #(
      .Words(Beats)
    ) u_words (
      .clk_i,
      .en_i   (busy_i ? beat_write_i || beat_read_i : mine),
      .write_i(busy_i ? {4{beat_write_i}} : word_strb_i & {4{word_write_i}}),
      .addr_i (index),
      .wdata_i(busy_i ? beat_wdata_i[32*i+:32] : word_wdata_i),
      .rdata_o(beat_rdata_o[32*i+:32])
    );
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) answer_q <= 1'b0;
    else answer_q <= word && !word_write_i;
  end

  assign word_ready_o = busy_i || word_write_i || answer_q;
  assign word_error_o = busy_i && !answer_q;
  assign word_rdata_o = beat_rdata_o[32*lane+:32];
endmodule
