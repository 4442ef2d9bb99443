// SPDX-License-Identifier: Apache-2.0
// Output stage: drains an accumulator bank into AXI write bursts of int32, token by token.
// Full bursts (at most MaxBurst beats, never across 4 KiB); one beat a cycle when the bus takes it. Columns past
// the matrix keep their bytes (strobes off). Bursts of one job are announced ahead of their data.

module tercet_output #(
  parameter  int Cols     = 64,
  parameter  int Tokens   = 64,
  parameter  int AccW     = 24,
  parameter  int AddrW    = 40,
  parameter  int AxiBytes = 64,
  parameter  int MaxBurst = 16,
  localparam int TokenW   = $clog2(Tokens),
  localparam int CountW   = TokenW + 1,
  localparam int ColsW    = $clog2(Cols) + 1
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  input  logic                  flush_i,
  input  logic                  halt_i,       // announce no more bursts; finish those announced
  // Jobs: at most two are under way, one per bank, so there is always room.
  input  logic                  job_valid_i,
  input  logic                  job_bank_i,
  input  logic [AddrW-1:0]      job_addr_i,
  input  logic [CountW-1:0]     job_rows_i,
  input  logic [ColsW-1:0]      job_cols_i,
  input  logic                  job_last_i,
  output logic                  bank_free_o,
  // Accumulators.
  output logic                  drain_o,
  output logic                  drain_bank_o,
  output logic [TokenW-1:0]     drain_token_o,
  input  logic [Cols*AccW-1:0]  drain_row_i,
  // AXI write channels.
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
  // The write response of a command's last burst has arrived.
  output logic                  done_o,
  output logic                  quiet_o       // no burst announced and unanswered
);
  localparam int ByteW    = $clog2(AxiBytes);
  localparam int PageW    = 12 - ByteW;
  localparam int BurstW   = PageW + 1;
  localparam int BeatCols = AxiBytes / 4;
  localparam int RowBeats = Cols / BeatCols;
  localparam int SubW     = (RowBeats > 1) ? $clog2(RowBeats) : 1;
  localparam int BeatsW   = CountW + $clog2(RowBeats);
  localparam int JobW     = 2 + AddrW + CountW + ColsW;

  logic              job_valid, job_last, job_bank, job_done;
  logic [AddrW-1:0]  job_addr;
  logic [CountW-1:0] job_rows;
  logic [ColsW-1:0]  job_cols;

  tercet_fifo #(
    .Width(JobW),
    .Depth(2)
  ) u_jobs (
    .clk_i,
    .rst_ni,
    .flush_i,
    .valid_i(job_valid_i),
    .ready_o(),
    .data_i ({job_last_i, job_bank_i, job_addr_i, job_rows_i, job_cols_i}),
    .valid_o(job_valid),
    .ready_i(job_done),
    .data_o ({job_last, job_bank, job_addr, job_rows, job_cols})
  );

  // Announce the job's bursts: AW, the burst's length for the data side, and a tag for its response.
  logic              announcing_q, announced_q;
  logic [AddrW-1:0]  addr_q;
  logic [BeatsW-1:0] left_q;
  logic [BurstW-1:0] to_page, burst;
  logic              burst_ready, tag_ready, issue;

  always_comb begin
    to_page = BurstW'(1 << PageW) - BurstW'(addr_q[11:ByteW]);
    burst   = (to_page < BurstW'(MaxBurst)) ? to_page : BurstW'(MaxBurst);
    if (32'(left_q) < 32'(burst)) burst = BurstW'(left_q);
  end

  assign issue = announcing_q && !halt_i && burst_ready && tag_ready && (!awvalid_o || awready_i);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      announcing_q <= 1'b0;
      announced_q  <= 1'b0;
      awvalid_o    <= 1'b0;
    end else if (flush_i) begin
      announcing_q <= 1'b0;
      announced_q  <= 1'b0;
      awvalid_o    <= 1'b0;
    end else begin
      if (job_done) announced_q <= 1'b0;
      else if (job_valid && !announced_q) begin
        announcing_q <= 1'b1;
        announced_q  <= 1'b1;
      end
      if (issue && 32'(left_q) == 32'(burst)) announcing_q <= 1'b0;
      if (issue) awvalid_o <= 1'b1;
      else if (awready_i) awvalid_o <= 1'b0;
    end
  end

  always_ff @(posedge clk_i) begin
    if (job_valid && !announced_q) begin
      addr_q <= job_addr;
      left_q <= BeatsW'(job_rows) << $clog2(RowBeats);
    end else if (issue) begin
      addr_q <= addr_q + (AddrW'(burst) << ByteW);
      left_q <= left_q - BeatsW'(burst);
    end
    if (issue) begin
      awaddr_o <= addr_q;
      awlen_o  <= 8'(burst - 1'b1);
    end
  end

  logic              burst_valid, burst_pop;
  logic [BurstW-1:0] burst_len;

  tercet_fifo #(
    .Width(BurstW),
    .Depth(4)
  ) u_bursts (
    .clk_i,
    .rst_ni,
    .flush_i,
    .valid_i(issue),
    .ready_o(burst_ready),
    .data_i (burst),
    .valid_o(burst_valid),
    .ready_i(burst_pop),
    .data_o (burst_len)
  );

  logic tag_valid, tag_last;

  tercet_fifo #(
    .Width(1),
    .Depth(16)
  ) u_tags (
    .clk_i,
    .rst_ni,
    .flush_i,
    .valid_i(issue),
    .ready_o(tag_ready),
    .data_i (job_last && 32'(left_q) == 32'(burst)),
    .valid_o(tag_valid),
    .ready_i(bvalid_i),
    .data_o (tag_last)
  );

  assign done_o  = bvalid_i && tag_valid && tag_last;
  assign quiet_o = !tag_valid;

  // Data: one row is read from the bank while the last beat of the row before leaves.
  logic              row_valid_q, load, burst_start, row_end, rows_end;
  logic [CountW-1:0] row_q;
  logic [SubW-1:0]   sub_q;
  logic [BurstW-1:0] burst_left_q;

  assign burst_start   = burst_left_q == '0;
  assign load          = row_valid_q && (!burst_start || burst_valid) && (!wvalid_o || wready_i);
  assign burst_pop     = load && burst_start;
  assign row_end       = load && sub_q == SubW'(RowBeats - 1);
  assign rows_end      = row_end && row_q == job_rows;
  assign job_done      = rows_end;
  assign bank_free_o   = rows_end;
  assign drain_o       = job_valid && row_q != job_rows && (!row_valid_q || row_end);
  assign drain_bank_o  = job_bank;
  assign drain_token_o = TokenW'(row_q);

  // row_q is the next row to read: it is one ahead of the row that is being sent.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      row_valid_q  <= 1'b0;
      row_q        <= '0;
      sub_q        <= '0;
      burst_left_q <= '0;
      wvalid_o     <= 1'b0;
    end else if (flush_i) begin
      row_valid_q  <= 1'b0;
      row_q        <= '0;
      sub_q        <= '0;
      burst_left_q <= '0;
      wvalid_o     <= 1'b0;
    end else begin
      row_valid_q <= drain_o || (row_valid_q && !row_end);
      if (rows_end) row_q <= '0;
      else if (drain_o) row_q <= row_q + 1'b1;
      if (load) begin
        sub_q        <= row_end ? '0 : sub_q + 1'b1;
        burst_left_q <= (burst_start ? burst_len : burst_left_q) - 1'b1;
      end
      if (load) wvalid_o <= 1'b1;
      else if (wready_i) wvalid_o <= 1'b0;
    end
  end

  // Beat s of a row: BeatCols sums, sign-extended, and the strobes of those inside the matrix.
  function automatic logic [8*AxiBytes-1:0] beat_data(input logic [Cols*AccW-1:0] row,
                                                      input logic [SubW-1:0] s);
    beat_data = '0;
    for (int c = 0; c < Cols; c++) begin
      if (s == SubW'(c / BeatCols)) begin
        beat_data[32*(c%BeatCols)+:32] = 32'($signed(row[c*AccW+:AccW]));
      end
    end
  endfunction

  function automatic logic [AxiBytes-1:0] beat_strobes(input logic [ColsW-1:0] cols,
                                                       input logic [SubW-1:0] s);
    beat_strobes = '0;
    for (int c = 0; c < Cols; c++) begin
      if (s == SubW'(c / BeatCols)) beat_strobes[4*(c%BeatCols)+:4] = {4{ColsW'(c) < cols}};
    end
  endfunction

  always_ff @(posedge clk_i) begin
    if (load) begin
      wdata_o <= beat_data(drain_row_i, sub_q);
      wstrb_o <= beat_strobes(job_cols, sub_q);
      wlast_o <= (burst_start ? burst_len : burst_left_q) == BurstW'(1);
    end
  end
endmodule
