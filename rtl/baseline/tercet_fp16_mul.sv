// SPDX-License-Identifier: Apache-2.0
// IEEE binary16 x binary16, exactly, as a binary32. Combinational. Subnormals in full, NaN 0x7fc00000.
//
// The product always fits: its significand has 11 + 11 = 22 bits of binary32's 24, and its exponent lies between
// 2^-48 (the smallest subnormal squared) and below 2^32, all normal numbers of binary32. So nothing is rounded
// here, and adding the product to a binary32 is one rounding in all, as in a fused multiply-add.

module tercet_fp16_mul (
  input  logic [15:0] a_i,
  input  logic [15:0] b_i,
  output logic [31:0] product_o
);
  // {leading zeros, what follows the leading 1, left-aligned}, for a value that is not 0. Normal operands make 0 or 1.
  function automatic logic [25:0] normalise(input logic [21:0] value);
    logic [21:0] v;
    logic [4:0]  zeros;
    v = value;
    zeros[4] = v[21:6] == '0;
    if (zeros[4]) v = v << 16;
    zeros[3] = v[21:14] == '0;
    if (zeros[3]) v = v << 8;
    zeros[2] = v[21:18] == '0;
    if (zeros[2]) v = v << 4;
    zeros[1] = v[21:20] == '0;
    if (zeros[1]) v = v << 2;
    zeros[0] = !v[21];
    if (zeros[0]) v = v << 1;
    normalise = {zeros, v[20:0]};
  endfunction

  logic a_normal, b_normal, a_special, b_special, a_zero, b_zero, a_nan, b_nan, sign;
  assign a_normal  = a_i[14:10] != '0;
  assign b_normal  = b_i[14:10] != '0;
  assign a_special = a_i[14:10] == '1;
  assign b_special = b_i[14:10] == '1;
  assign a_zero    = a_i[14:0] == '0;
  assign b_zero    = b_i[14:0] == '0;
  assign a_nan     = a_special && a_i[9:0] != '0;
  assign b_nan     = b_special && b_i[9:0] != '0;
  assign sign      = a_i[15] ^ b_i[15];

  // An operand is significand * 2^(exponent - 25), where a subnormal has exponent 1 and no hidden bit.
  logic [21:0] significand;
  logic [5:0]  exponents;
  assign significand = 22'({a_normal, a_i[9:0]}) * 22'({b_normal, b_i[9:0]});
  assign exponents   = 6'({a_i[14:11], a_i[10] | !a_normal}) + 6'({b_i[14:11], b_i[10] | !b_normal});

  logic [4:0]  zeros;
  logic [20:0] fraction;
  logic [7:0]  exponent;  // 79 .. 158: significand * 2^(exponents - 50) starts at bit 21 - zeros
  assign {zeros, fraction} = normalise(significand);
  assign exponent          = 8'(exponents) + 8'd98 - 8'(zeros);

  always_comb begin
    product_o = {sign, exponent, fraction, 2'b00};
    if (a_nan || b_nan || (a_special && b_zero) || (b_special && a_zero)) begin
      product_o = 32'h7fc0_0000;
    end else if (a_special || b_special) begin
      product_o = {sign, 31'h7f80_0000};
    end else if (a_zero || b_zero) begin
      product_o = {sign, 31'd0};
    end
  end
endmodule
