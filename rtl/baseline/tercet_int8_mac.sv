// SPDX-License-Identifier: Apache-2.0
// A processing element of the INT8 machine: acc = acc + weight * act, weight-stationary, its own accumulator.
// One step a cycle; acc_o follows valid_i by two cycles: operand register, accumulator.
//
// first_i starts a new sum from 0; there is no reset. weight_i is taken with load_i and works from the next cycle on,
// also on the operand that is in the operand register then.
// Bound: |weight * act| <= 2^14, so 32 bits hold any sum of fewer than 2^17 steps.

module tercet_int8_mac (
  input  logic               clk_i,
  input  logic               load_i,
  input  logic signed [7:0]  weight_i,
  input  logic               valid_i,
  input  logic               first_i,
  input  logic signed [7:0]  act_i,
  output logic signed [31:0] acc_o
);
  logic signed [7:0]  weight_q, act_q;
  logic signed [15:0] product;
  logic               valid_q, first_q;

  assign product = 16'(act_q) * 16'(weight_q);

  always_ff @(posedge clk_i) begin
    valid_q <= valid_i;
    if (load_i) weight_q <= weight_i;
    if (valid_i) begin
      act_q   <= act_i;
      first_q <= first_i;
    end
    if (valid_q) acc_o <= (first_q ? 32'sd0 : acc_o) + 32'(product);
  end
endmodule
