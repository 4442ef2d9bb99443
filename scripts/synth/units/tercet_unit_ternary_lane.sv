// SPDX-License-Identifier: Apache-2.0
// For characterisation: one lane of tercet_columns without its share of the adder tree: two weights, one at work, and
// x, 0 or ~x. The +1 of a negation is counted elsewhere.

module tercet_unit_ternary_lane (
  input  logic       clk_i,
  input  logic       load_i,
  input  logic       load_buf_i,
  input  logic [1:0] weight_i,  // {neg, nz}
  input  logic       use_buf_i,
  input  logic [7:0] act_i,
  output logic       neg_o,
  output logic [7:0] lane_o
);
  logic [1:0] tile0_q, tile1_q, weight;
  assign weight = use_buf_i ? tile1_q : tile0_q;
  assign neg_o  = weight[1];
  assign lane_o = (act_i & {8{weight[0]}}) ^ {8{weight[1]}};

  always_ff @(posedge clk_i) begin
    if (load_i && !load_buf_i) tile0_q <= weight_i;
    if (load_i && load_buf_i) tile1_q <= weight_i;
  end
endmodule
