// SPDX-License-Identifier: Apache-2.0
// Weight beats in, groups of columns out, and which of the array's two tiles they fill.
// FIFO (an SRAM) → decode and regroup (4 or 5 columns a beat into groups of GroupCols) → load.
// Throughput: one beat a cycle, while a tile is free. Latency beat to load: 4 cycles.

module tercet_weight_stream #(
  parameter  int Rows      = 64,
  parameter  int Cols      = 64,
  parameter  int GroupCols = 8,
  parameter  int FifoBeats = 256,
  localparam int WeightW   = 2 * Rows,
  localparam int Groups    = Cols / GroupCols,
  localparam int GroupIdxW = (Groups > 1) ? $clog2(Groups) : 1
) (
  input  logic                         clk_i,
  input  logic                         rst_ni,
  input  logic                         flush_i,
  // Beats from memory; the reader holds credits, popped_o returns one.
  input  logic                         beat_valid_i,
  input  logic [8*Rows-1:0]            beat_i,
  input  logic                         beat_trit5_i,
  input  logic                         beat_last_i,   // of a pass: what is left of it is padding
  output logic                         popped_o,
  // To the array.
  output logic                         load_o,
  output logic                         load_buf_o,
  output logic [GroupIdxW-1:0]         load_group_o,
  output logic [GroupCols*WeightW-1:0] weights_o,
  // Tiles in order: valid while one is loaded, released by its last token.
  output logic                         tile_valid_o,
  output logic                         tile_buf_o,
  input  logic                         tile_release_i
);
  localparam int HoldCols = GroupCols - 1;     // columns kept while a group is incomplete
  localparam int WorkCols = HoldCols + 5;

  logic              head_valid, head_trit5, head_last, accept;
  logic [8*Rows-1:0] head_beat;

  tercet_sram_fifo #(
    .Width(8 * Rows + 2),
    .Depth(FifoBeats)
  ) u_fifo (
    .clk_i,
    .rst_ni,
    .flush_i,
    .push_i (beat_valid_i),
    .data_i ({beat_last_i, beat_trit5_i, beat_i}),
    .valid_o(head_valid),
    .ready_i(accept),
    .data_o ({head_last, head_trit5, head_beat})
  );
  assign popped_o = accept;

  // Decode and regroup. hold_q keeps count_q columns of an incomplete group.
  logic [5*WeightW-1:0]         columns;
  logic [HoldCols*WeightW-1:0]  hold_q, hold_d;
  logic [2:0]                   count_q;
  logic [3:0]                   have;
  logic [WorkCols*WeightW-1:0]  work;
  logic [GroupCols*WeightW-1:0] group_q;
  logic                         group_valid_q, group_full, group_taken;

  tercet_trit_decode #(
    .Rows(Rows)
  ) u_decode (
    .trit5_i  (head_trit5),
    .beat_i   (head_beat),
    .columns_o(columns)
  );

  assign accept     = head_valid && (!group_valid_q || group_taken);
  assign have       = {1'b0, count_q} + (head_trit5 ? 4'd5 : 4'd4);
  assign group_full = have >= 4'(GroupCols);

  // The new columns go on top of the held ones.
  always_comb begin
    work = '0;
    for (int i = 0; i < GroupCols; i++) begin
      if (count_q == 3'(i)) begin
        work = {{(HoldCols * WeightW) {1'b0}}, columns} << (i * WeightW);
      end
    end
    work = work | {{(5 * WeightW) {1'b0}}, hold_q};
  end

  // Columns above count_q stay zero in hold_q.
  always_comb begin
    hold_d = work[HoldCols*WeightW-1:0];
    if (group_full) begin
      hold_d = {{((HoldCols - 4) * WeightW) {1'b0}}, work[GroupCols*WeightW+:4*WeightW]};
    end
    if (head_last) hold_d = '0;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      count_q       <= '0;
      hold_q        <= '0;
      group_valid_q <= 1'b0;
    end else if (flush_i) begin
      count_q       <= '0;
      hold_q        <= '0;
      group_valid_q <= 1'b0;
    end else begin
      if (accept) begin
        count_q <= head_last ? '0 : 3'(have);  // mod GroupCols = 8
        hold_q  <= hold_d;
      end
      group_valid_q <= (accept && group_full) || (group_valid_q && !group_taken);
    end
  end

  always_ff @(posedge clk_i) begin
    if (accept && group_full) group_q <= work[GroupCols*WeightW-1:0];
  end

  // Which tile is filling, which is working. group_count_q groups of the filling one are loaded.
  logic [1:0]           full_q;
  logic                 fill_q, work_q;
  logic [GroupIdxW-1:0] group_count_q;
  logic                 tile_done;

  assign group_taken  = group_valid_q && !full_q[fill_q];
  assign tile_done    = group_taken && group_count_q == GroupIdxW'(Groups - 1);
  assign load_o       = group_taken;
  assign load_buf_o   = fill_q;
  assign load_group_o = group_count_q;
  assign weights_o    = group_q;
  assign tile_valid_o = full_q[work_q];
  assign tile_buf_o   = work_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      full_q        <= '0;
      fill_q        <= 1'b0;
      work_q        <= 1'b0;
      group_count_q <= '0;
    end else if (flush_i) begin
      full_q        <= '0;
      fill_q        <= 1'b0;
      work_q        <= 1'b0;
      group_count_q <= '0;
    end else begin
      if (group_taken) group_count_q <= tile_done ? '0 : group_count_q + 1'b1;
      if (tile_done) begin
        full_q[fill_q] <= 1'b1;
        fill_q         <= !fill_q;
      end
      if (tile_release_i) begin
        full_q[work_q] <= 1'b0;
        work_q         <= !work_q;
      end
    end
  end

`ifdef FORMAL
  always_ff @(posedge clk_i) begin
    if (rst_ni && tile_release_i) assert (tile_valid_o);
  end
`endif
endmodule
