// SPDX-License-Identifier: Apache-2.0
// What yosys_check.py must refuse: a product, and a sum of products that Yosys merges into one cell.

module multiplier_control (
  input  logic [7:0]  a_i,
  input  logic [7:0]  b_i,
  input  logic [15:0] c_i,
  output logic [16:0] y_o
);
  assign y_o = 17'(c_i) + a_i * b_i;
endmodule
