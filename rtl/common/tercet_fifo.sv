// SPDX-License-Identifier: Apache-2.0
// A small FIFO in flip-flops. The head is visible the cycle after it is pushed; one push and one pop a cycle.
// Depth is a power of two of at least 2.

module tercet_fifo #(
  parameter int Width = 8,
  parameter int Depth = 4
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             flush_i,
  input  logic             valid_i,
  output logic             ready_o,
  input  logic [Width-1:0] data_i,
  output logic             valid_o,
  input  logic             ready_i,
  output logic [Width-1:0] data_o
);
  localparam int PtrW = $clog2(Depth);

  logic [Width-1:0] mem_q [Depth];
  logic [PtrW:0]    wptr_q, rptr_q;  // one bit more than an index tells full from empty
  logic             push, pop;

  assign valid_o = wptr_q != rptr_q;
  assign ready_o = (wptr_q ^ rptr_q) != {1'b1, {PtrW{1'b0}}};
  assign push    = valid_i && ready_o;
  assign pop     = valid_o && ready_i;
  assign data_o  = mem_q[rptr_q[PtrW-1:0]];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      wptr_q <= '0;
      rptr_q <= '0;
    end else if (flush_i) begin
      wptr_q <= '0;
      rptr_q <= '0;
    end else begin
      if (push) wptr_q <= wptr_q + 1'b1;
      if (pop) rptr_q <= rptr_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (push) mem_q[wptr_q[PtrW-1:0]] <= data_i;
  end

`ifdef FORMAL
  always_ff @(posedge clk_i) begin
    if (rst_ni) assert ((PtrW + 1)'(wptr_q - rptr_q) <= (PtrW + 1)'(Depth));
  end
`endif
endmodule
