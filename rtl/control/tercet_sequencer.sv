// SPDX-License-Identifier: Apache-2.0
// The tile loops: walks m_tiles, n_tiles, k_tiles and tokens, fires one token a cycle into the array, and hands
// each finished n_tile to the output stage. A tile starts when its weights, its activations and (for the
// first k_tile) a drained accumulator bank are there; within a tile nothing can stall.
//
// Stage 0 reads the activation SRAM; the stage-1 outputs go to array and accumulators a cycle later. A job is
// offered when its last row has been written (three cycles after the last token was fired).

module tercet_sequencer #(
  parameter  int Rows     = 64,
  parameter  int Cols     = 64,
  parameter  int Tokens   = 64,
  parameter  int ActBeats = 8192,
  parameter  int AddrW    = 40,
  parameter  int NTilesW  = 18,
  parameter  int KTilesW  = 11,
  localparam int TokenW   = $clog2(Tokens),
  localparam int CountW   = TokenW + 1,       // 1 to Tokens
  localparam int ColsW    = $clog2(Cols) + 1, // 1 to Cols
  localparam int ActAddrW = $clog2(ActBeats),
  localparam int LevelW   = $clog2(ActBeats + 1)
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                flush_i,
  // Commands, in order.
  input  logic                cmd_valid_i,
  output logic                cmd_ready_o,
  input  logic [15:0]         cmd_m_i,
  input  logic [CountW-1:0]   cmd_m_tile_i,
  input  logic [NTilesW-1:0]  cmd_n_tiles_i,
  input  logic [KTilesW-1:0]  cmd_k_tiles_i,
  input  logic [ColsW-1:0]    cmd_n_tail_i,   // columns of the last n_tile
  input  logic [Rows-1:0]     cmd_k_mask_i,   // rows of the last k_tile
  input  logic [AddrW-1:0]    cmd_out_i,
  // Weight tiles.
  input  logic                tile_valid_i,
  input  logic                tile_buf_i,
  output logic                tile_release_o,
  // Activation SRAM (stage 0).
  input  logic [LevelW-1:0]   act_level_i,
  output logic                act_read_o,
  output logic [ActAddrW-1:0] act_addr_o,
  output logic                act_free_o,
  // Array and accumulators (stage 1).
  output logic                fire_o,
  output logic                use_buf_o,
  output logic                bank_o,
  output logic [TokenW-1:0]   token_o,
  output logic                first_o,
  output logic [Rows-1:0]     mask_o,
  // Finished n_tiles, to the output stage, which frees the bank when it has read it.
  output logic                job_valid_o,
  output logic                job_bank_o,
  output logic [AddrW-1:0]    job_addr_o,
  output logic [CountW-1:0]   job_rows_o,
  output logic [ColsW-1:0]    job_cols_o,
  output logic                job_last_o,     // of the command
  input  logic                bank_free_i,    // the older busy bank
  // State, for counters and status.
  output logic                stall_weights_o,
  output logic                stall_acts_o,
  output logic                stall_output_o
);
  localparam int RowBytesLog2 = $clog2(Cols) + 2;  // a row of int32

  // The command at work.
  logic                active_q;
  logic [15:0]         m_left_q;                   // tokens from this m_tile on
  logic [CountW-1:0]   m_tile_q, rows_q;           // rows_q: tokens of this m_tile
  logic [NTilesW-1:0]  n_tiles_q, n_q;
  logic [KTilesW-1:0]  k_tiles_q, k_q;
  logic [ColsW-1:0]    n_tail_q;
  logic [Rows-1:0]     k_mask_q;
  logic [AddrW-1:0]    out_q;
  logic [TokenW-1:0]   token_q;
  logic [ActAddrW-1:0] base_q, read_q;             // of this m_tile, of the next token
  logic [LevelW-1:0]   need_q;                     // beats of this m_tile up to the next tile's end
  // Banks.
  logic [1:0]          busy_q;
  logic                bank_q, oldest_q;

  logic last_token, last_k, last_n, last_m;
  logic acts_ready, bank_ready, start, fire, tile_end, n_end, m_end, load;
  logic [15:0]         m_next;
  logic [CountW-1:0]   rows_load, rows_next;

  function automatic logic [CountW-1:0] rows_of(input logic [15:0] left,
                                                input logic [CountW-1:0] tile);
    rows_of = (left < 16'(tile)) ? CountW'(left) : tile;
  endfunction

  assign last_token = CountW'(token_q) == rows_q - 1'b1;
  assign last_k     = k_q == k_tiles_q - 1'b1;
  assign last_n     = n_q == n_tiles_q - 1'b1;
  assign last_m     = m_left_q == 16'(rows_q);

  // In the last n_tile beats are freed as they are read, so the tile's own beats are the oldest.
  assign acts_ready = act_level_i >= (last_n ? LevelW'(rows_q) : need_q);
  assign bank_ready = k_q != '0 || !busy_q[bank_q];
  assign start      = tile_valid_i && acts_ready && bank_ready;
  assign fire       = active_q && (token_q != '0 || start);
  assign tile_end   = fire && last_token;
  assign n_end      = tile_end && last_k;
  assign m_end      = n_end && last_n;

  assign cmd_ready_o = !active_q || (m_end && last_m);
  assign load        = cmd_valid_i && cmd_ready_o;
  assign m_next      = m_left_q - 16'(rows_q);
  assign rows_next   = rows_of(m_next, m_tile_q);
  assign rows_load   = rows_of(cmd_m_i, cmd_m_tile_i);

  assign tile_release_o  = tile_end;
  assign act_read_o      = fire;
  assign act_addr_o      = read_q;
  assign act_free_o      = fire && last_n;
  assign stall_output_o  = active_q && !fire && !bank_ready;
  assign stall_weights_o = active_q && !fire && bank_ready && !tile_valid_i;
  assign stall_acts_o    = active_q && !fire && bank_ready && tile_valid_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      active_q <= 1'b0;
      busy_q   <= '0;
      bank_q   <= 1'b0;
      oldest_q <= 1'b0;
      base_q   <= '0;
      read_q   <= '0;
    end else if (flush_i) begin
      active_q <= 1'b0;
      busy_q   <= '0;
      bank_q   <= 1'b0;
      oldest_q <= 1'b0;
      base_q   <= '0;
      read_q   <= '0;
    end else begin
      if (load) active_q <= 1'b1;
      else if (m_end && last_m) active_q <= 1'b0;
      if (n_end) begin
        busy_q[bank_q] <= 1'b1;
        bank_q         <= !bank_q;
      end
      if (bank_free_i) begin
        busy_q[oldest_q] <= 1'b0;
        oldest_q         <= !oldest_q;
      end
      // Rewind at the end of an n_tile's k loop; after the last n_tile the next m_tile's beats follow.
      if (n_end && !last_n) read_q <= base_q;
      else if (fire) read_q <= read_q + 1'b1;
      if (m_end) base_q <= read_q + 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (load) begin
      m_left_q  <= cmd_m_i;
      m_tile_q  <= cmd_m_tile_i;
      rows_q    <= rows_load;
      n_tiles_q <= cmd_n_tiles_i;
      k_tiles_q <= cmd_k_tiles_i;
      n_tail_q  <= cmd_n_tail_i;
      k_mask_q  <= cmd_k_mask_i;
      out_q     <= cmd_out_i;
      n_q       <= '0;
      k_q       <= '0;
      token_q   <= '0;
      need_q    <= LevelW'(rows_load);
    end else if (fire) begin
      token_q <= last_token ? '0 : token_q + 1'b1;
      if (tile_end) begin
        k_q    <= last_k ? '0 : k_q + 1'b1;
        need_q <= last_k ? LevelW'(rows_q) : need_q + LevelW'(rows_q);
      end
      if (n_end) begin
        n_q   <= last_n ? '0 : n_q + 1'b1;
        out_q <= out_q + (AddrW'(rows_q) << RowBytesLog2);
      end
      if (m_end) begin
        m_left_q <= m_next;
        rows_q   <= rows_next;
        need_q   <= LevelW'(rows_next);
      end
    end
  end

  // Stage 1.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) fire_o <= 1'b0;
    else fire_o <= fire && !flush_i;
  end

  always_ff @(posedge clk_i) begin
    if (fire) begin
      use_buf_o <= tile_buf_i;
      bank_o    <= bank_q;
      token_o   <= token_q;
      first_o   <= k_q == '0;
      mask_o    <= last_k ? k_mask_q : '1;
    end
  end

  // Jobs wait two cycles here, and at least one in the output stage's FIFO, for the last row to be written.
  localparam int JobW = 2 + AddrW + CountW + ColsW;
  logic [1:0]      job_valid_q;
  logic [JobW-1:0] job_first_q, job_second_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) job_valid_q <= '0;
    else if (flush_i) job_valid_q <= '0;
    else job_valid_q <= {job_valid_q[0], n_end};
  end

  always_ff @(posedge clk_i) begin
    if (n_end) begin
      job_first_q <= {last_n && last_m, bank_q, out_q, rows_q,
                      last_n ? n_tail_q : ColsW'(Cols)};
    end
    if (job_valid_q[0]) job_second_q <= job_first_q;
  end

  assign job_valid_o = job_valid_q[1];
  assign {job_last_o, job_bank_o, job_addr_o, job_rows_o, job_cols_o} = job_second_q;
endmodule
