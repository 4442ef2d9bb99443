// SPDX-License-Identifier: Apache-2.0
// The engine: wires its registers, dispatch, loaders, array, accumulators and output stage together (docs/machine.md).

module tercet_engine #(
  localparam int Rows     = tercet_cfg_pkg::Rows,
  localparam int Cols     = tercet_cfg_pkg::Cols,
  localparam int Tokens   = tercet_cfg_pkg::Tokens,
  localparam int AxiBytes = tercet_cfg_pkg::AxiBytes,
  localparam int AddrW    = tercet_cfg_pkg::AddrBits
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  // Register port: answered in the cycle of the request.
  input  logic                  csr_write_i,
  input  logic                  csr_read_i,
  input  logic [11:0]           csr_addr_i,
  input  logic [31:0]           csr_wdata_i,
  input  logic                  csr_partial_i,
  output logic                  csr_error_o,
  output logic [31:0]           csr_rdata_o,
  // Interrupts.
  output logic                  event_o,          // a bit of IRQ is set
  input  logic                  irq_i,
  output logic                  irq_o,            // what CTRL lets through, or irq_i
  input  logic                  waiting_i,        // commands wait for the firmware
  // Reads of the mover.
  input  logic                  mover_valid_i,
  output logic                  mover_ready_o,
  input  logic [AddrW-1:0]      mover_addr_i,
  input  logic [7:0]            mover_len_i,
  output logic                  mover_beat_o,
  // AXI read channels; beats are always taken.
  output logic [1:0]            arid_o,
  output logic [AddrW-1:0]      araddr_o,
  output logic [7:0]            arlen_o,
  output logic                  arvalid_o,
  input  logic                  arready_i,
  input  logic [1:0]            rid_i,
  input  logic [8*AxiBytes-1:0] rdata_i,
  input  logic [1:0]            rresp_i,
  input  logic                  rlast_i,
  input  logic                  rvalid_i,
  // AXI write channels; responses are always taken.
  input  logic                  write_hold_i,     // announce no more bursts
  output logic                  write_quiet_o,    // no burst announced and unanswered
  output logic                  awvalid_o,
  input  logic                  awready_i,
  output logic [AddrW-1:0]      awaddr_o,
  output logic [7:0]            awlen_o,
  output logic                  wvalid_o,
  input  logic                  wready_i,
  output logic [8*AxiBytes-1:0] wdata_o,
  output logic [AxiBytes-1:0]   wstrb_o,
  output logic                  wlast_o,
  input  logic                  bvalid_i,
  input  logic [1:0]            bresp_i
);
  localparam int GroupCols = 8;
  localparam int Groups    = Cols / GroupCols;
  localparam int GroupIdxW = (Groups > 1) ? $clog2(Groups) : 1;
  localparam int SumW      = 9 + $clog2(Rows);
  localparam int AccW      = tercet_cfg_pkg::AccBits;
  localparam int ActBeats  = tercet_cfg_pkg::ActSramBeats;
  localparam int ActAddrW  = $clog2(ActBeats);
  localparam int LevelW    = $clog2(ActBeats + 1);
  localparam int TokenW    = $clog2(Tokens);
  localparam int CountW    = TokenW + 1;
  localparam int ColsW     = $clog2(Cols) + 1;
  localparam int NTilesW   = 25 - $clog2(Cols);
  localparam int KTilesW   = 17 - $clog2(Rows);

  // Control: registers, supervisor, dispatch, counters.
  logic             soft_reset, perf_clear, halt, flush, reset, running, halted, raised;
  logic             pending, taken, trit5, engine_empty, command_written, command_done;
  logic [7:0]       code;
  logic [15:0]      cmd_m, cmd_k;
  logic [23:0]      cmd_n;
  logic [7:0]       cmd_m_tile;
  logic [31:0]      cmd_wbeats;
  logic [AddrW-1:0] cmd_act, cmd_wgt, cmd_out;
  logic [3:0]       counter;
  logic [63:0]      counter_value;

  tercet_csr #(
    .AddrW     (AddrW),
    .Geometry  (tercet_cfg_pkg::Geometry),
    .ConfigHash(tercet_cfg_pkg::ConfigHash)
  ) u_csr (
    .clk_i,
    .rst_ni,
    .write_i        (csr_write_i),
    .read_i         (csr_read_i),
    .addr_i         (csr_addr_i),
    .wdata_i        (csr_wdata_i),
    .partial_i      (csr_partial_i),
    .error_o        (csr_error_o),
    .rdata_o        (csr_rdata_o),
    .event_o,
    .irq_i,
    .irq_o,
    .soft_reset_o   (soft_reset),
    .perf_clear_o   (perf_clear),
    .flush_i        (flush),
    .reset_i        (reset),
    .pending_o      (pending),
    .taken_i        (taken),
    .m_o            (cmd_m),
    .n_o            (cmd_n),
    .k_o            (cmd_k),
    .m_tile_o       (cmd_m_tile),
    .trit5_o        (trit5),
    .wbeats_o       (cmd_wbeats),
    .act_o          (cmd_act),
    .wgt_o          (cmd_wgt),
    .out_o          (cmd_out),
    .running_i      (running),
    .halted_i       (halted),
    .empty_i        (engine_empty),
    .done_i         (command_done),
    .raised_i       (raised),
    .code_i         (code),
    .counter_o      (counter),
    .counter_value_i(counter_value)
  );

  logic       refuse, read_error, write_error, read_quiet;
  logic [7:0] refuse_code, read_code, write_code;

  assign write_error = bvalid_i && bresp_i[1];

  // A command whose write failed, or that the engine has dropped, does not complete.
  assign command_done = command_written && running && !write_error;

  assign write_code  = bresp_i[0] ? tercet_hw_pkg::ErrWriteDecerr
                                  : tercet_hw_pkg::ErrWriteSlverr;

  tercet_supervisor u_supervisor (
    .clk_i,
    .rst_ni,
    .soft_reset_i(soft_reset),
    .error_i     (refuse || read_error || write_error),
    .code_i      (read_error ? read_code : write_error ? write_code : refuse_code),
    .bus_quiet_i (read_quiet && write_quiet_o),
    .halt_o      (halt),
    .flush_o     (flush),
    .reset_o     (reset),
    .running_o   (running),
    .error_o     (halted),
    .raised_o    (raised),
    .code_o      (code)
  );

  logic               fetch_idle, start, in_flight_room, queue_ready;
  logic [31:0]        act_beats;
  logic [NTilesW-1:0] n_tiles;
  logic [KTilesW-1:0] k_tiles;
  logic [ColsW-1:0]   n_tail;
  logic [Rows-1:0]    k_mask;

  tercet_dispatch #(
    .Rows    (Rows),
    .Cols    (Cols),
    .Tokens  (Tokens),
    .AxiBytes(AxiBytes),
    .ActBeats(ActBeats),
    .AddrW   (AddrW),
    .KMax    (tercet_cfg_pkg::KMaxConfig),
    .NTilesW (NTilesW),
    .KTilesW (KTilesW)
  ) u_dispatch (
    .clk_i,
    .rst_ni,
    .flush_i       (flush),
    .pending_i     (pending),
    .taken_o       (taken),
    .m_i           (cmd_m),
    .n_i           (cmd_n),
    .k_i           (cmd_k),
    .m_tile_i      (cmd_m_tile),
    .trit5_i       (trit5),
    .wbeats_i      (cmd_wbeats),
    .act_i         (cmd_act),
    .wgt_i         (cmd_wgt),
    .out_i         (cmd_out),
    .engine_empty_i(engine_empty),
    .refuse_o      (refuse),
    .code_o        (refuse_code),
    .fetch_ready_i (fetch_idle && in_flight_room && !halt),
    .start_o       (start),
    .act_beats_o   (act_beats),
    .queue_ready_i (queue_ready),
    .n_tiles_o     (n_tiles),
    .k_tiles_o     (k_tiles),
    .n_tail_o      (n_tail),
    .k_mask_o      (k_mask)
  );

  // Fetch: read bursts, weight tiles, activation SRAM.
  logic                        load, load_buf, tile_valid, tile_buf, tile_release;
  logic [GroupIdxW-1:0]        load_group;
  logic [GroupCols*2*Rows-1:0] weights;
  logic [LevelW-1:0]           act_level;
  logic                        act_read, act_free;
  logic [ActAddrW-1:0]         act_addr;
  logic [8*Rows-1:0]           planes;
  logic [Rows-1:0]             mask;
  logic                        wgt_beat, act_beat;

  tercet_fetch #(
    .Rows          (Rows),
    .Cols          (Cols),
    .GroupCols     (GroupCols),
    .AddrW         (AddrW),
    .MaxBurst      (tercet_cfg_pkg::MaxBurstBeats),
    .MaxOutstanding(tercet_cfg_pkg::MaxOutstandingReads),
    .WeightBeats   (tercet_cfg_pkg::WeightFifoBeats),
    .ActBeats      (ActBeats)
  ) u_fetch (
    .clk_i,
    .rst_ni,
    .flush_i       (flush),
    .halt_i        (halt),
    .start_i       (start),
    .idle_o        (fetch_idle),
    .m_i           (cmd_m),
    .m_tile_i      (cmd_m_tile),
    .trit5_i       (trit5),
    .wgt_i         (cmd_wgt),
    .wgt_beats_i   (cmd_wbeats),
    .act_i         (cmd_act),
    .act_beats_i   (act_beats),
    .error_o       (read_error),
    .code_o        (read_code),
    .quiet_o       (read_quiet),
    .wgt_beat_o    (wgt_beat),
    .act_beat_o    (act_beat),
    .mover_valid_i,
    .mover_ready_o,
    .mover_addr_i,
    .mover_len_i,
    .mover_beat_o,
    .arid_o,
    .araddr_o,
    .arlen_o,
    .arvalid_o,
    .arready_i,
    .rid_i,
    .rdata_i,
    .rresp_i,
    .rlast_i,
    .rvalid_i,
    .load_o        (load),
    .load_buf_o    (load_buf),
    .load_group_o  (load_group),
    .weights_o     (weights),
    .tile_valid_o  (tile_valid),
    .tile_buf_o    (tile_buf),
    .tile_release_i(tile_release),
    .act_level_o   (act_level),
    .act_read_i    (act_read),
    .act_addr_i    (act_addr),
    .act_free_i    (act_free),
    .mask_i        (mask),
    .planes_o      (planes)
  );

  // Sequencing. Commands wait here while their data is being fetched.
  localparam int QueueW = 16 + CountW + NTilesW + KTilesW + ColsW + Rows + AddrW;
  logic               seq_valid, seq_ready;
  logic [15:0]        seq_m;
  logic [CountW-1:0]  seq_m_tile;
  logic [NTilesW-1:0] seq_n_tiles;
  logic [KTilesW-1:0] seq_k_tiles;
  logic [ColsW-1:0]   seq_n_tail;
  logic [Rows-1:0]    seq_k_mask;
  logic [AddrW-1:0]   seq_out;

  tercet_fifo #(
    .Width(QueueW),
    .Depth(2)
  ) u_queue (
    .clk_i,
    .rst_ni,
    .flush_i(flush),
    .valid_i(start),
    .ready_o(queue_ready),
    .data_i ({cmd_m, cmd_m_tile[CountW-1:0], n_tiles, k_tiles, n_tail, k_mask, cmd_out}),
    .valid_o(seq_valid),
    .ready_i(seq_ready),
    .data_o ({seq_m, seq_m_tile, seq_n_tiles, seq_k_tiles, seq_n_tail, seq_k_mask, seq_out})
  );

  logic              fire, use_buf, bank, first, bank_free;
  logic [TokenW-1:0] token;
  logic              job_valid, job_bank, job_last;
  logic [AddrW-1:0]  job_addr;
  logic [CountW-1:0] job_rows;
  logic [ColsW-1:0]  job_cols;
  logic              stall_weights, stall_acts, stall_output;

  tercet_sequencer #(
    .Rows    (Rows),
    .Cols    (Cols),
    .Tokens  (Tokens),
    .ActBeats(ActBeats),
    .AddrW   (AddrW),
    .NTilesW (NTilesW),
    .KTilesW (KTilesW)
  ) u_sequencer (
    .clk_i,
    .rst_ni,
    .flush_i        (flush),
    .cmd_valid_i    (seq_valid),
    .cmd_ready_o    (seq_ready),
    .cmd_m_i        (seq_m),
    .cmd_m_tile_i   (seq_m_tile),
    .cmd_n_tiles_i  (seq_n_tiles),
    .cmd_k_tiles_i  (seq_k_tiles),
    .cmd_n_tail_i   (seq_n_tail),
    .cmd_k_mask_i   (seq_k_mask),
    .cmd_out_i      (seq_out),
    .tile_valid_i   (tile_valid),
    .tile_buf_i     (tile_buf),
    .tile_release_o (tile_release),
    .act_level_i    (act_level),
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
    .bank_free_i    (bank_free),
    .stall_weights_o(stall_weights),
    .stall_acts_o   (stall_acts),
    .stall_output_o (stall_output)
  );

  // Array and accumulators.
  logic [Cols*SumW-1:0] sums;
  logic                 drain, drain_bank;
  logic [TokenW-1:0]    drain_token;
  logic [Cols*AccW-1:0] drain_row;

  tercet_array #(
    .Rows     (Rows),
    .Cols     (Cols),
    .GroupCols(GroupCols)
  ) u_array (
    .clk_i,
    .load_i      (load),
    .load_buf_i  (load_buf),
    .load_group_i(load_group),
    .weights_i   (weights),
    .valid_i     (fire),
    .use_buf_i   (use_buf),
    .planes_i    (planes),
    .sums_o      (sums)
  );

  tercet_accum #(
    .Cols  (Cols),
    .Tokens(Tokens),
    .SumW  (SumW),
    .AccW  (AccW)
  ) u_accum (
    .clk_i,
    .rst_ni,
    .flush_i      (flush),
    .valid_i      (fire),
    .bank_i       (bank),
    .token_i      (token),
    .first_i      (first),
    .sums_i       (sums),
    .drain_i      (drain),
    .drain_bank_i (drain_bank),
    .drain_token_i(drain_token),
    .drain_row_o  (drain_row)
  );

  // Output.
  tercet_output #(
    .Cols    (Cols),
    .Tokens  (Tokens),
    .AccW    (AccW),
    .AddrW   (AddrW),
    .AxiBytes(AxiBytes),
    .MaxBurst(tercet_cfg_pkg::MaxBurstBeats)
  ) u_output (
    .clk_i,
    .rst_ni,
    .flush_i      (flush),
    .halt_i       (halt || write_hold_i),
    .job_valid_i  (job_valid),
    .job_bank_i   (job_bank),
    .job_addr_i   (job_addr),
    .job_rows_i   (job_rows),
    .job_cols_i   (job_cols),
    .job_last_i   (job_last),
    .bank_free_o  (bank_free),
    .drain_o      (drain),
    .drain_bank_o (drain_bank),
    .drain_token_o(drain_token),
    .drain_row_i  (drain_row),
    .awvalid_o,
    .awready_i,
    .awaddr_o,
    .awlen_o,
    .wvalid_o,
    .wready_i,
    .wdata_o,
    .wstrb_o,
    .wlast_o,
    .bvalid_i,
    .done_o       (command_written),
    .quiet_o      (write_quiet_o)
  );

  // Counters, in the order of the registers.
  tercet_perf u_perf (
    .clk_i,
    .rst_ni,
    .clear_i      (perf_clear),
    .flush_i      (flush),
    .events_i     ({waiting_i && engine_empty && !pending, wvalid_o && wready_i, act_beat,
                    wgt_beat, tile_release, stall_output, stall_acts, stall_weights, act_read,
                    !engine_empty}),
    .start_i      (start),
    .start_ready_o(in_flight_room),
    .done_i       (command_done),
    .empty_o      (engine_empty),
    .index_i      (counter),
    .value_o      (counter_value)
  );

endmodule
