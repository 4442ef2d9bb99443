// SPDX-License-Identifier: Apache-2.0
// IEEE addition of binary32 (binary16 with ExpW = 5, FracW = 10), rounding to nearest, ties to even. Combinational.
// Subnormals in full; the only NaN that comes out is positive, quiet, without payload: 0x7fc00000 (0x7e00).
//
// One path: order by magnitude, align, add or subtract, normalise, round. SigW bits hold the significand (FracW + 1), and
// guard, round and sticky; that is enough as only a shift by one can be followed by a long normalisation. A
// subnormal counts as exponent 1 without hidden bit, and normalisation stops at exponent 1. The fields are then
// put together by one addition: the hidden bit and the carry of rounding step the exponent.

module tercet_float_add #(
  parameter  int ExpW  = 8,              // at most 8
  parameter  int FracW = 23,             // at most 23
  localparam int W     = 1 + ExpW + FracW,
  localparam int SigW  = FracW + 4,
  localparam logic [SigW-1:0] Low17 = SigW'(32'h1ffff)
) (
  input  logic [W-1:0] a_i,
  input  logic [W-1:0] b_i,
  output logic [W-1:0] sum_o
);
  // Leading zeros, 31 at most; what it says of 0 is not used.
  function automatic logic [4:0] leading_zeros(input logic [SigW-1:0] value);
    logic [31:0] v;
    v = {value, {(32-SigW){1'b0}}};
    leading_zeros[4] = v[31:16] == '0;
    if (leading_zeros[4]) v = v << 16;
    leading_zeros[3] = v[31:24] == '0;
    if (leading_zeros[3]) v = v << 8;
    leading_zeros[2] = v[31:28] == '0;
    if (leading_zeros[2]) v = v << 4;
    leading_zeros[1] = v[31:30] == '0;
    if (leading_zeros[1]) v = v << 2;
    leading_zeros[0] = !v[31];
  endfunction

  // Right shift in which the lowest bit collects all that is lost.
  function automatic logic [SigW-1:0] shift_sticky(input logic [SigW-1:0] value, input logic [7:0] by);
    logic [SigW-1:0] v;
    v = value;
    if (by[0]) v = {1'b0, v[SigW-1:2], v[1] | v[0]};
    if (by[1]) v = {2'b0, v[SigW-1:3], |v[2:0]};
    if (by[2]) v = {4'b0, v[SigW-1:5], |v[4:0]};
    if (by[3]) v = {8'b0, v[SigW-1:9], |v[8:0]};
    if (by[4]) v = ((v >> 17) << 1) | SigW'(|(v & Low17));
    if (|by[7:5]) v = {{(SigW-1){1'b0}}, |v};
    shift_sticky = v;
  endfunction

  logic a_nan, b_nan, subtract;
  assign a_nan    = a_i[W-2:FracW] == '1 && a_i[FracW-1:0] != '0;
  assign b_nan    = b_i[W-2:FracW] == '1 && b_i[FracW-1:0] != '0;
  assign subtract = a_i[W-1] ^ b_i[W-1];

  // |upper| >= |lower|; lower leaves its sign in `subtract`.
  logic            swap, upper_normal, lower_normal;
  logic [W-1:0]    upper;
  logic [W-2:0]    lower;
  logic [ExpW-1:0] upper_exp, lower_exp;
  assign swap         = a_i[W-2:0] < b_i[W-2:0];
  assign upper        = swap ? b_i : a_i;
  assign lower        = swap ? a_i[W-2:0] : b_i[W-2:0];
  assign upper_normal = upper[W-2:FracW] != '0;
  assign lower_normal = lower[W-2:FracW] != '0;
  assign upper_exp    = {upper[W-2:FracW+1], upper[FracW] | !upper_normal};
  assign lower_exp    = {lower[W-2:FracW+1], lower[FracW] | !lower_normal};

  logic [SigW-1:0] upper_sig, lower_sig;
  logic [SigW:0]   total;
  assign upper_sig = {upper_normal, upper[FracW-1:0], 3'b000};
  assign lower_sig = shift_sticky({lower_normal, lower[FracW-1:0], 3'b000}, 8'(upper_exp) - 8'(lower_exp));
  assign total     = subtract ? {1'b0, upper_sig} - {1'b0, lower_sig} : {1'b0, upper_sig} + {1'b0, lower_sig};

  // Left by the leading zeros, or as far as exponent 1; right by one after a carry.
  logic [4:0]      zeros, shift;
  logic [SigW-1:0] normal;
  logic [ExpW-1:0] base_exp;  // the exponent field, less the hidden bit
  assign zeros    = leading_zeros(total[SigW-1:0]);
  assign shift    = 8'(zeros) < 8'(upper_exp) ? zeros : 5'(upper_exp - ExpW'(1));
  assign normal   = total[SigW] ? {total[SigW:2], total[1] | total[0]} : total[SigW-1:0] << shift;
  assign base_exp = total[SigW] ? upper_exp : upper_exp - ExpW'(1) - ExpW'(shift);

  logic         round_up;
  logic [W-2:0] rounded;
  assign round_up = normal[2] && (normal[3] || normal[1] || normal[0]);
  assign rounded  = {base_exp, FracW'(0)} + (W-1)'(normal[SigW-1:3]) + (W-1)'(round_up);

  always_comb begin
    sum_o = {upper[W-1], rounded};
    if (a_nan || b_nan || (subtract && lower[W-2:FracW] == '1)) begin
      sum_o = {1'b0, {ExpW{1'b1}}, 1'b1, {(FracW-1){1'b0}}};
    end else if (upper[W-2:FracW] == '1 || rounded[W-2:FracW] == '1) begin
      sum_o = {upper[W-1], {ExpW{1'b1}}, {FracW{1'b0}}};
    end else if (total == '0) begin
      sum_o = {a_i[W-1] & b_i[W-1], (W-1)'(0)};
    end
  end
endmodule
