// SPDX-License-Identifier: Apache-2.0
// A group of ternary dot-product columns with two weight tiles, one working while the other loads.
// Latency 1 cycle (sums_o is registered); one token a cycle. Nothing toggles unless valid_i or load_i is set.
//
// Activations arrive as eight bit planes (plane b holds bit b of every row's int8). A lane is
// ((x & nz) ^ neg): x, 0 or ~x; the missing +1 of each negation is one popcount of neg per column. The adder
// tree is ordered by bit weight: each plane of lanes is counted, then the counts are added at their weights:
//     sum = Σ_b 2^b · popcount(lane_b) + popcount(neg),   bit 7 weighing -128.
// Counting lane_7 inverted turns that into unsigned sums minus 128 · Rows. Counts live side by side in
// one vector (2-, 4-, 8-, 16-bit lanes, each with room for its maximum, so no carry crosses lanes).
//
// Bound: |sum| <= 128 · Rows, reached by x = -128 against w = -1; SumW bits hold it.

module tercet_columns #(
  parameter  int Rows    = 64,
  parameter  int Columns = 8,
  localparam int SumW    = 9 + $clog2(Rows),
  localparam int WeightW = 2 * Rows  // one column: {neg, nz}
) (
  input  logic                       clk_i,
  // Loads one tile's weights of these columns.
  input  logic                       load_i,
  input  logic                       load_buf_i,
  input  logic [Columns*WeightW-1:0] weights_i,
  // One token.
  input  logic                       valid_i,
  input  logic                       use_buf_i,
  input  logic [8*Rows-1:0]          planes_i,
  output logic [Columns*SumW-1:0]    sums_o
);
  localparam int W = (Rows < 16) ? 16 : Rows;  // width of the counting vectors

  localparam logic [W-1:0] Lanes2  = {(W / 2){2'b01}};
  localparam logic [W-1:0] Lanes4  = {(W / 4){4'h3}};
  localparam logic [W-1:0] Lanes8  = {(W / 8){8'h0f}};
  localparam logic [W-1:0] Lanes16 = {(W / 16){16'h00ff}};

  // Ones in each 4-bit lane: at most 4.
  function automatic logic [W-1:0] count4(input logic [Rows-1:0] bits);
    logic [W-1:0] v;
    v = W'(bits);
    v = (v & Lanes2) + ((v >> 1) & Lanes2);
    count4 = (v & Lanes4) + ((v >> 2) & Lanes4);
  endfunction

  // Adds neighbouring 4-bit lanes into 8-bit ones.
  function automatic logic [W-1:0] widen8(input logic [W-1:0] v);
    widen8 = (v & Lanes8) + ((v >> 4) & Lanes8);
  endfunction

  // Adds neighbouring 8-bit lanes into 16-bit ones.
  function automatic logic [W-1:0] widen16(input logic [W-1:0] v);
    widen16 = (v & Lanes16) + ((v >> 8) & Lanes16);
  endfunction

  function automatic logic [Rows-1:0] lanes(input logic [Rows-1:0] plane,
                                            input logic [WeightW-1:0] weight);
    lanes = (plane & weight[Rows-1:0]) ^ weight[WeightW-1:Rows];
  endfunction

  function automatic logic [SumW-1:0] column_sum(input logic [8*Rows-1:0] planes,
                                                 input logic [WeightW-1:0] weight);
    logic [W-1:0] c01, c23, c45, c67, low, high, v;
    logic [SumW-1:0] total;
    c01 = count4(lanes(planes[0*Rows+:Rows], weight)) +
          (count4(lanes(planes[1*Rows+:Rows], weight)) << 1);  // <= 4 + 8
    c23 = count4(lanes(planes[2*Rows+:Rows], weight)) +
          (count4(lanes(planes[3*Rows+:Rows], weight)) << 1);
    c45 = count4(lanes(planes[4*Rows+:Rows], weight)) +
          (count4(lanes(planes[5*Rows+:Rows], weight)) << 1);
    c67 = count4(lanes(planes[6*Rows+:Rows], weight)) +
          (count4(~lanes(planes[7*Rows+:Rows], weight)) << 1);
    low  = widen8(c01) + (widen8(c23) << 2) + widen8(count4(weight[WeightW-1:Rows]));  // <= 24 + 96 + 8
    high = widen8(c45) + (widen8(c67) << 2);                                          // <= 24 + 96
    v    = widen16(low) + (widen16(high) << 4);                                       // <= 256 + 3840
    total = '0;
    for (int i = 0; i < W / 16; i++) total = total + SumW'(v[16*i+:16]);
    column_sum = total - SumW'(128 * Rows);
  endfunction

  logic [Columns*WeightW-1:0] tile0_q, tile1_q;

  always_ff @(posedge clk_i) begin
    if (load_i && !load_buf_i) tile0_q <= weights_i;
    if (load_i && load_buf_i) tile1_q <= weights_i;
  end

  for (genvar c = 0; c < Columns; c++) begin : g_column
    always_ff @(posedge clk_i) begin
      if (valid_i) begin
        sums_o[c*SumW+:SumW] <= column_sum(
            planes_i, use_buf_i ? tile1_q[c*WeightW+:WeightW] : tile0_q[c*WeightW+:WeightW]);
      end
    end
  end
endmodule
