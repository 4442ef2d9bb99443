// SPDX-License-Identifier: Apache-2.0
// The counterpart of tercet_columns in the FP16 machine: dot products over Rows binary16 activations with two tiles of
// stationary binary16 weights, summed by a tree of binary32 adders. One token a cycle, latency 1 + log2(Rows) cycles.
//
// The tree adds neighbours, level by level: sum[i] = sum[2i] + sum[2i+1], each rounded to binary32 (to nearest even).
// It is the strongest arrangement of exact IEEE units: a chain of elements with own partial sums needs as many adders
// and registers, and more to pass activations on. A register follows the multipliers and each level, as an adder takes
// about a cycle, and the glitches of one level stop there. Rows is a power of two, at least 2.

module tercet_fp16_columns #(
  parameter  int Rows    = 64,
  parameter  int Columns = 8,
  localparam int Levels  = $clog2(Rows)
) (
  input  logic                       clk_i,
  // Loads one tile's weights of these columns; row r of column c is at 16 * (c * Rows + r).
  input  logic                       load_i,
  input  logic                       load_buf_i,
  input  logic [Columns*16*Rows-1:0] weights_i,
  // One token.
  input  logic                       valid_i,
  input  logic                       use_buf_i,
  input  logic [16*Rows-1:0]         acts_i,
  output logic [32*Columns-1:0]      sums_o
);
  logic [Columns*16*Rows-1:0] tile0_q, tile1_q;
  logic [Levels-1:0]          valid_q;  // a token is in the registers of level l

  always_ff @(posedge clk_i) begin
    if (load_i && !load_buf_i) tile0_q <= weights_i;
    if (load_i && load_buf_i) tile1_q <= weights_i;
    valid_q <= Levels'({valid_q, valid_i});
  end

  for (genvar c = 0; c < Columns; c++) begin : g_column
    // Nodes of the tree as a heap: the sum is 1, node n adds 2n and 2n + 1, the products are Rows .. 2 Rows - 1.
    logic [32*2*Rows-1:32] node_q;

    for (genvar r = 0; r < Rows; r++) begin : g_product
      logic [31:0] product;
      tercet_fp16_mul u_mul (
        .a_i      (acts_i[16*r+:16]),
        .b_i      (use_buf_i ? tile1_q[16*(c*Rows+r)+:16] : tile0_q[16*(c*Rows+r)+:16]),
        .product_o(product)
      );
      always_ff @(posedge clk_i) begin
        if (valid_i) node_q[32*(Rows+r)+:32] <= product;
      end
    end

    for (genvar n = 1; n < Rows; n++) begin : g_sum
      logic [31:0] sum;
      tercet_float_add u_add (
        .a_i  (node_q[32*2*n+:32]),
        .b_i  (node_q[32*(2*n+1)+:32]),
        .sum_o(sum)
      );
      always_ff @(posedge clk_i) begin
        if (valid_q[Levels-$clog2(n+1)]) node_q[32*n+:32] <= sum;
      end
    end

    assign sums_o[32*c+:32] = node_q[63:32];
  end
endmodule
