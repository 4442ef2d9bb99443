// SPDX-License-Identifier: Apache-2.0
// Takes a command from the shadow registers, checks it, and starts loaders and sequencer with it.
// The products a check needs (m_tile · k_tiles and so on) are formed by shift and add, one bit a cycle, while
// earlier commands run: at most 16 cycles, one for a single token. A bad command waits for the commands before
// it to complete, then raises its error.

module tercet_dispatch #(
  parameter  int Rows     = 64,
  parameter  int Cols     = 64,
  parameter  int Tokens   = 64,
  parameter  int AxiBytes = 64,
  parameter  int ActBeats = 8192,
  parameter  int AddrW    = 40,
  parameter  int KMax     = 65535,
  parameter  int NTilesW  = 18,
  parameter  int KTilesW  = 11,
  localparam int ColsW    = $clog2(Cols) + 1
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic               flush_i,
  // The shadow: stable while pending_i.
  input  logic               pending_i,
  output logic               taken_o,       // the shadow is free again
  input  logic [15:0]        m_i,
  input  logic [23:0]        n_i,
  input  logic [15:0]        k_i,
  input  logic [7:0]         m_tile_i,
  input  logic               trit5_i,
  input  logic [31:0]        wbeats_i,
  input  logic [AddrW-1:0]   act_i,
  input  logic [AddrW-1:0]   wgt_i,
  input  logic [AddrW-1:0]   out_i,
  // Refusal.
  input  logic               engine_empty_i, // no command in flight
  output logic               refuse_o,
  output logic [7:0]         code_o,
  // Start: all three are ready and take the command in the same cycle.
  input  logic               fetch_ready_i,  // both loaders, and room for one more command in flight
  output logic               start_o,
  output logic [31:0]        act_beats_o,
  // To the sequencer's queue.
  input  logic               queue_ready_i,
  output logic [NTilesW-1:0] n_tiles_o,
  output logic [KTilesW-1:0] k_tiles_o,
  output logic [ColsW-1:0]   n_tail_o,
  output logic [Rows-1:0]    k_mask_o
);
  localparam int RowsLog2 = $clog2(Rows);
  localparam int ColsLog2 = $clog2(Cols);
  localparam int ByteLog2 = $clog2(AxiBytes);
  localparam int WideW    = 48;  // holds every product and every end address

  logic [NTilesW-1:0] n_tiles;
  logic [KTilesW-1:0] k_tiles;
  assign n_tiles   = NTilesW'((25'(n_i) + 25'(Cols - 1)) >> ColsLog2);
  assign k_tiles   = KTilesW'((17'(k_i) + 17'(Rows - 1)) >> RowsLog2);
  assign n_tiles_o = n_tiles;
  assign k_tiles_o = k_tiles;

  // Columns of the last n_tile (1 to Cols) and rows of the last k_tile.
  logic [ColsLog2-1:0] n_rest;
  logic [RowsLog2-1:0] k_rest;
  assign n_rest   = n_i[ColsLog2-1:0];
  assign k_rest   = k_i[RowsLog2-1:0];
  assign n_tail_o = (n_rest == '0) ? ColsW'(Cols) : ColsW'(n_rest);
  assign k_mask_o = (k_rest == '0) ? '1 : ~({Rows{1'b1}} << k_rest);

  // Products by shift and add.
  typedef enum logic [1:0] {
    StIdle,
    StMultiply,
    StJudge,
    StGo
  } state_e;

  state_e             state_q;
  logic [15:0]        m_bits_q;
  logic [KTilesW-1:0] k_bits_q;
  logic [WideW-1:0]   m_tile_q, m_q, n_tiles_q;                     // shifted left each step
  logic [WideW-1:0]   tile_beats_q, act_beats_q, tiles_q, rows_q;   // m_tile·k, m·k, n·k, m·n
  logic               multiplied;

  assign multiplied = m_bits_q == '0 && k_bits_q == '0;

  // Checks, valid in StJudge.
  logic bad_shape, bad_tile, bad_alignment, bad_wbeats, bad_address;
  logic [WideW-1:0] columns, stream_columns, act_end, wgt_end, out_end;

  assign bad_shape = m_i == '0 || n_i == '0 || k_i == '0 || 32'(k_i) > KMax;
  assign bad_tile = m_tile_i == '0 || 32'(m_tile_i) > Tokens || tile_beats_q > WideW'(ActBeats);
  assign bad_alignment = act_i[ByteLog2-1:0] != '0 || wgt_i[ByteLog2-1:0] != '0 ||
                         out_i[ByteLog2-1:0] != '0;

  // The stream holds exactly as many beats as its columns need.
  assign columns        = tiles_q << ColsLog2;
  assign stream_columns = (WideW'(wbeats_i) << 2) + (trit5_i ? WideW'(wbeats_i) : '0);
  assign bad_wbeats     = stream_columns < columns ||
                          stream_columns - columns >= (trit5_i ? WideW'(5) : WideW'(4));

  assign act_end     = WideW'(act_i) + (act_beats_q << ByteLog2);
  assign wgt_end     = WideW'(wgt_i) + (WideW'(wbeats_i) << ByteLog2);
  assign out_end     = WideW'(out_i) + (rows_q << (ColsLog2 + 2));
  assign bad_address = act_end > WideW'(1) << AddrW || wgt_end > WideW'(1) << AddrW ||
                       out_end > WideW'(1) << AddrW;

  logic [7:0] code, code_q;
  always_comb begin
    code = tercet_hw_pkg::ErrNone;
    if (bad_shape) code = tercet_hw_pkg::ErrBadShape;
    else if (bad_tile) code = tercet_hw_pkg::ErrBadTile;
    else if (bad_alignment) code = tercet_hw_pkg::ErrBadAlignment;
    else if (bad_wbeats) code = tercet_hw_pkg::ErrBadWeightBeats;
    else if (bad_address) code = tercet_hw_pkg::ErrBadAddress;
  end

  assign code_o      = code_q;
  assign refuse_o    = state_q == StGo && code_q != tercet_hw_pkg::ErrNone && engine_empty_i;
  assign start_o     = state_q == StGo && code_q == tercet_hw_pkg::ErrNone && fetch_ready_i &&
                       queue_ready_i;
  assign taken_o     = start_o;
  assign act_beats_o = 32'(act_beats_q);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) state_q <= StIdle;
    else if (flush_i) state_q <= StIdle;
    else begin
      case (state_q)
        StIdle:     if (pending_i) state_q <= StMultiply;
        StMultiply: if (multiplied) state_q <= StJudge;
        StJudge:    state_q <= StGo;
        default:    if (start_o) state_q <= StIdle;  // a refusal ends in a flush
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == StIdle && pending_i) begin
      m_bits_q     <= m_i;
      k_bits_q     <= k_tiles;
      m_tile_q     <= WideW'(m_tile_i);
      m_q          <= WideW'(m_i);
      n_tiles_q    <= WideW'(n_tiles);
      tile_beats_q <= '0;
      act_beats_q  <= '0;
      tiles_q      <= '0;
      rows_q       <= '0;
    end
    if (state_q == StMultiply && !multiplied) begin
      m_bits_q  <= m_bits_q >> 1;
      k_bits_q  <= k_bits_q >> 1;
      m_tile_q  <= m_tile_q << 1;
      m_q       <= m_q << 1;
      n_tiles_q <= n_tiles_q << 1;
      if (k_bits_q[0]) begin
        tile_beats_q <= tile_beats_q + m_tile_q;
        act_beats_q  <= act_beats_q + m_q;
        tiles_q      <= tiles_q + n_tiles_q;
      end
      if (m_bits_q[0]) rows_q <= rows_q + n_tiles_q;
    end
    if (state_q == StJudge) code_q <= code;
  end
endmodule
