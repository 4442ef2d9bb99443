// SPDX-License-Identifier: Apache-2.0
// The registers x0 to x31: two combinational reads, one write a cycle, visible in the next. x0 reads 0.
// They are not reset: software writes a register before it reads it.

module tercet_core_regfile (
  input  logic        clk_i,
  input  logic [4:0]  rs1_i,
  input  logic [4:0]  rs2_i,
  output logic [31:0] value1_o,
  output logic [31:0] value2_o,
  input  logic        write_i,
  input  logic [4:0]  rd_i,
  input  logic [31:0] value_i
);
  logic [31:0] x_q [32];

  assign value1_o = (rs1_i == '0) ? '0 : x_q[rs1_i];
  assign value2_o = (rs2_i == '0) ? '0 : x_q[rs2_i];

  always_ff @(posedge clk_i) begin
    if (write_i) x_q[rd_i] <= value_i;
  end
endmodule
