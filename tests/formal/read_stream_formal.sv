// SPDX-License-Identifier: Apache-2.0
// tercet_read_stream asks for a buffer exactly once a pass, beat after beat, in bursts as long as allowed: never
// past 4 KiB, the pass or MaxBurst; never for more beats than the consumer has room for; a request is stable
// until taken. Real widths.

module read_stream_formal #(
  parameter  int AddrW    = 40,
  parameter  int BeatsW   = 32,
  parameter  int AxiBytes = 64,
  parameter  int MaxBurst = 16,
  parameter  int Capacity = 64,
  localparam int ByteW    = $clog2(AxiBytes)
) (
  input logic              clk_i,
  input logic              flush_i,
  input logic              halt_i,
  input logic              start_i,
  input logic [AddrW-1:0]  base_i,
  input logic [BeatsW-1:0] beats_i,
  input logic [15:0]       m_i,
  input logic [7:0]        m_tile_i,
  input logic              free_i,
  input logic              ready_i
);
  logic             rst_ni, idle, valid, last;
  logic [AddrW-1:0] addr;
  logic [7:0]       len;

  tercet_read_stream #(
    .AddrW   (AddrW),
    .BeatsW  (BeatsW),
    .AxiBytes(AxiBytes),
    .MaxBurst(MaxBurst),
    .Capacity(Capacity)
  ) u_dut (
    .clk_i,
    .rst_ni,
    .flush_i,
    .halt_i,
    .start_i,
    .idle_o     (idle),
    .base_i,
    .beats_i,
    .m_i,
    .m_tile_i,
    .free_i,
    .req_valid_o(valid),
    .req_ready_i(ready_i),
    .req_addr_o (addr),
    .req_len_o  (len),
    .req_last_o (last)
  );

  // Connected to the registers of the design.
  logic              d_active;
  logic [AddrW-1:0]  d_addr, d_base;
  logic [BeatsW-1:0] d_left, d_beats;
  logic [15:0]       d_m_left;
  logic [7:0]        d_m_tile;
  logic [$clog2(Capacity+1)-1:0] d_used;

  // What is still to be taken: the next beat's address, beats of this pass, tokens of this and later passes.
  logic              active_q, stalled_q, halted_q, taken, ends_all;
  logic [AddrW-1:0]  base_q, next_q, after;
  logic [BeatsW-1:0] beats_q, left_q;
  logic [15:0]       m_left_q, held_q, burst, page_left, longest;
  logic [7:0]        m_tile_q;
  initial begin
    rst_ni    = 1'b0;
    active_q  = 1'b0;
    stalled_q = 1'b0;
    halted_q  = 1'b0;
    held_q    = '0;
  end

  assign taken     = rst_ni && valid && ready_i;
  assign burst     = 16'(len) + 16'd1;
  assign page_left = 16'((13'd4096 - 13'(next_q[11:0])) >> ByteW);
  assign after     = next_q + (AddrW'(burst) << ByteW);
  assign ends_all  = m_left_q <= 16'(m_tile_q);
  always_comb begin
    longest = (page_left < 16'(MaxBurst)) ? page_left : 16'(MaxBurst);
    if (left_q < BeatsW'(longest)) longest = 16'(left_q);
  end

  always_comb begin
    if (!rst_ni || !idle || flush_i) assume (!start_i);
    if (start_i) assume (beats_i != '0 && m_i != '0 && m_tile_i != '0 && base_i[ByteW-1:0] == '0);
    if (held_q == '0) assume (!free_i);  // only beats that were asked for come and go
  end

  always_ff @(posedge clk_i) begin
    rst_ni    <= 1'b1;
    stalled_q <= rst_ni && valid && !ready_i && !flush_i;
    halted_q  <= halt_i;
    if (flush_i) begin
      active_q <= 1'b0;
      held_q   <= '0;
    end else begin
      held_q <= held_q + (taken ? burst : '0) - 16'(free_i);
      if (start_i) begin
        active_q <= 1'b1;
        base_q   <= base_i;
        next_q   <= base_i;
        beats_q  <= beats_i;
        left_q   <= beats_i;
        m_left_q <= m_i;
        m_tile_q <= m_tile_i;
      end else if (taken) begin
        next_q <= last ? base_q : after;
        left_q <= last ? beats_q : left_q - BeatsW'(burst);
        if (last) m_left_q <= m_left_q - 16'(m_tile_q);
        if (last && ends_all) active_q <= 1'b0;
      end
    end
  end

  always_comb begin
    if (rst_ni) begin
      assert (idle == !active_q);
      if (!active_q) assert (!valid);
      if (valid) begin
        assert (addr == next_q && burst == longest && burst != '0);
        assert (32'(addr[11:0]) + (32'(burst) << ByteW) <= 32'd4096);
        assert (last == (BeatsW'(burst) == left_q));
        assert (held_q + burst <= 16'(Capacity));
      end
      if (stalled_q) assert (valid);
      if (halted_q && !stalled_q) assert (!valid);
      // What makes this inductive.
      assert (16'(d_used) == held_q + (valid ? burst : '0) && held_q <= 16'(Capacity));
      if (active_q) begin
        assert (next_q[ByteW-1:0] == '0 && base_q[ByteW-1:0] == '0);
        assert (left_q != '0 && beats_q != '0 && m_left_q != '0 && m_tile_q != '0);
        assert (d_base == base_q && d_beats == beats_q && d_m_tile == m_tile_q);
        assert (d_active == !(valid && last && ends_all));
        if (!valid) assert (d_addr == next_q && d_left == left_q && d_m_left == m_left_q);
        if (valid && !last) begin
          assert (d_addr == after && d_left == left_q - BeatsW'(burst) && d_m_left == m_left_q);
        end
        if (valid && last && d_active) begin
          assert (d_addr == base_q && d_left == beats_q && d_m_left == m_left_q - 16'(m_tile_q));
        end
      end
    end
    cover (taken && burst < 16'(MaxBurst) && !last);                // the page ends
    cover (taken && last && ends_all && m_left_q != 16'(m_tile_q)); // a partial last pass
    cover (rst_ni && active_q && !valid && !halt_i && held_q > 16'(Capacity - MaxBurst));
    cover (stalled_q && halt_i && taken);
  end
endmodule
