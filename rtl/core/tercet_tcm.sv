// SPDX-License-Identifier: Apache-2.0
// A tightly coupled memory: one port, byte writes, data one cycle after the address and held until the next read,
// as a single-port SRAM does.

module tercet_tcm #(
  parameter  int Words = 2048,  // a power of two
  localparam int AddrW = $clog2(Words)
) (
  input  logic             clk_i,
  input  logic             en_i,
  input  logic [3:0]       write_i,  // byte lanes to write; none: read
  input  logic [AddrW-1:0] addr_i,   // of a word
  input  logic [31:0]      wdata_i,
  output logic [31:0]      rdata_o
);
  logic [31:0] mem_q [Words];

  always_ff @(posedge clk_i) begin
    if (en_i) begin
      for (int b = 0; b < 4; b++) begin
        if (write_i[b]) mem_q[addr_i][8*b+:8] <= wdata_i[8*b+:8];
      end
      if (write_i == '0) rdata_o <= mem_q[addr_i];
    end
  end
endmodule
