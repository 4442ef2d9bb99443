// SPDX-License-Identifier: Apache-2.0
// For characterisation: the addition that the papers count as a ternary operation. Combinational.

module tercet_unit_int8_add (
  input  logic [7:0] a_i,
  input  logic [7:0] b_i,
  output logic [7:0] sum_o
);
  assign sum_o = a_i + b_i;
endmodule
