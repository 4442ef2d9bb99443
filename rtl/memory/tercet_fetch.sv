// SPDX-License-Identifier: Apache-2.0
// The read side: two streams of bursts through one port, weights on to tiles, activations into the SRAM. The mover's
// reads share the port. A command is taken with start_i; its bursts are all requested when idle_o returns.

module tercet_fetch #(
  parameter  int Rows           = 64,
  parameter  int Cols           = 64,
  parameter  int GroupCols      = 8,
  parameter  int AddrW          = 40,
  parameter  int MaxBurst       = 16,
  parameter  int MaxOutstanding = 16,
  parameter  int WeightBeats    = 256,   // weight FIFO
  parameter  int ActBeats       = 8192,  // activation SRAM
  localparam int Groups         = Cols / GroupCols,
  localparam int GroupIdxW      = (Groups > 1) ? $clog2(Groups) : 1,
  localparam int ActAddrW       = $clog2(ActBeats),
  localparam int LevelW         = $clog2(ActBeats + 1)
) (
  input  logic                        clk_i,
  input  logic                        rst_ni,
  input  logic                        flush_i,
  input  logic                        halt_i,
  // Command.
  input  logic                        start_i,
  output logic                        idle_o,
  input  logic [15:0]                 m_i,
  input  logic [7:0]                  m_tile_i,
  input  logic                        trit5_i,
  input  logic [AddrW-1:0]            wgt_i,
  input  logic [31:0]                 wgt_beats_i,
  input  logic [AddrW-1:0]            act_i,
  input  logic [31:0]                 act_beats_i,
  // State of the bus, and events to count.
  output logic                        error_o,
  output logic [7:0]                  code_o,
  output logic                        quiet_o,
  output logic                        wgt_beat_o,
  output logic                        act_beat_o,
  // The mover.
  input  logic                        mover_valid_i,
  output logic                        mover_ready_o,
  input  logic [AddrW-1:0]            mover_addr_i,
  input  logic [7:0]                  mover_len_i,
  output logic                        mover_beat_o,
  // AXI read channels.
  output logic [1:0]                  arid_o,
  output logic [AddrW-1:0]            araddr_o,
  output logic [7:0]                  arlen_o,
  output logic                        arvalid_o,
  input  logic                        arready_i,
  input  logic [1:0]                  rid_i,
  input  logic [8*Rows-1:0]           rdata_i,
  input  logic [1:0]                  rresp_i,
  input  logic                        rlast_i,
  input  logic                        rvalid_i,
  // Weight tiles.
  output logic                        load_o,
  output logic                        load_buf_o,
  output logic [GroupIdxW-1:0]        load_group_o,
  output logic [GroupCols*2*Rows-1:0] weights_o,
  output logic                        tile_valid_o,
  output logic                        tile_buf_o,
  input  logic                        tile_release_i,
  // Activations.
  output logic [LevelW-1:0]           act_level_o,
  input  logic                        act_read_i,
  input  logic [ActAddrW-1:0]         act_addr_i,
  input  logic                        act_free_i,
  input  logic [Rows-1:0]             mask_i,
  output logic [8*Rows-1:0]           planes_o
);
  // Two streams share the port.
  logic             wgt_req, wgt_req_ready, wgt_req_last, act_req, act_req_ready;
  logic [AddrW-1:0] wgt_req_addr, act_req_addr;
  logic [7:0]       wgt_req_len, act_req_len;
  logic             wgt_idle, act_idle, wgt_beat_last, wgt_beat_trit5, wgt_popped, trit5_q;

  tercet_read_stream #(
    .AddrW(AddrW),
    .AxiBytes(Rows),
    .MaxBurst(MaxBurst),
    .Capacity(WeightBeats)
  ) u_wgt_reader (
    .clk_i,
    .rst_ni,
    .flush_i,
    .halt_i,
    .start_i,
    .idle_o     (wgt_idle),
    .base_i     (wgt_i),
    .beats_i    (wgt_beats_i),
    .m_i,
    .m_tile_i,
    .free_i     (wgt_popped),
    .req_valid_o(wgt_req),
    .req_ready_i(wgt_req_ready),
    .req_addr_o (wgt_req_addr),
    .req_len_o  (wgt_req_len),
    .req_last_o (wgt_req_last)
  );

  tercet_read_stream #(
    .AddrW(AddrW),
    .AxiBytes(Rows),
    .MaxBurst(MaxBurst),
    .Capacity(ActBeats)
  ) u_act_reader (
    .clk_i,
    .rst_ni,
    .flush_i,
    .halt_i,
    .start_i,
    .idle_o     (act_idle),
    .base_i     (act_i),
    .beats_i    (act_beats_i),
    .m_i        (16'd1),     // one pass
    .m_tile_i   (8'd1),
    .free_i     (act_free_i),
    .req_valid_o(act_req),
    .req_ready_i(act_req_ready),
    .req_addr_o (act_req_addr),
    .req_len_o  (act_req_len),
    .req_last_o ()
  );

  always_ff @(posedge clk_i) begin
    if (start_i) trit5_q <= trit5_i;
  end

  tercet_read_port #(
    .AddrW(AddrW),
    .MaxOutstanding(MaxOutstanding)
  ) u_read_port (
    .clk_i,
    .rst_ni,
    .mover_valid_i,
    .mover_ready_o,
    .mover_addr_i,
    .mover_len_i,
    .wgt_valid_i     (wgt_req && !halt_i),
    .wgt_ready_o     (wgt_req_ready),
    .wgt_addr_i      (wgt_req_addr),
    .wgt_len_i       (wgt_req_len),
    .wgt_last_i      (wgt_req_last),
    .wgt_trit5_i     (trit5_q),
    .act_valid_i     (act_req && !halt_i),
    .act_ready_o     (act_req_ready),
    .act_addr_i      (act_req_addr),
    .act_len_i       (act_req_len),
    .mover_beat_o,
    .wgt_beat_o,
    .wgt_beat_last_o (wgt_beat_last),
    .wgt_beat_trit5_o(wgt_beat_trit5),
    .act_beat_o,
    .error_o,
    .code_o,
    .quiet_o,
    .arid_o,
    .araddr_o,
    .arlen_o,
    .arvalid_o,
    .arready_i,
    .rid_i,
    .rresp_i,
    .rlast_i,
    .rvalid_i
  );

  assign idle_o = wgt_idle && act_idle;

  // Weights: beats to tiles.
  tercet_weight_stream #(
    .Rows(Rows),
    .Cols(Cols),
    .GroupCols(GroupCols),
    .FifoBeats(WeightBeats)
  ) u_weights (
    .clk_i,
    .rst_ni,
    .flush_i,
    .beat_valid_i  (wgt_beat_o),
    .beat_i        (rdata_i),
    .beat_trit5_i  (wgt_beat_trit5),
    .beat_last_i   (wgt_beat_last),
    .popped_o      (wgt_popped),
    .load_o,
    .load_buf_o,
    .load_group_o,
    .weights_o,
    .tile_valid_o,
    .tile_buf_o,
    .tile_release_i
  );

  tercet_act_buffer #(
    .Rows(Rows),
    .Beats(ActBeats)
  ) u_acts (
    .clk_i,
    .rst_ni,
    .flush_i,
    .beat_valid_i(act_beat_o),
    .beat_i      (rdata_i),
    .level_o     (act_level_o),
    .read_i      (act_read_i),
    .addr_i      (act_addr_i),
    .free_i      (act_free_i),
    .mask_i,
    .planes_o
  );
endmodule
