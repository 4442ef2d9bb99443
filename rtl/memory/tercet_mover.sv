// SPDX-License-Identifier: Apache-2.0
// Moves beats for the firmware: memory to its buffer, buffer to memory, or memory to memory a burst at a time.
// One burst under way: read, then write, at most MaxBurst beats and inside one 4 KiB page on both sides. A bus error
// ends the transfer with that burst; one that could not be read is not written.

module tercet_mover #(
  parameter  int AddrW    = 40,
  parameter  int AxiBytes = 64,
  parameter  int MaxBurst = 16,                 // beats of the buffer
  localparam int BufferW  = $clog2(MaxBurst * AxiBytes)
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  // Operation, started by op_i if it is not refused.
  input  logic [2:0]            op_i,           // bits of MOVER_GO, 0 for none
  input  logic [AddrW-1:0]      src_i,
  input  logic [AddrW-1:0]      dst_i,
  input  logic [31:0]           beats_i,
  output logic                  refuse_o,
  output logic                  busy_o,
  output logic                  done_o,         // busy_o falls
  output logic [7:0]            code_o,
  // Buffer, for the core.
  input  logic                  word_valid_i,
  input  logic                  word_write_i,
  input  logic [BufferW-1:2]    word_addr_i,    // in bytes
  input  logic [31:0]           word_wdata_i,
  input  logic [3:0]            word_strb_i,
  output logic                  word_ready_o,
  output logic                  word_error_o,
  output logic [31:0]           word_rdata_o,
  // Reads.
  output logic                  req_valid_o,
  input  logic                  req_ready_i,
  output logic [AddrW-1:0]      req_addr_o,
  output logic [7:0]            req_len_o,      // beats - 1
  input  logic                  beat_i,
  input  logic [8*AxiBytes-1:0] beat_data_i,
  input  logic [1:0]            beat_resp_i,
  input  logic                  beat_last_i,
  // Writes: asks for the channels and has them while own_i is set, until its response.
  output logic                  ask_o,
  input  logic                  own_i,
  output logic                  awvalid_o,
  input  logic                  awready_i,
  output logic [AddrW-1:0]      awaddr_o,
  output logic [7:0]            awlen_o,
  output logic                  wvalid_o,
  input  logic                  wready_i,
  output logic [8*AxiBytes-1:0] wdata_o,
  output logic                  wlast_o,
  input  logic                  bvalid_i,
  input  logic [1:0]            bresp_i
);
  localparam int ByteW  = $clog2(AxiBytes);
  localparam int PageW  = 12 - ByteW;           // log2 of the beats in 4 KiB
  localparam int BurstW = PageW + 1;
  localparam int IndexW = $clog2(MaxBurst);

  typedef enum logic [2:0] {
    StIdle,
    StRequest,
    StRead,
    StAsk,
    StWrite
  } state_e;

  state_e            state_q;
  logic              reads_q, writes_q;
  logic [AddrW-1:0]  src_q, dst_q;
  logic [31:0]       left_q;
  logic [IndexW:0]   index_q;                   // beats of this burst read, or taken from the buffer
  logic [7:0]        code_q;
  logic              awvalid_q, wvalid_q;

  // The burst: of the registers while idle, to judge an operation by.
  logic              busy, load, store, copy, reads, writes, legal, go;
  logic [11:0]       src, dst;                  // offsets in their pages
  logic [31:0]       left;
  logic [BurstW-1:0] burst;

  function automatic logic [BurstW-1:0] to_page(input logic [PageW-1:0] beat);
    to_page = BurstW'(1 << PageW) - BurstW'(beat);
  endfunction

  assign busy   = state_q != StIdle;
  assign load   = op_i == 3'(1 << tercet_hw_pkg::MoverGoLoadLsb);
  assign store  = op_i == 3'(1 << tercet_hw_pkg::MoverGoStoreLsb);
  assign copy   = op_i == 3'(1 << tercet_hw_pkg::MoverGoCopyLsb);
  assign reads  = busy ? reads_q : load || copy;
  assign writes = busy ? writes_q : store || copy;
  assign src    = busy ? src_q[11:0] : src_i[11:0];
  assign dst    = busy ? dst_q[11:0] : dst_i[11:0];
  assign left   = busy ? left_q : beats_i;

  always_comb begin
    burst = BurstW'(MaxBurst);
    if (reads && to_page(src[11:ByteW]) < burst) burst = to_page(src[11:ByteW]);
    if (writes && to_page(dst[11:ByteW]) < burst) burst = to_page(dst[11:ByteW]);
    if (left < 32'(burst)) burst = BurstW'(left);
  end

  assign legal    = (load || store || copy) && left != '0 && (copy || left == 32'(burst)) &&
                    !(reads && src[ByteW-1:0] != '0) && !(writes && dst[ByteW-1:0] != '0);
  assign refuse_o = busy || !legal;
  assign go       = op_i != '0 && !refuse_o;

  // What ends a burst's read and write.
  logic read_end, write_end, failed, whole, fetch;
  assign read_end  = state_q == StRead && beat_i && beat_last_i;
  assign write_end = state_q == StWrite && bvalid_i;
  assign failed    = code_q != tercet_hw_pkg::ErrNone || (read_end && beat_resp_i[1]) ||
                     (write_end && bresp_i[1]);
  assign whole     = left == 32'(burst);
  assign done_o    = (read_end && (failed || !writes)) || (write_end && (failed || whole));
  assign busy_o    = busy;
  assign code_o    = code_q;

  // A beat leaves the buffer when the one before it has left the bus.
  assign fetch = (state_q == StAsk && own_i) ||
                 (state_q == StWrite && wready_i && 32'(index_q) != 32'(burst));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q   <= StIdle;
      code_q    <= tercet_hw_pkg::ErrNone;
      index_q   <= '0;
      awvalid_q <= 1'b0;
      wvalid_q  <= 1'b0;
    end else begin
      case (state_q)
        StIdle:    if (go) state_q <= reads ? StRequest : StAsk;
        StRequest: if (req_ready_i) state_q <= StRead;
        StRead:    if (read_end) state_q <= done_o ? StIdle : StAsk;
        StAsk:     if (own_i) state_q <= StWrite;
        default:   if (write_end) state_q <= done_o ? StIdle : StRequest;
      endcase
      if (go) code_q <= tercet_hw_pkg::ErrNone;
      else if (code_q == tercet_hw_pkg::ErrNone) begin
        if (state_q == StRead && beat_i && beat_resp_i[1]) begin
          code_q <= beat_resp_i[0] ? tercet_hw_pkg::ErrReadDecerr : tercet_hw_pkg::ErrReadSlverr;
        end
        if (write_end && bresp_i[1]) begin
          code_q <= bresp_i[0] ? tercet_hw_pkg::ErrWriteDecerr : tercet_hw_pkg::ErrWriteSlverr;
        end
      end
      if (go || read_end || write_end) index_q <= '0;
      else if (fetch || (state_q == StRead && beat_i)) index_q <= index_q + 1'b1;
      awvalid_q <= (state_q == StAsk && own_i) || (awvalid_q && !awready_i);
      wvalid_q  <= fetch || (wvalid_q && !wready_i);
    end
  end

  always_ff @(posedge clk_i) begin
    if (go) begin
      reads_q  <= reads;
      writes_q <= writes;
      src_q    <= src_i;
      dst_q    <= dst_i;
      left_q   <= beats_i;
    end else if (write_end) begin
      src_q  <= src_q + (AddrW'(burst) << ByteW);
      dst_q  <= dst_q + (AddrW'(burst) << ByteW);
      left_q <= left_q - 32'(burst);
    end
  end

  assign req_valid_o = state_q == StRequest;
  assign req_addr_o  = src_q;
  assign req_len_o   = 8'(burst) - 8'd1;
  assign ask_o       = state_q == StAsk || state_q == StWrite;
  assign awvalid_o   = awvalid_q;
  assign awaddr_o    = dst_q;
  assign awlen_o     = 8'(burst) - 8'd1;
  assign wvalid_o    = wvalid_q;
  assign wlast_o     = 32'(index_q) == 32'(burst);

  tercet_mover_buffer #(
    .AxiBytes(AxiBytes),
    .Beats   (MaxBurst)
  ) u_buffer (
    .clk_i,
    .rst_ni,
    .busy_i      (busy),
    .beat_write_i(state_q == StRead && beat_i),
    .beat_read_i (fetch),
    .beat_index_i(index_q[IndexW-1:0]),
    .beat_wdata_i(beat_data_i),
    .beat_rdata_o(wdata_o),
    .word_valid_i,
    .word_write_i,
    .word_addr_i,
    .word_wdata_i,
    .word_strb_i,
    .word_ready_o,
    .word_error_o,
    .word_rdata_o
  );
endmodule
