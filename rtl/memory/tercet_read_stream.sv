// SPDX-License-Identifier: Apache-2.0
// Turns one linear buffer into AXI read bursts: full bursts, never across 4 KiB, no more beats under way than the
// consumer has room for (credits), so that the consumer never stalls the bus.
// A buffer is read ceil(m / m_tile) times over (once per pass). One burst request every 2 cycles at most.

module tercet_read_stream #(
  parameter  int AddrW    = 40,
  parameter  int BeatsW   = 32,
  parameter  int AxiBytes = 64,
  parameter  int MaxBurst = 16,
  parameter  int Capacity = 256,  // beats that the consumer can hold
  localparam int CreditW  = $clog2(Capacity + 1)
) (
  input  logic              clk_i,
  input  logic              rst_ni,
  input  logic              flush_i,
  input  logic              halt_i,      // issue nothing more
  // Command.
  input  logic              start_i,     // only when idle_o
  output logic              idle_o,
  input  logic [AddrW-1:0]  base_i,
  input  logic [BeatsW-1:0] beats_i,     // per pass, at least 1
  input  logic [15:0]       m_i,
  input  logic [7:0]        m_tile_i,
  // One consumed beat gives one credit back.
  input  logic              free_i,
  // Burst requests.
  output logic              req_valid_o,
  input  logic              req_ready_i,
  output logic [AddrW-1:0]  req_addr_o,
  output logic [7:0]        req_len_o,   // beats - 1
  output logic              req_last_o   // the pass ends with this burst
);
  localparam int ByteW  = $clog2(AxiBytes);
  localparam int PageW  = 12 - ByteW;  // log2 of the beats in 4 KiB
  localparam int BurstW = PageW + 1;

  logic               active_q, valid_q, last_q;
  logic [AddrW-1:0]   base_q, addr_q, req_addr_q;
  logic [BeatsW-1:0]  beats_q, left_q;
  logic [15:0]        m_left_q;
  logic [7:0]         m_tile_q, len_q;
  logic [CreditW-1:0] used_q;
  logic [BurstW-1:0]  to_page, burst;
  logic               ends_pass, ends_all, issue, taken;

  // The longest burst that ends neither past the pass nor past the page.
  always_comb begin
    to_page = BurstW'(1 << PageW) - BurstW'(addr_q[11:ByteW]);
    burst   = (to_page < BurstW'(MaxBurst)) ? to_page : BurstW'(MaxBurst);
    if (left_q < BeatsW'(burst)) burst = BurstW'(left_q);
  end

  assign ends_pass   = left_q == BeatsW'(burst);
  assign ends_all    = ends_pass && m_left_q <= 16'(m_tile_q);
  assign taken       = valid_q && req_ready_i;
  assign issue       = active_q && !halt_i && !valid_q &&
                       32'(used_q) + 32'(burst) <= 32'(Capacity);
  assign idle_o      = !active_q && !valid_q;
  assign req_valid_o = valid_q;
  assign req_addr_o  = req_addr_q;
  assign req_len_o   = len_q;
  assign req_last_o  = last_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q <= 1'b0;
      valid_q  <= 1'b0;
      used_q   <= '0;
    end else if (flush_i) begin
      active_q <= 1'b0;
      valid_q  <= 1'b0;
      used_q   <= '0;
    end else begin
      if (start_i) active_q <= 1'b1;
      else if (issue && ends_all) active_q <= 1'b0;
      if (issue) valid_q <= 1'b1;
      else if (taken) valid_q <= 1'b0;
      used_q <= used_q + (issue ? CreditW'(burst) : '0) - CreditW'(free_i);
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      base_q   <= base_i;
      addr_q   <= base_i;
      beats_q  <= beats_i;
      left_q   <= beats_i;
      m_left_q <= m_i;
      m_tile_q <= m_tile_i;
    end else if (issue) begin
      addr_q   <= ends_pass ? base_q : addr_q + (AddrW'(burst) << ByteW);
      left_q   <= ends_pass ? beats_q : left_q - BeatsW'(burst);
      m_left_q <= ends_pass ? m_left_q - 16'(m_tile_q) : m_left_q;
    end
    if (issue) begin
      req_addr_q <= addr_q;
      len_q      <= 8'(burst - 1'b1);
      last_q     <= ends_pass;
    end
  end

`ifdef FORMAL
  always_ff @(posedge clk_i) begin
    if (rst_ni) assert (32'(used_q) <= 32'(Capacity));
  end
`endif
endmodule
