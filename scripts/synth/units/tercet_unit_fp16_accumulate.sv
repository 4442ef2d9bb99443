// SPDX-License-Identifier: Apache-2.0
// For characterisation: tercet_unit_accumulate of the FP16 machine, whose sums are binary32.

module tercet_unit_fp16_accumulate (
  input  logic        clk_i,
  input  logic        valid_i,
  input  logic        first_i,
  input  logic [31:0] stored_i,
  input  logic [31:0] sum_i,
  output logic [31:0] written_o
);
  logic [31:0] sum;
  tercet_float_add u_add (
    .a_i  (first_i ? 32'd0 : stored_i),
    .b_i  (sum_i),
    .sum_o(sum)
  );
  always_ff @(posedge clk_i) begin
    if (valid_i) written_o <= sum;
  end
endmodule
