// SPDX-License-Identifier: Apache-2.0
// A deep FIFO around a synchronous one-read one-write SRAM, with its head in an output register.
// Latency from push to valid_o: 2 cycles; one push and one pop a cycle. Depth is a power of two.
// The writer must know that there is room (it holds credits): there is no ready on that side.

module tercet_sram_fifo #(
  parameter int Width = 8,
  parameter int Depth = 64
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             flush_i,
  input  logic             push_i,
  input  logic [Width-1:0] data_i,
  output logic             valid_o,
  input  logic             ready_i,
  output logic [Width-1:0] data_o
);
  localparam int PtrW = $clog2(Depth);

  logic [Width-1:0] mem_q [Depth];
  logic [Width-1:0] head_q;
  logic             head_valid_q;
  logic [PtrW:0]    wptr_q, rptr_q;
  logic             fetch;

  assign valid_o = head_valid_q;
  assign data_o  = head_q;
  // Refill the head when it is empty or leaves in this cycle.
  assign fetch   = (wptr_q != rptr_q) && (!head_valid_q || ready_i);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      wptr_q       <= '0;
      rptr_q       <= '0;
      head_valid_q <= 1'b0;
    end else if (flush_i) begin
      wptr_q       <= '0;
      rptr_q       <= '0;
      head_valid_q <= 1'b0;
    end else begin
      if (push_i) wptr_q <= wptr_q + 1'b1;
      if (fetch) rptr_q <= rptr_q + 1'b1;
      head_valid_q <= fetch || (head_valid_q && !ready_i);
    end
  end

  always_ff @(posedge clk_i) begin
    if (push_i) mem_q[wptr_q[PtrW-1:0]] <= data_i;
    if (fetch) head_q <= mem_q[rptr_q[PtrW-1:0]];
  end

`ifdef FORMAL
  always_ff @(posedge clk_i) begin
    if (rst_ni) assert ((PtrW + 1)'(wptr_q - rptr_q) <= (PtrW + 1)'(Depth));
  end
`endif
endmodule
