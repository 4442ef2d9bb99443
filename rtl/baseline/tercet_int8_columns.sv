// SPDX-License-Identifier: Apache-2.0
// The counterpart of tercet_columns in the INT8 machine: dot products over Rows INT8 activations with two tiles of
// stationary INT8 weights. One token a cycle, latency 2 cycles: a register holds the glitches of the multipliers back
// from the adder tree.
//
// Bound: |sum| <= 2^14 * Rows, reached by -128 against -128; SumW bits hold it.

module tercet_int8_columns #(
  parameter  int Rows    = 64,
  parameter  int Columns = 8,
  localparam int SumW    = 16 + $clog2(Rows)
) (
  input  logic                      clk_i,
  // Loads one tile's weights of these columns; row r of column c is at 8 * (c * Rows + r).
  input  logic                      load_i,
  input  logic                      load_buf_i,
  input  logic [Columns*8*Rows-1:0] weights_i,
  // One token.
  input  logic                      valid_i,
  input  logic                      use_buf_i,
  input  logic [8*Rows-1:0]         acts_i,
  output logic [Columns*SumW-1:0]   sums_o
);
  function automatic logic [16*Rows-1:0] multiply(input logic [8*Rows-1:0] acts,
                                                  input logic [8*Rows-1:0] weights);
    for (int r = 0; r < Rows; r++) begin
      multiply[16*r+:16] = 16'($signed(acts[8*r+:8])) * 16'($signed(weights[8*r+:8]));
    end
  endfunction

  function automatic logic [SumW-1:0] add_up(input logic [16*Rows-1:0] products);
    add_up = '0;
    for (int r = 0; r < Rows; r++) add_up = add_up + SumW'($signed(products[16*r+:16]));
  endfunction

  logic [Columns*8*Rows-1:0]  tile0_q, tile1_q;
  logic                       valid_q;

  always_ff @(posedge clk_i) begin
    if (load_i && !load_buf_i) tile0_q <= weights_i;
    if (load_i && load_buf_i) tile1_q <= weights_i;
    valid_q <= valid_i;
  end

  for (genvar c = 0; c < Columns; c++) begin : g_column
    logic [16*Rows-1:0] products_q;
    always_ff @(posedge clk_i) begin
      if (valid_i) begin
        products_q <= multiply(
            acts_i, use_buf_i ? tile1_q[c*8*Rows+:8*Rows] : tile0_q[c*8*Rows+:8*Rows]);
      end
      if (valid_q) sums_o[c*SumW+:SumW] <= add_up(products_q);
    end
  end
endmodule
