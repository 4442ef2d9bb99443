// SPDX-License-Identifier: Apache-2.0
// The ternary array: Cols dot products over Rows activations, in groups of columns that load together.
// Latency 1 cycle; one token a cycle. There is no multiplier in here, and no x of two variables anywhere.

module tercet_array #(
  parameter  int Rows      = 64,
  parameter  int Cols      = 64,
  parameter  int GroupCols = 8,
  localparam int Groups    = Cols / GroupCols,
  localparam int GroupIdxW = (Groups > 1) ? $clog2(Groups) : 1,
  localparam int SumW      = 9 + $clog2(Rows)
) (
  input  logic                        clk_i,
  input  logic                        load_i,
  input  logic                        load_buf_i,
  input  logic [GroupIdxW-1:0]        load_group_i,
  input  logic [GroupCols*2*Rows-1:0] weights_i,
  input  logic                        valid_i,
  input  logic                        use_buf_i,
  input  logic [8*Rows-1:0]           planes_i,
  output logic [Cols*SumW-1:0]        sums_o
);
  for (genvar g = 0; g < Groups; g++) begin : g_group
    tercet_columns #(
      .Rows   (Rows),
      .Columns(GroupCols)
    ) u_columns (
      .clk_i,
      .load_i    (load_i && load_group_i == GroupIdxW'(g)),
      .load_buf_i,
      .weights_i,
      .valid_i,
      .use_buf_i,
      .planes_i,
      .sums_o    (sums_o[g*GroupCols*SumW+:GroupCols*SumW])
    );
  end
endmodule
