// SPDX-License-Identifier: Apache-2.0
// Integer operations of RV32I on two words, combinational. One adder subtracts and compares too (the comparisons
// hold for AluSub, AluSlt and AluSltu); one shifter to the right serves left shifts with the bits reversed.

module tercet_core_alu (
  input  logic [3:0]  op_i,
  input  logic [31:0] a_i,
  input  logic [31:0] b_i,
  output logic [31:0] result_o,
  output logic        equal_o,
  output logic        less_o,
  output logic        less_unsigned_o
);
  function automatic logic [31:0] reverse(input logic [31:0] word);
    for (int i = 0; i < 32; i++) reverse[i] = word[31-i];
  endfunction

  logic        subtract, left;
  logic [32:0] sum;  // bit 32: carry, which a subtraction lacks when it borrows
  logic [31:0] to_shift, shifted;

  assign subtract        = op_i[3] || op_i[2:1] == 2'b01;
  assign sum             = {1'b0, a_i} + {1'b0, b_i ^ {32{subtract}}} + 33'(subtract);
  assign equal_o         = a_i == b_i;
  assign less_unsigned_o = !sum[32];
  assign less_o          = (a_i[31] == b_i[31]) ? sum[31] : a_i[31];

  assign left     = !op_i[2];
  assign to_shift = left ? reverse(a_i) : a_i;
  assign shifted  = 32'($signed({op_i[3] && a_i[31], to_shift}) >>> b_i[4:0]);

  always_comb begin
    result_o = sum[31:0];
    case (op_i)
      tercet_core_pkg::AluSll:  result_o = reverse(shifted);
      tercet_core_pkg::AluSlt:  result_o = 32'(less_o);
      tercet_core_pkg::AluSltu: result_o = 32'(less_unsigned_o);
      tercet_core_pkg::AluXor:  result_o = a_i ^ b_i;
      tercet_core_pkg::AluSrl, tercet_core_pkg::AluSra: result_o = shifted;
      tercet_core_pkg::AluOr:   result_o = a_i | b_i;
      tercet_core_pkg::AluAnd:  result_o = a_i & b_i;
      default: ;  // AluAdd, AluSub
    endcase
  end
endmodule
