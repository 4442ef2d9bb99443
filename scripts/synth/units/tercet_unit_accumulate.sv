// SPDX-License-Identifier: Apache-2.0
// For characterisation: what tercet_accum does for one column of 64 rows, less its SRAM: the stored sum comes in, a
// column's sum is added, and a register holds what is written back.

module tercet_unit_accumulate (
  input  logic        clk_i,
  input  logic        valid_i,
  input  logic        first_i,
  input  logic [23:0] stored_i,
  input  logic [14:0] sum_i,
  output logic [23:0] written_o
);
  always_ff @(posedge clk_i) begin
    if (valid_i) written_o <= (first_i ? 24'd0 : stored_i) + 24'($signed(sum_i));
  end
endmodule
