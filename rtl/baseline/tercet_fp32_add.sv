// SPDX-License-Identifier: Apache-2.0
// IEEE binary32 addition, rounding to nearest, ties to even. Combinational. Subnormals in full, NaN 0x7fc00000.
//
// One path: order by magnitude, align, add or subtract, normalise, round. 27 bits hold the significand (24), and
// guard, round and sticky; that is enough as only a shift by one can be followed by a long normalisation. A
// subnormal counts as exponent 1 without hidden bit, and normalisation stops at exponent 1. The fields are then
// put together by one addition: the hidden bit and the carry of rounding step the exponent.

module tercet_fp32_add (
  input  logic [31:0] a_i,
  input  logic [31:0] b_i,
  output logic [31:0] sum_o
);
  // Leading zeros of 27 bits; 31 or less for 0, which the caller does not use.
  function automatic logic [4:0] leading_zeros(input logic [26:0] value);
    logic [26:0] v;
    v = value;
    leading_zeros[4] = v[26:11] == '0;
    if (leading_zeros[4]) v = v << 16;
    leading_zeros[3] = v[26:19] == '0;
    if (leading_zeros[3]) v = v << 8;
    leading_zeros[2] = v[26:23] == '0;
    if (leading_zeros[2]) v = v << 4;
    leading_zeros[1] = v[26:25] == '0;
    if (leading_zeros[1]) v = v << 2;
    leading_zeros[0] = !v[26];
  endfunction

  // Right shift in which the lowest bit collects all that is lost.
  function automatic logic [26:0] shift_sticky(input logic [26:0] value, input logic [7:0] by);
    logic [26:0] v;
    v = value;
    if (by[0]) v = {1'b0, v[26:2], v[1] | v[0]};
    if (by[1]) v = {2'b0, v[26:3], |v[2:0]};
    if (by[2]) v = {4'b0, v[26:5], |v[4:0]};
    if (by[3]) v = {8'b0, v[26:9], |v[8:0]};
    if (by[4]) v = {16'b0, v[26:17], |v[16:0]};
    if (|by[7:5]) v = {26'b0, |v};
    shift_sticky = v;
  endfunction

  logic a_nan, b_nan, subtract;
  assign a_nan    = a_i[30:23] == '1 && a_i[22:0] != '0;
  assign b_nan    = b_i[30:23] == '1 && b_i[22:0] != '0;
  assign subtract = a_i[31] ^ b_i[31];

  // |upper| >= |lower|; lower leaves its sign in `subtract`.
  logic        swap, upper_normal, lower_normal;
  logic [31:0] upper;
  logic [30:0] lower;
  logic [7:0]  upper_exp, lower_exp;
  assign swap         = a_i[30:0] < b_i[30:0];
  assign upper        = swap ? b_i : a_i;
  assign lower        = swap ? a_i[30:0] : b_i[30:0];
  assign upper_normal = upper[30:23] != '0;
  assign lower_normal = lower[30:23] != '0;
  assign upper_exp    = {upper[30:24], upper[23] | !upper_normal};
  assign lower_exp    = {lower[30:24], lower[23] | !lower_normal};

  logic [26:0] upper_sig, lower_sig;
  logic [27:0] total;
  assign upper_sig   = {upper_normal, upper[22:0], 3'b000};
  assign lower_sig = shift_sticky({lower_normal, lower[22:0], 3'b000}, upper_exp - lower_exp);
  assign total     = subtract ? 28'(upper_sig) - 28'(lower_sig) : 28'(upper_sig) + 28'(lower_sig);

  // Left by the leading zeros, or as far as exponent 1; right by one after a carry.
  logic [4:0]  zeros, shift;
  logic [26:0] normal;
  logic [7:0]  base_exp;  // the exponent field, less the hidden bit
  assign zeros    = leading_zeros(total[26:0]);
  assign shift    = 8'(zeros) < upper_exp ? zeros : 5'(upper_exp - 8'd1);
  assign normal   = total[27] ? {total[27:2], total[1] | total[0]} : total[26:0] << shift;
  assign base_exp = total[27] ? upper_exp : upper_exp - 8'd1 - 8'(shift);

  logic        round_up;
  logic [30:0] rounded;
  assign round_up = normal[2] && (normal[3] || normal[1] || normal[0]);
  assign rounded  = {base_exp, 23'd0} + 31'(normal[26:3]) + 31'(round_up);

  always_comb begin
    sum_o = {upper[31], rounded};
    if (a_nan || b_nan || (subtract && lower[30:23] == '1)) begin
      sum_o = 32'h7fc0_0000;
    end else if (upper[30:23] == '1 || rounded[30:23] == '1) begin
      sum_o = {upper[31], 31'h7f80_0000};
    end else if (total == '0) begin
      sum_o = {a_i[31] & b_i[31], 31'd0};
    end
  end
endmodule
