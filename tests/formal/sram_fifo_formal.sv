// SPDX-License-Identifier: Apache-2.0
// tercet_sram_fifo under a writer that holds credits: an arbitrary pushed item comes out after exactly the items
// that were ahead of it, at the latest two cycles after it has come to the front, and is stable while stalled.

module sram_fifo_formal #(
  parameter int Width = 3,
  parameter int Depth = 4
) (
  input logic             clk_i,
  input logic             flush_i,
  input logic             push_i,
  input logic [Width-1:0] data_i,
  input logic             ready_i,
  input logic             track_i  // follow the item that is pushed now
);
  localparam int CountW = $clog2(Depth) + 1;

  logic             rst_ni, valid;
  logic [Width-1:0] data;

  tercet_sram_fifo #(
    .Width(Width),
    .Depth(Depth)
  ) u_dut (
    .clk_i,
    .rst_ni,
    .flush_i,
    .push_i,
    .data_i,
    .valid_o(valid),
    .ready_i,
    .data_o (data)
  );

  // Connected to the registers of the design.
  logic [Width*Depth-1:0] mem;
  logic [CountW-1:0]      wptr, rptr;

  logic              pop, tracked_q, stalled_q, pushed_q;
  logic [CountW-1:0] count_q, ahead_q, place;
  logic [Width-1:0]  data_q, last_q;
  initial begin
    rst_ni    = 1'b0;
    count_q   = '0;
    tracked_q = 1'b0;
    stalled_q = 1'b0;
    pushed_q  = 1'b0;
  end

  assign pop   = rst_ni && valid && ready_i;
  assign place = rptr + ahead_q - CountW'(valid);

  // Credits: one a free place, given back by a pop.
  always_comb begin
    if (!rst_ni || count_q == CountW'(Depth)) assume (!push_i);
  end

  always_ff @(posedge clk_i) begin
    rst_ni    <= 1'b1;
    count_q   <= flush_i ? '0 : count_q + CountW'(push_i) - CountW'(pop);
    pushed_q  <= push_i && !flush_i;
    stalled_q <= rst_ni && valid && !ready_i && !flush_i;
    last_q    <= data;
    if (!tracked_q && push_i && track_i) begin
      tracked_q <= !flush_i;
      ahead_q   <= count_q - CountW'(pop);
      data_q    <= data_i;
    end else if (flush_i || (pop && ahead_q == '0)) tracked_q <= 1'b0;
    else if (pop) ahead_q <= ahead_q - 1'b1;
  end

  always_comb begin
    if (rst_ni) begin
      if (count_q == '0) assert (!valid);
      if (count_q > CountW'(pushed_q)) assert (valid);
      if (tracked_q && ahead_q == '0 && valid) assert (data == data_q);
      if (stalled_q) assert (valid && data == last_q);
      // What makes this inductive.
      assert (count_q <= CountW'(Depth) && CountW'(wptr - rptr) + CountW'(valid) == count_q);
      if (tracked_q) assert (ahead_q < count_q);
      for (int i = 0; i < Depth; i++) begin
        if (tracked_q && (ahead_q != '0 || !valid) && place[CountW-2:0] == (CountW - 1)'(i)) begin
          assert (mem[i*Width+:Width] == data_q);
        end
      end
    end
    cover (rst_ni && count_q == CountW'(Depth) && ready_i);
    cover (tracked_q && ahead_q == '0 && pop && push_i && rptr[CountW-1]);
    cover (stalled_q && flush_i);
  end
endmodule
