// SPDX-License-Identifier: Apache-2.0
// One weight beat (eight bit planes over the rows) into up to five columns of {neg, nz}. Combinational.
// two_bit: plane 2i is nz and plane 2i+1 is neg of column i. trit5: plane b is bit b of each row's code of five
// trits, the block code of ASTC's integer sequences (docs/machine.md), decoded here for all rows at once.

module tercet_trit_decode #(
  parameter  int Rows    = 64,
  localparam int WeightW = 2 * Rows
) (
  input  logic                 trit5_i,
  input  logic [8*Rows-1:0]    beat_i,
  output logic [5*WeightW-1:0] columns_o
);
  // Row-wise select: hi where the row's bit of s is set, else lo.
  function automatic logic [Rows-1:0] select(input logic [Rows-1:0] s, input logic [Rows-1:0] hi,
                                             input logic [Rows-1:0] lo);
    select = (s & hi) | (~s & lo);
  endfunction

  function automatic logic [5*WeightW-1:0] decode5(input logic [8*Rows-1:0] beat);
    logic [Rows-1:0] b0, b1, b2, b3, b4, b5, b6, b7;
    logic [Rows-1:0] long34, two4, c2, c3, c4, two2, two1;
    logic [Rows-1:0] t0_1, t0_0, t1_1, t1_0, t2_1, t2_0, t3_1, t3_0, t4_1, t4_0;
    b0 = beat[0*Rows+:Rows];
    b1 = beat[1*Rows+:Rows];
    b2 = beat[2*Rows+:Rows];
    b3 = beat[3*Rows+:Rows];
    b4 = beat[4*Rows+:Rows];
    b5 = beat[5*Rows+:Rows];
    b6 = beat[6*Rows+:Rows];
    b7 = beat[7*Rows+:Rows];
    // Trits 4 and 3; c4..c0 is the code of the other three (c1 = b1, c0 = b0).
    long34 = b4 & b3 & b2;           // both are 2
    two4   = b6 & b5;                // trit 4 is 2
    t4_1   = long34 | two4;
    t4_0   = ~t4_1 & b7;
    t3_1   = long34 | (~two4 & b6);
    t3_0   = ~long34 & select(two4, b7, b5);
    c4     = select(long34, b7, b4);
    c3     = select(long34, b6, b3);
    c2     = select(long34, b5, b2);
    // Trits 2, 1 and 0.
    two2   = b1 & b0;                // trit 2 is 2, trits 1 and 0 in c4..c2
    two1   = ~two2 & c3 & c2;        // trits 2 and 1 are 2, trit 0 in c1..c0
    t2_1   = two2 | two1;
    t2_0   = ~t2_1 & c4;
    t1_1   = two1 | (~two2 & c3);
    t1_0   = select(two2, c4, ~two1 & c2);
    t0_1   = select(two2, c3, b1);
    t0_0   = select(two2, c2 & ~c3, b0 & (two1 | ~b1));
    // Value 1 is +1 and value 2 is -1: nz is either bit, neg is the high one.
    decode5 = {t4_1, t4_1 | t4_0, t3_1, t3_1 | t3_0, t2_1, t2_1 | t2_0,
               t1_1, t1_1 | t1_0, t0_1, t0_1 | t0_0};
  endfunction

  assign columns_o = trit5_i ? decode5(beat_i) : {{WeightW{1'b0}}, beat_i};
endmodule
