// SPDX-License-Identifier: Apache-2.0
// A ternary processing element with its own accumulator: the lane of tercet_columns in the form of the FP16 and INT8
// elements, so that like is compared with like. The engine itself has no such element: it adds up columns.
// acc = acc + {nz, neg} * act; acc_o follows valid_i by two cycles: operand register, accumulator.
//
// first_i starts a new sum from 0; there is no reset. weight_i is taken with load_i and works from the next cycle on,
// also on the operand that is in the operand register then.
// Bound: as in tercet_accum, 24 bits hold 65,535 steps.

module tercet_ternary_mac (
  input  logic               clk_i,
  input  logic               load_i,
  input  logic [1:0]         weight_i,  // {neg, nz}
  input  logic               valid_i,
  input  logic               first_i,
  input  logic [7:0]         act_i,
  output logic signed [23:0] acc_o
);
  logic [7:0] act_q, lane;
  logic       nz_q, neg_q, valid_q, first_q;

  assign lane = (act_q & {8{nz_q}}) ^ {8{neg_q}};

  always_ff @(posedge clk_i) begin
    valid_q <= valid_i;
    if (load_i) {neg_q, nz_q} <= weight_i;
    if (valid_i) begin
      act_q   <= act_i;
      first_q <= first_i;
    end
    if (valid_q) begin
      acc_o <= (first_q ? 24'sd0 : acc_o) + 24'($signed(lane)) + 24'($unsigned(neg_q));
    end
  end
endmodule
