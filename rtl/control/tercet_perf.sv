// SPDX-License-Identifier: Apache-2.0
// Performance counters, 64 bits each: all but LAST_CYCLES count cycles in which their event is set; that one holds
// the latency of the command completed most recently, taken from a queue of start times.

module tercet_perf #(
  localparam int Events = tercet_hw_pkg::CounterCount - 1,
  localparam int Last   = tercet_hw_pkg::CounterLastCycles  // the events after it are one place lower
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  input  logic                 clear_i,
  input  logic                 flush_i,      // forget commands in flight
  input  logic [Events-1:0]    events_i,     // in the registers' order, without LAST_CYCLES
  input  logic                 start_i,      // a command was accepted
  output logic                 start_ready_o,
  input  logic                 done_i,       // the oldest command completed
  output logic                 empty_o,      // no command in flight
  input  logic [3:0]           index_i,
  output logic [63:0]          value_o
);
  logic [63:0] count_q [Events];
  logic [3:0]  place;
  logic [63:0] last_q, now_q, oldest;
  logic        in_flight;

  tercet_fifo #(
    .Width(64),
    .Depth(4)
  ) u_starts (
    .clk_i,
    .rst_ni,
    .flush_i,
    .valid_i(start_i),
    .ready_o(start_ready_o),
    .data_i (now_q),
    .valid_o(in_flight),
    .ready_i(done_i),
    .data_o (oldest)
  );

  assign empty_o = !in_flight;
  assign place   = (32'(index_i) > Last) ? index_i - 1'b1 : index_i;
  assign value_o = (32'(index_i) == Last || 32'(place) >= Events) ? last_q : count_q[place];

  for (genvar i = 0; i < Events; i++) begin : g_count
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) count_q[i] <= '0;
      else if (clear_i) count_q[i] <= '0;
      else if (events_i[i]) count_q[i] <= count_q[i] + 1'b1;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      now_q  <= '0;
      last_q <= '0;
    end else begin
      now_q <= now_q + 1'b1;
      if (clear_i) last_q <= '0;
      else if (done_i) last_q <= now_q - oldest + 1'b1;
    end
  end
endmodule
