// SPDX-License-Identifier: Apache-2.0
// Taller columns, one activation bit at a time: flipping bit b of row r changes the sum by exactly w · 2^b (bit 7:
// by -w · 128), whatever all other bits and weights are, for every b and r; and all-zero activations give 0. By
// induction over the set bits the sum is then the dot product. Each copy of the design sees one bit flipped. RowLo and
// RowHi choose the rows, so that a tall column can be proved a few rows at a time.

module columns_step_formal #(
  parameter  int Rows    = 4,
  parameter  int RowLo   = 0,
  parameter  int RowHi   = Rows - 1,
  localparam int SumW    = 9 + $clog2(Rows),
  localparam int WeightW = 2 * Rows
) (
  input logic               clk_i,
  input logic               load_i,
  input logic [WeightW-1:0] weights_i,
  input logic               valid_i,
  input logic [8*Rows-1:0]  planes_i
);
  logic [SumW-1:0] sum;

  tercet_columns #(
    .Rows   (Rows),
    .Columns(1)
  ) u_dut (
    .clk_i,
    .load_i,
    .load_buf_i(1'b0),
    .weights_i,
    .valid_i,
    .use_buf_i (1'b0),
    .planes_i,
    .sums_o    (sum)
  );

  // The token of the cycle before, and the weights it met.
  logic [WeightW-1:0] weight_q, used_q;
  logic [8*Rows-1:0]  planes_q;
  logic               loaded_q, known_q;
  initial begin
    loaded_q = 1'b0;
    known_q  = 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (load_i) begin
      weight_q <= weights_i;
      loaded_q <= 1'b1;
    end
    if (valid_i) begin
      planes_q <= planes_i;
      used_q   <= weight_q;
      known_q  <= loaded_q;
    end
  end

  always_comb begin
    if (known_q && planes_q == '0) assert (sum == '0);
  end

  for (genvar r = RowLo; r <= RowHi; r++) begin : g_row
    for (genvar b = 0; b < 8; b++) begin : g_bit
      logic [SumW-1:0] flipped, step;
      logic            up;

      tercet_columns #(
        .Rows   (Rows),
        .Columns(1)
      ) u_flipped (
        .clk_i,
        .load_i,
        .load_buf_i(1'b0),
        .weights_i,
        .valid_i,
        .use_buf_i (1'b0),
        .planes_i  (planes_i ^ ((8 * Rows)'(1) << (b * Rows + r))),
        .sums_o    (flipped)
      );

      // Setting the bit moves the sum up for +1, but bit 7 counts negative.
      assign up = (used_q[Rows+r] == (b == 7)) == !planes_q[b*Rows+r];

      always_comb begin
        step = '0;
        if (used_q[r]) step = up ? SumW'(1 << b) : -(SumW'(1 << b));
        if (known_q) assert (SumW'(flipped - sum) == step);
      end
    end
  end
endmodule
