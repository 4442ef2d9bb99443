// SPDX-License-Identifier: Apache-2.0
// tercet_columns gives the sum of x · w, one cycle after the token, for every weight code and activation.
// A code {neg, nz} means -1 when both bits are set, +1 for nz alone, and 0 without nz.

module columns_formal #(
  parameter  int Rows    = 1,
  parameter  int Columns = 1,
  localparam int SumW    = 9 + $clog2(Rows),
  localparam int WeightW = 2 * Rows
) (
  input logic                       clk_i,
  input logic                       load_i,
  input logic                       load_buf_i,
  input logic [Columns*WeightW-1:0] weights_i,
  input logic                       valid_i,
  input logic                       use_buf_i,
  input logic [8*Rows-1:0]          planes_i
);
  logic [Columns*SumW-1:0]    sums;
  logic [Columns*WeightW-1:0] tile0, tile1;  // connected to the registers of the design

  tercet_columns #(
    .Rows   (Rows),
    .Columns(Columns)
  ) u_dut (
    .clk_i,
    .load_i,
    .load_buf_i,
    .weights_i,
    .valid_i,
    .use_buf_i,
    .planes_i,
    .sums_o(sums)
  );

  function automatic logic [SumW-1:0] product(input logic [7:0] x, input logic nz, input logic neg);
    product = '0;
    if (nz) product = neg ? -(SumW'($signed(x))) : SumW'($signed(x));
  endfunction

  function automatic logic [SumW-1:0] dot(input logic [8*Rows-1:0] planes,
                                          input logic [WeightW-1:0] weight);
    logic [7:0] x;
    dot = '0;
    for (int r = 0; r < Rows; r++) begin
      for (int b = 0; b < 8; b++) x[b] = planes[b*Rows+r];
      dot = dot + product(x, weight[r], weight[Rows+r]);
    end
  endfunction

  // What the design must hold: both tiles, the sums of the last token.
  logic [Columns*WeightW-1:0] golden0_q, golden1_q;
  logic [Columns*SumW-1:0]    expected_q;
  logic                       known0_q, known1_q, known_q;
  initial begin
    known0_q = 1'b0;
    known1_q = 1'b0;
    known_q  = 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (load_i && !load_buf_i) begin
      golden0_q <= weights_i;
      known0_q  <= 1'b1;
    end
    if (load_i && load_buf_i) begin
      golden1_q <= weights_i;
      known1_q  <= 1'b1;
    end
    if (valid_i) begin
      known_q <= use_buf_i ? known1_q : known0_q;
      for (int c = 0; c < Columns; c++) begin
        expected_q[c*SumW+:SumW] <= dot(planes_i, use_buf_i ? golden1_q[c*WeightW+:WeightW]
                                                            : golden0_q[c*WeightW+:WeightW]);
      end
    end
  end

  always_comb begin
    if (known0_q) assert (tile0 == golden0_q);
    if (known1_q) assert (tile1 == golden1_q);
    if (known_q) assert (sums == expected_q);
    cover (known_q && sums[SumW-1:0] == SumW'(128 * Rows));
    cover (known_q && sums[SumW-1:0] == SumW'(-128 * Rows));
  end
endmodule
