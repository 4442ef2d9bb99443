// SPDX-License-Identifier: Apache-2.0
// Columns of any height, one activation bit at a time: setting bit b of one row's activation adds exactly
// w · 2^b (bit 7: -w · 128) to the sum, whatever the other bits and weights are; and all-zero activations give 0.
// By induction over the bits the sum is then the dot product. Two copies of the design see the two activations.

module columns_step_formal #(
  parameter  int Rows    = 16,
  localparam int SumW    = 9 + $clog2(Rows),
  localparam int RowW    = $clog2(Rows),
  localparam int WeightW = 2 * Rows
) (
  input logic               clk_i,
  input logic               load_i,
  input logic [WeightW-1:0] weights_i,
  input logic               valid_i,
  input logic [8*Rows-1:0]  planes_i,
  input logic [RowW-1:0]    row_i,
  input logic [2:0]         bit_i
);
  logic [SumW-1:0]    sum_clear, sum_set;
  logic [WeightW-1:0] tile_clear, tile_set;  // connected to the registers of the designs
  logic [8*Rows-1:0]  change;

  always_comb begin
    change = '0;
    for (int b = 0; b < 8; b++) begin
      for (int r = 0; r < Rows; r++) change[b*Rows+r] = bit_i == 3'(b) && row_i == RowW'(r);
    end
  end

  tercet_columns #(
    .Rows   (Rows),
    .Columns(1)
  ) u_clear (
    .clk_i,
    .load_i,
    .load_buf_i(1'b0),
    .weights_i,
    .valid_i,
    .use_buf_i (1'b0),
    .planes_i  (planes_i & ~change),
    .sums_o    (sum_clear)
  );

  tercet_columns #(
    .Rows   (Rows),
    .Columns(1)
  ) u_set (
    .clk_i,
    .load_i,
    .load_buf_i(1'b0),
    .weights_i,
    .valid_i,
    .use_buf_i (1'b0),
    .planes_i  (planes_i | change),
    .sums_o    (sum_set)
  );

  function automatic logic [SumW-1:0] step(input logic [WeightW-1:0] weight,
                                           input logic [RowW-1:0] row, input logic [2:0] pos);
    logic negative;
    negative = weight[32'(row)+Rows] != (pos == 3'd7);
    step = '0;
    if (weight[32'(row)]) step = negative ? -(SumW'(1) << pos) : SumW'(1) << pos;
  endfunction

  logic [WeightW-1:0] golden_q;
  logic [SumW-1:0]    step_q;
  logic               loaded_q, known_q, zero_q;
  initial begin
    loaded_q = 1'b0;
    known_q  = 1'b0;
    zero_q   = 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (load_i) begin
      golden_q <= weights_i;
      loaded_q <= 1'b1;
    end
    if (valid_i) begin
      known_q <= loaded_q;
      step_q  <= step(golden_q, row_i, bit_i);
      zero_q  <= (planes_i & ~change) == '0;
    end
  end

  always_comb begin
    if (loaded_q) assert (tile_clear == golden_q && tile_set == golden_q);
    if (known_q) assert (SumW'(sum_set - sum_clear) == step_q);
    if (known_q && zero_q) assert (sum_clear == '0);
    cover (known_q && zero_q && step_q == SumW'(128));
    cover (known_q && sum_set == SumW'(128 * Rows));
  end
endmodule
