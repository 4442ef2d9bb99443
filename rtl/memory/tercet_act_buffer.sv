// SPDX-License-Identifier: Apache-2.0
// Activation SRAM, used as a ring: beats arrive in stream order, the sequencer reads an m_tile's beats once per
// n_tile and frees them in the last one, so the next m_tile (or command) loads behind it.
// A beat is stored as eight bit planes over the rows (wiring). Read latency 1 cycle, one beat a cycle.

module tercet_act_buffer #(
  parameter  int Rows   = 64,
  parameter  int Beats  = 8192,
  localparam int AddrW  = $clog2(Beats),
  localparam int LevelW = $clog2(Beats + 1)
) (
  input  logic              clk_i,
  input  logic              rst_ni,
  input  logic              flush_i,
  input  logic              beat_valid_i,
  input  logic [8*Rows-1:0] beat_i,     // Rows int8
  output logic [LevelW-1:0] level_o,    // beats held and not freed
  input  logic              read_i,
  input  logic [AddrW-1:0]  addr_i,
  input  logic              free_i,     // the oldest beat is done with
  input  logic [Rows-1:0]   mask_i,     // rows that count, in the cycle after read_i
  output logic [8*Rows-1:0] planes_o
);
  logic [8*Rows-1:0] mem_q [Beats];
  logic [8*Rows-1:0] row_q;
  logic [AddrW-1:0]  wptr_q;
  logic [LevelW-1:0] level_q;

  function automatic logic [8*Rows-1:0] to_planes(input logic [8*Rows-1:0] bytes);
    for (int r = 0; r < Rows; r++) begin
      for (int b = 0; b < 8; b++) to_planes[b*Rows+r] = bytes[8*r+b];
    end
  endfunction

  assign level_o  = level_q;
  assign planes_o = row_q & {8{mask_i}};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      wptr_q  <= '0;
      level_q <= '0;
    end else if (flush_i) begin
      wptr_q  <= '0;
      level_q <= '0;
    end else begin
      if (beat_valid_i) wptr_q <= wptr_q + 1'b1;
      level_q <= level_q + LevelW'(beat_valid_i) - LevelW'(free_i);
    end
  end

  always_ff @(posedge clk_i) begin
    if (beat_valid_i) mem_q[wptr_q] <= to_planes(beat_i);
    if (read_i) row_q <= mem_q[addr_i];
  end

`ifdef FORMAL
  always_ff @(posedge clk_i) begin
    if (rst_ni) assert (32'(level_q) <= Beats);
    if (rst_ni && free_i) assert (level_q != '0);
  end
`endif
endmodule
