// SPDX-License-Identifier: Apache-2.0
// tercet_weight_stream: an arbitrary column of an arbitrary beat arrives in its slot of its group, for any mix of
// packings, unless it is padding after the end of a pass, which never arrives; groups fill the two tiles in turn
// and never a tile that is full.

module weight_stream_formal #(
  parameter  int Rows      = 1,
  parameter  int FifoBeats = 4,
  localparam int Cols      = 16,
  localparam int WeightW   = 2 * Rows
) (
  input logic              clk_i,
  input logic              beat_valid_i,
  input logic [8*Rows-1:0] beat_i,
  input logic              beat_trit5_i,
  input logic              beat_last_i,
  input logic              release_i,
  input logic              track_i,       // follow a column of the beat that comes now
  input logic [2:0]        track_column_i
);
  logic                 rst_ni, popped, load, load_buf, load_group, tile_valid, tile_buf;
  logic [8*WeightW-1:0] weights;
  logic [5*WeightW-1:0] columns;

  tercet_weight_stream #(
    .Rows     (Rows),
    .Cols     (Cols),
    .GroupCols(8),
    .FifoBeats(FifoBeats)
  ) u_dut (
    .clk_i,
    .rst_ni,
    .flush_i       (1'b0),
    .beat_valid_i,
    .beat_i,
    .beat_trit5_i,
    .beat_last_i,
    .popped_o      (popped),
    .load_o        (load),
    .load_buf_o    (load_buf),
    .load_group_o  (load_group),
    .weights_o     (weights),
    .tile_valid_o  (tile_valid),
    .tile_buf_o    (tile_buf),
    .tile_release_i(release_i)
  );

  // What the beat holds; that the decoder is right is a proof of its own.
  tercet_trit_decode #(
    .Rows(Rows)
  ) u_decode (
    .trit5_i  (beat_trit5_i),
    .beat_i,
    .columns_o(columns)
  );

  // Column counts on the way in: how many columns of an unfinished group, how many groups not loaded yet.
  logic [2:0]         part_q, slot_q;
  logic [3:0]         total, count, position, groups_q, ahead_q, beats_q;
  logic               tracked_q, whole_q, completes;  // whole: the column's group is complete
  logic [WeightW-1:0] data_q;
  initial begin
    rst_ni    = 1'b0;
    part_q    = '0;
    groups_q  = '0;
    beats_q   = '0;
    tracked_q = 1'b0;
  end

  assign count     = beat_trit5_i ? 4'd5 : 4'd4;
  assign total     = {1'b0, part_q} + count;
  assign position  = {1'b0, part_q} + {1'b0, track_column_i};
  assign completes = beat_valid_i && total[3];

  // Tiles on the way out.
  logic [1:0] full_q;
  logic       fill_q, work_q, group_q;
  initial begin
    full_q  = '0;
    fill_q  = 1'b0;
    work_q  = 1'b0;
    group_q = 1'b0;
  end

  always_comb begin
    if (!rst_ni || beats_q == 4'(FifoBeats)) assume (!beat_valid_i);  // credits
    if (!full_q[work_q]) assume (!release_i);
  end

  always_ff @(posedge clk_i) begin
    rst_ni   <= 1'b1;
    beats_q  <= beats_q + 4'(beat_valid_i) - 4'(rst_ni && popped);
    groups_q <= groups_q + 4'(completes) - 4'(rst_ni && load);
    if (beat_valid_i) part_q <= beat_last_i ? '0 : total[2:0];
    // The column: dropped as padding, or in a group with others ahead of it.
    if (!tracked_q && beat_valid_i && track_i && {1'b0, track_column_i} < count) begin
      tracked_q <= position[3] ? !beat_last_i : (total[3] || !beat_last_i);
      whole_q   <= !position[3] && total[3];
      slot_q    <= position[2:0];
      ahead_q   <= groups_q + 4'(position[3]) - 4'(rst_ni && load);
      for (int c = 0; c < 5; c++) begin
        if (track_column_i == 3'(c)) data_q <= columns[c*WeightW+:WeightW];
      end
    end else if (tracked_q) begin
      if (beat_valid_i && completes) whole_q <= 1'b1;
      if (load) ahead_q <= ahead_q - 1'b1;
      if (load && ahead_q == '0) tracked_q <= 1'b0;
      if (beat_valid_i && beat_last_i && !whole_q && !completes) tracked_q <= 1'b0;
    end
    if (load) begin
      group_q <= !group_q;
      if (group_q) fill_q <= !fill_q;
      if (group_q) full_q[fill_q] <= 1'b1;
    end
    if (release_i) begin
      full_q[work_q] <= 1'b0;
      work_q         <= !work_q;
    end
  end

  always_comb begin
    if (rst_ni) begin
      if (load) begin
        assert (groups_q != '0);
        assert (!full_q[load_buf] && load_buf == fill_q && load_group == group_q);
        if (tracked_q && ahead_q == '0) begin
          assert (whole_q);
          for (int s = 0; s < 8; s++) begin
            if (slot_q == 3'(s)) assert (weights[s*WeightW+:WeightW] == data_q);
          end
        end
      end
      if (popped) assert (beats_q != '0);
      assert (tile_valid == full_q[work_q] && tile_buf == work_q);
    end
    cover (load && tracked_q && ahead_q == '0 && slot_q == 3'd6 && data_q == '1);
    cover (full_q == 2'b11 && groups_q != '0);
    cover (rst_ni && release_i && load && load_buf != work_q);
  end
endmodule
