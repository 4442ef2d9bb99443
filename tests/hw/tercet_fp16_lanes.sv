// SPDX-License-Identifier: Apache-2.0
// Lanes multipliers side by side, for the sweep over all pairs: one evaluation multiplies a_i by the Lanes operands
// from b_i on. Combinational.

module tercet_fp16_lanes #(
  parameter int Lanes = 64
) (
  input  logic [15:0]         a_i,
  input  logic [15:0]         b_i,
  output logic [32*Lanes-1:0] products_o
);
  for (genvar i = 0; i < Lanes; i++) begin : g_lane
    tercet_fp16_mul u_mul (
      .a_i,
      .b_i      (b_i + 16'(i)),
      .product_o(products_o[32*i+:32])
    );
  end
endmodule
