// SPDX-License-Identifier: Apache-2.0
// tercet_fifo keeps order and loses, repeats and invents nothing: an arbitrary pushed item comes out after exactly
// the items that were ahead of it, and the FIFO is empty or full exactly when a counter says so.

module fifo_formal #(
  parameter int Width = 3,
  parameter int Depth = 4
) (
  input logic             clk_i,
  input logic             flush_i,
  input logic             valid_i,
  input logic [Width-1:0] data_i,
  input logic             ready_i,
  input logic             track_i  // follow the item that is pushed now
);
  localparam int CountW = $clog2(Depth) + 1;

  logic             rst_ni, ready, valid;
  logic [Width-1:0] data;

  tercet_fifo #(
    .Width(Width),
    .Depth(Depth)
  ) u_dut (
    .clk_i,
    .rst_ni,
    .flush_i,
    .valid_i,
    .ready_o(ready),
    .data_i,
    .valid_o(valid),
    .ready_i,
    .data_o (data)
  );

  // Connected to the registers of the design.
  logic [Width*Depth-1:0] mem;
  logic [CountW-1:0]      wptr, rptr;

  logic             push, pop, tracked_q, stalled_q;
  logic [CountW-1:0] count_q, ahead_q, place;
  logic [Width-1:0] data_q, last_q;
  initial begin
    rst_ni    = 1'b0;
    count_q   = '0;
    tracked_q = 1'b0;
    stalled_q = 1'b0;
  end

  assign push  = rst_ni && valid_i && ready;
  assign pop   = rst_ni && valid && ready_i;
  assign place = rptr + ahead_q;

  always_ff @(posedge clk_i) begin
    rst_ni    <= 1'b1;
    count_q   <= flush_i ? '0 : count_q + CountW'(push) - CountW'(pop);
    stalled_q <= rst_ni && valid && !ready_i && !flush_i;
    last_q    <= data;
    if (!tracked_q && push && track_i) begin
      tracked_q <= !flush_i;
      ahead_q   <= count_q - CountW'(pop);
      data_q    <= data_i;
    end else if (flush_i || (pop && ahead_q == '0)) tracked_q <= 1'b0;
    else if (pop) ahead_q <= ahead_q - 1'b1;
  end

  always_comb begin
    if (rst_ni) begin
      assert (valid == (count_q != '0));
      assert (ready == (count_q != CountW'(Depth)));
      if (tracked_q && ahead_q == '0) assert (valid && data == data_q);
      if (stalled_q) assert (valid && data == last_q);
      // What makes this inductive.
      assert (count_q <= CountW'(Depth) && CountW'(wptr - rptr) == count_q);
      if (tracked_q) assert (ahead_q < count_q);
      for (int i = 0; i < Depth; i++) begin
        if (tracked_q && place[CountW-2:0] == (CountW - 1)'(i)) assert (mem[i*Width+:Width] == data_q);
      end
    end
    cover (rst_ni && !ready && ready_i);
    cover (tracked_q && ahead_q == '0 && pop && push && rptr[CountW-1]);
    cover (stalled_q && flush_i);
  end
endmodule
