// SPDX-License-Identifier: Apache-2.0
// What yosys_check.py must refuse: a latch.

module latch_control (
  input  logic en_i,
  input  logic d_i,
  output logic q_o
);
  always @(*) begin
    if (en_i) q_o = d_i;
  end
endmodule
