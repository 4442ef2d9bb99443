// SPDX-License-Identifier: Apache-2.0
// tercet_core_alu on every pair of words gives what Verilog's operators give; comparisons hold while it subtracts.

module core_alu_formal (
  input logic        clk_i,
  input logic [3:0]  op_i,
  input logic [31:0] a_i,
  input logic [31:0] b_i
);
  logic [31:0] result, expected;
  logic        equal, less, less_unsigned;

  tercet_core_alu u_dut (
    .op_i,
    .a_i,
    .b_i,
    .result_o       (result),
    .equal_o        (equal),
    .less_o         (less),
    .less_unsigned_o(less_unsigned)
  );

  logic known;
  always_comb begin
    known    = 1'b1;
    expected = '0;
    case (op_i)
      4'b0000: expected = a_i + b_i;
      4'b1000: expected = a_i - b_i;
      4'b0001: expected = a_i << b_i[4:0];
      4'b0010: expected = ($signed(a_i) < $signed(b_i)) ? 32'd1 : 32'd0;
      4'b0011: expected = (a_i < b_i) ? 32'd1 : 32'd0;
      4'b0100: expected = a_i ^ b_i;
      4'b0101: expected = a_i >> b_i[4:0];
      4'b1101: expected = $signed(a_i) >>> b_i[4:0];
      4'b0110: expected = a_i | b_i;
      4'b0111: expected = a_i & b_i;
      default: known = 1'b0;
    endcase
  end

  always_comb begin
    if (known) assert (result == expected);
    assert (equal == (a_i == b_i));
    if (op_i == 4'b1000) assert (less == ($signed(a_i) < $signed(b_i)) && less_unsigned == (a_i < b_i));
    cover (op_i == 4'b1101 && result == 32'hffff_ff80);
    cover (op_i == 4'b1000 && less && !less_unsigned);
  end
endmodule
