// SPDX-License-Identifier: Apache-2.0
// For characterisation: what an accumulator does for one column of 64 rows, less its SRAM: the stored sum comes in, a
// column's sum is added, and a register holds what is written back. AccW 24 and SumW 15 are tercet_accum's.

module tercet_unit_accumulate #(
  parameter int AccW = 24,
  parameter int SumW = 15
) (
  input  logic            clk_i,
  input  logic            valid_i,
  input  logic            first_i,
  input  logic [AccW-1:0] stored_i,
  input  logic [SumW-1:0] sum_i,
  output logic [AccW-1:0] written_o
);
  always_ff @(posedge clk_i) begin
    if (valid_i) written_o <= (first_i ? '0 : stored_i) + AccW'($signed(sum_i));
  end
endmodule
