// SPDX-License-Identifier: Apache-2.0
// A processing element of the FP16 machine: acc = acc + weight * act, weight-stationary, its own accumulator.
// binary16 operands, exact product, binary32 accumulator, one rounding a step (to nearest even). One step a cycle;
// acc_o follows valid_i by three cycles: operand register, product register, accumulator.
//
// first_i starts a new sum from +0. Until then acc_o means nothing; there is no reset. weight_i is taken with load_i
// and works from the next cycle on, also on the operand that is in the operand register then.

module tercet_fp16_mac (
  input  logic        clk_i,
  input  logic        load_i,
  input  logic [15:0] weight_i,
  input  logic        valid_i,
  input  logic        first_i,
  input  logic [15:0] act_i,
  output logic [31:0] acc_o
);
  logic [15:0] weight_q, act_q;
  logic [31:0] product, product_q, sum;
  logic        valid_q, valid_q2, first_q, first_q2;

  tercet_fp16_mul u_mul (
    .a_i      (act_q),
    .b_i      (weight_q),
    .product_o(product)
  );
  tercet_float_add u_add (
    .a_i  (first_q2 ? 32'd0 : acc_o),
    .b_i  (product_q),
    .sum_o(sum)
  );

  always_ff @(posedge clk_i) begin
    valid_q  <= valid_i;
    valid_q2 <= valid_q;
    if (load_i) weight_q <= weight_i;
    if (valid_i) begin
      act_q   <= act_i;
      first_q <= first_i;
    end
    if (valid_q) begin
      product_q <= product;
      first_q2  <= first_q;
    end
    if (valid_q2) acc_o <= sum;
  end
endmodule
