// SPDX-License-Identifier: Apache-2.0
// tercet_sequencer walks the loops of docs/machine.md exactly: a token is fired only with its weights loaded, its
// activations held and its bank drained; each beat is freed once, in its last use; each n_tile is handed over once,
// when its last row has been written.

module sequencer_formal #(
  localparam int Rows     = 2,
  localparam int Cols     = 8,
  localparam int Tokens   = 2,
  localparam int ActBeats = 4,
  localparam int AddrW    = 10
) (
  input logic             clk_i,
  input logic             cmd_valid_i,
  input logic [15:0]      cmd_m_i,
  input logic [1:0]       cmd_m_tile_i,
  input logic [1:0]       cmd_n_tiles_i,
  input logic [1:0]       cmd_k_tiles_i,
  input logic [3:0]       cmd_n_tail_i,
  input logic [Rows-1:0]  cmd_k_mask_i,
  input logic [AddrW-1:0] cmd_out_i,
  input logic             tile_valid_i,
  input logic             beat_i,        // an activation beat arrives
  input logic             bank_free_i
);
  logic             rst_ni, cmd_ready, tile_release, act_read, act_free, fire, use_buf, bank, token, first;
  logic [1:0]       act_addr, job_rows, job_pipe_q;
  logic [2:0]       level_q;
  logic [Rows-1:0]  mask;
  logic             job_valid, job_bank, job_last, stall_weights, stall_acts, stall_output, buf_q;
  logic [AddrW-1:0] job_addr;
  logic [3:0]       job_cols;

  tercet_sequencer #(
    .Rows    (Rows),
    .Cols    (Cols),
    .Tokens  (Tokens),
    .ActBeats(ActBeats),
    .AddrW   (AddrW),
    .NTilesW (2),
    .KTilesW (2)
  ) u_dut (
    .clk_i,
    .rst_ni,
    .flush_i        (1'b0),
    .cmd_valid_i,
    .cmd_ready_o    (cmd_ready),
    .cmd_m_i,
    .cmd_m_tile_i,
    .cmd_n_tiles_i,
    .cmd_k_tiles_i,
    .cmd_n_tail_i,
    .cmd_k_mask_i,
    .cmd_out_i,
    .tile_valid_i,
    .tile_buf_i     (buf_q),
    .tile_release_o (tile_release),
    .act_level_i    (level_q),
    .act_read_o     (act_read),
    .act_addr_o     (act_addr),
    .act_free_o     (act_free),
    .fire_o         (fire),
    .use_buf_o      (use_buf),
    .bank_o         (bank),
    .token_o        (token),
    .first_o        (first),
    .mask_o         (mask),
    .job_valid_o    (job_valid),
    .job_bank_o     (job_bank),
    .job_addr_o     (job_addr),
    .job_rows_o     (job_rows),
    .job_cols_o     (job_cols),
    .job_last_o     (job_last),
    .bank_free_i,
    .stall_weights_o(stall_weights),
    .stall_acts_o   (stall_acts),
    .stall_output_o (stall_output)
  );

  // Connected to the registers of the design.
  logic             d_active, d_bank, d_oldest, d_token;
  logic [15:0]      d_left;
  logic [1:0]       d_tile, d_rows, d_n_tiles, d_k_tiles, d_n, d_k, d_base, d_read, d_busy;
  logic [2:0]       d_need;
  logic [3:0]       d_tail;
  logic [Rows-1:0]  d_mask;
  logic [AddrW-1:0] d_out;
  logic [AddrW+7:0] d_job_first;

  // The loops: the command, and the token that must be fired next.
  logic             active_q, bank_q;
  logic [15:0]      left_q;                          // tokens from this m_tile on
  logic [1:0]       tile_q, n_tiles_q, k_tiles_q, n_q, k_q, t_q, rows;
  logic [3:0]       tail_q;
  logic [Rows-1:0]  mask_q;
  logic [AddrW-1:0] out_q;
  logic             last_t, last_k, last_n, last_m;
  // The ring's oldest beat, the banks, and the jobs on their way.
  logic [1:0]       oldest_q, base_q, busy_q, jobs_q, offset;
  logic             free_bank_q;
  logic [AddrW+7:0] job_first_q, job_second_q;
  logic             read_q;
  logic [Rows+3:0]  stage_q;
  initial begin
    rst_ni      = 1'b0;
    active_q    = 1'b0;
    bank_q      = 1'b0;
    level_q     = '0;
    oldest_q    = '0;
    base_q      = '0;
    busy_q      = '0;
    jobs_q      = '0;
    free_bank_q = 1'b0;
    job_pipe_q  = '0;
    read_q      = 1'b0;
    buf_q       = 1'b0;
  end

  assign rows   = (left_q < 16'(tile_q)) ? left_q[1:0] : tile_q;
  assign last_t = t_q == rows - 2'd1;
  assign last_k = k_q == k_tiles_q - 2'd1;
  assign last_n = n_q == n_tiles_q - 2'd1;
  assign last_m = left_q == 16'(rows);
  assign offset = act_addr - oldest_q;

  // Beats of this m_tile that were read in this n_tile; jobs made and not drained.
  logic [2:0] done;
  logic [2:0] owed;
  assign done = 3'(k_q) * 3'(rows) + 3'(t_q);
  assign owed = 3'(jobs_q) + 3'(job_pipe_q[0]) + 3'(job_pipe_q[1]);

  logic tile_held_q;
  initial tile_held_q = 1'b0;

  // Commands as dispatch lets them pass; a loaded tile stays until released; credits for activations.
  always_comb begin
    if (!rst_ni) assume (!cmd_valid_i && !beat_i && !bank_free_i && !tile_valid_i);
    if (cmd_valid_i) begin
      assume (cmd_m_i != '0 && cmd_m_tile_i != '0 && cmd_m_tile_i <= 2'(Tokens));
      assume (cmd_n_tiles_i != '0 && cmd_k_tiles_i != '0);
      assume (cmd_m_tile_i == 2'd1 || cmd_k_tiles_i <= 2'd2);  // m_tile · k_tiles <= ActBeats
    end
    if (tile_held_q) assume (tile_valid_i);
    if (level_q == 3'(ActBeats)) assume (!beat_i);
    if (jobs_q == '0) assume (!bank_free_i);
  end

  always_ff @(posedge clk_i) begin
    rst_ni      <= 1'b1;
    tile_held_q <= tile_valid_i && !tile_release;
    buf_q       <= buf_q ^ (rst_ni && tile_release);
    level_q     <= level_q + 3'(beat_i) - 3'(rst_ni && act_free);
    oldest_q    <= oldest_q + 2'(rst_ni && act_free);
    jobs_q      <= jobs_q + 2'(rst_ni && job_valid) - 2'(bank_free_i);
    job_pipe_q  <= {job_pipe_q[0], 1'b0};
    read_q      <= rst_ni && act_read;
    stage_q     <= {buf_q, bank_q, t_q[0], k_q == '0, last_k ? mask_q : {Rows{1'b1}}};
    job_second_q <= job_first_q;
    if (bank_free_i) begin
      busy_q[free_bank_q] <= 1'b0;
      free_bank_q         <= !free_bank_q;
    end
    if (rst_ni && act_read) begin
      t_q <= last_t ? '0 : t_q + 2'd1;
      if (last_t) k_q <= last_k ? '0 : k_q + 2'd1;
      if (last_t && last_k) begin
        n_q            <= last_n ? '0 : n_q + 2'd1;
        bank_q         <= !bank_q;
        busy_q[bank_q] <= 1'b1;
        out_q          <= out_q + AddrW'(rows) * AddrW'(4 * Cols);
        job_pipe_q     <= {job_pipe_q[0], 1'b1};
        job_first_q    <= {last_n && last_m, bank_q, out_q, rows, last_n ? tail_q : 4'(Cols)};
        if (last_n) begin
          left_q   <= left_q - 16'(rows);
          base_q   <= base_q + 2'(rows * k_tiles_q);
          active_q <= !last_m;
        end
      end
    end
    if (rst_ni && cmd_valid_i && cmd_ready) begin
      active_q  <= 1'b1;
      left_q    <= cmd_m_i;
      tile_q    <= cmd_m_tile_i;
      n_tiles_q <= cmd_n_tiles_i;
      k_tiles_q <= cmd_k_tiles_i;
      tail_q    <= cmd_n_tail_i;
      mask_q    <= cmd_k_mask_i;
      out_q     <= cmd_out_i;
      n_q       <= '0;
      k_q       <= '0;
      t_q       <= '0;
    end
  end

  always_comb begin
    if (rst_ni) begin
      if (act_read) begin
        assert (active_q && tile_valid_i);
        assert (k_q != '0 || !busy_q[bank_q]);
        assert (act_addr == base_q + done[1:0]);
        assert ({1'b0, offset} < level_q);
      end
      // A tile that has begun never stalls, and one that has all it needs begins.
      if (active_q && t_q != '0) assert (act_read);
      if (active_q && tile_valid_i && level_q == 3'(ActBeats) && !busy_q[bank_q]) assert (act_read);
      assert (act_free == (act_read && last_n));
      assert (tile_release == (act_read && last_t));
      assert (cmd_ready == (!active_q || (act_read && last_t && last_k && last_n && last_m)));
      // One cycle later, to array and accumulators.
      assert (fire == read_q);
      if (fire) assert ({use_buf, bank, token, first, mask} == stage_q);
      // Two cycles later, to the output stage.
      assert (job_valid == job_pipe_q[1]);
      if (job_valid) begin
        assert ({job_last, job_bank, job_addr, job_rows, job_cols} == job_second_q);
      end
      // Exactly one reason for a lost cycle.
      assert (2'(stall_weights) + 2'(stall_acts) + 2'(stall_output) == 2'(active_q && !act_read));
      // What makes this inductive: both sides hold the same, and that is a place in the loops.
      assert (d_active == active_q && d_bank == bank_q && d_base == base_q && d_busy == busy_q);
      assert (d_oldest == free_bank_q && level_q <= 3'(ActBeats));
      assert (busy_q[bank_q] == (owed == 3'd2) && busy_q[!bank_q] == (owed != 3'd0) && owed <= 3'd2);
      assert (free_bank_q == (bank_q ^ owed[0]));
      if (job_pipe_q[0]) assert (d_job_first == job_first_q);
      if (active_q) begin
        assert (d_left == left_q && d_tile == tile_q && d_rows == rows && d_out == out_q);
        assert (d_n_tiles == n_tiles_q && d_k_tiles == k_tiles_q && d_tail == tail_q && d_mask == mask_q);
        assert (d_n == n_q && d_k == k_q && {1'b0, d_token} == t_q);
        assert (left_q != '0 && tile_q != '0 && tile_q <= 2'(Tokens) && k_tiles_q != '0);
        assert (tile_q == 2'd1 || k_tiles_q <= 2'd2);
        assert (t_q < rows && k_q < k_tiles_q && n_q < n_tiles_q);
        assert (d_read == base_q + done[1:0] && d_need == 3'(k_q) * 3'(rows) + 3'(rows));
        assert (oldest_q == base_q + (last_n ? done[1:0] : 2'd0));
        if (t_q != '0) assert (tile_held_q);
        if (t_q != '0 || k_q != '0) assert (!busy_q[bank_q]);
        if (t_q != '0) assert (level_q >= (last_n ? 3'(rows) - 3'(t_q) : d_need));
      end else assert (d_base == d_read && oldest_q == base_q);
    end
    cover (job_valid && job_last && job_rows == 2'd1 && active_q);
    cover (act_read && k_q == 2'd1 && n_q == 2'd1 && t_q == 2'd1);
    cover (rst_ni && stall_output && busy_q == 2'b11);
    cover (act_free && cmd_valid_i && cmd_ready && active_q);
  end
endmodule
