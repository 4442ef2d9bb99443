// SPDX-License-Identifier: Apache-2.0
// mcycle and minstret: 64 bits each, read and written by halves. A write takes the place of that cycle's count.

module tercet_core_counters (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  input  logic        retire_i,
  input  logic [11:0] addr_i,
  input  logic        write_i,
  input  logic [31:0] wdata_i,
  output logic [63:0] mcycle_o,
  output logic [63:0] minstret_o
);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      mcycle_o   <= '0;
      minstret_o <= '0;
    end else if (clear_i) begin
      mcycle_o   <= '0;
      minstret_o <= '0;
    end else begin
      if (write_i && addr_i == tercet_core_pkg::CsrMcycle) mcycle_o[31:0] <= wdata_i;
      else if (write_i && addr_i == tercet_core_pkg::CsrMcycleh) mcycle_o[63:32] <= wdata_i;
      else mcycle_o <= mcycle_o + 64'd1;
      if (write_i && addr_i == tercet_core_pkg::CsrMinstret) minstret_o[31:0] <= wdata_i;
      else if (write_i && addr_i == tercet_core_pkg::CsrMinstreth) minstret_o[63:32] <= wdata_i;
      else minstret_o <= minstret_o + 64'(retire_i);
    end
  end
endmodule
