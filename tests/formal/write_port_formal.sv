// SPDX-License-Identifier: Apache-2.0
// tercet_write_port between an output stage that announces nothing while it is held, a mover of one burst at a time
// and any slave: bursts of the two never mix, each response goes to whose burst it answers, AXI's requests are stable,
// and nobody is kept waiting once the other is done.

module write_port_formal #(
  parameter int AddrW    = 6,
  parameter int AxiBytes = 4
) (
  input logic                  clk_i,
  input logic                  out_issue_i,   // the output stage would announce a burst
  input logic [AddrW-1:0]      out_addr_i,
  input logic                  out_wvalid_i,
  input logic [8*AxiBytes-1:0] out_wdata_i,
  input logic [AxiBytes-1:0]   out_wstrb_i,
  input logic                  out_wlast_i,
  input logic                  mover_start_i,  // the mover would ask
  input logic [AddrW-1:0]      mover_awaddr_i,
  input logic [8*AxiBytes-1:0] mover_wdata_i,
  input logic                  mover_wlast_i,
  input logic                  awready_i,
  input logic                  wready_i,
  input logic                  bvalid_i
);
  localparam int Max = 3;  // bursts of the output stage under way

  logic                  quiet, hold, out_awready, out_wready, out_bvalid;
  logic                  own, mover_awready, mover_wready, mover_bvalid;
  logic                  awvalid, wvalid, wlast;
  logic [AddrW-1:0]      awaddr;
  logic [7:0]            awlen;
  logic [8*AxiBytes-1:0] wdata;
  logic [AxiBytes-1:0]   wstrb;

  // The output stage: bursts not answered, and one of them not yet accepted.
  logic [1:0]       bursts_q;
  logic             out_awvalid_q;
  logic [AddrW-1:0] out_awaddr_q;
  // The mover: asks until its response; AW and the first beat from the cycle after it got the channels.
  logic             ask_q, under_way_q, mover_awvalid_q, mover_wvalid_q;

  tercet_write_port #(
    .AddrW   (AddrW),
    .AxiBytes(AxiBytes)
  ) u_dut (
    .out_quiet_i    (quiet),
    .out_hold_o     (hold),
    .out_awvalid_i  (out_awvalid_q),
    .out_awready_o  (out_awready),
    .out_awaddr_i   (out_awaddr_q),
    .out_awlen_i    (8'h11),
    .out_wvalid_i   (out_wvalid_i),
    .out_wready_o   (out_wready),
    .out_wdata_i,
    .out_wstrb_i,
    .out_wlast_i,
    .out_bvalid_o   (out_bvalid),
    .mover_ask_i    (ask_q),
    .mover_own_o    (own),
    .mover_awvalid_i(mover_awvalid_q),
    .mover_awready_o(mover_awready),
    .mover_awaddr_i,
    .mover_awlen_i  (8'h22),
    .mover_wvalid_i (mover_wvalid_q),
    .mover_wready_o (mover_wready),
    .mover_wdata_i,
    .mover_wlast_i,
    .mover_bvalid_o (mover_bvalid),
    .awvalid_o      (awvalid),
    .awready_i,
    .awaddr_o       (awaddr),
    .awlen_o        (awlen),
    .wvalid_o       (wvalid),
    .wready_i,
    .wdata_o        (wdata),
    .wstrb_o        (wstrb),
    .wlast_o        (wlast),
    .bvalid_i
  );

  logic issue;
  assign quiet = bursts_q == '0;
  assign issue = out_issue_i && !hold && bursts_q != 2'(Max) && (!out_awvalid_q || out_awready);

  // What the slave has to answer: bursts whose address it took, the mover's last.
  logic [1:0] due_q;
  logic       mover_due_q;

  logic                stalled_aw_q, stalled_w_q;
  logic [AddrW+7:0]    was_aw_q;
  logic [9*AxiBytes:0] was_w_q;
  initial begin
    bursts_q        = '0;
    out_awvalid_q   = 1'b0;
    ask_q           = 1'b0;
    under_way_q     = 1'b0;
    mover_awvalid_q = 1'b0;
    mover_wvalid_q  = 1'b0;
    due_q           = '0;
    mover_due_q     = 1'b0;
    stalled_aw_q    = 1'b0;
    stalled_w_q     = 1'b0;
  end

  logic aw_out, aw_mover;
  assign aw_out   = awvalid && awready_i && awlen == 8'h11;
  assign aw_mover = awvalid && awready_i && awlen == 8'h22;

  always_ff @(posedge clk_i) begin
    bursts_q <= bursts_q + 2'(issue) - 2'(out_bvalid);
    if (issue) begin
      out_awvalid_q <= 1'b1;
      out_awaddr_q  <= out_addr_i;
    end else if (out_awready) out_awvalid_q <= 1'b0;
    if (mover_start_i && !ask_q) ask_q <= 1'b1;
    if (ask_q && own && !under_way_q) begin
      under_way_q     <= 1'b1;
      mover_awvalid_q <= 1'b1;
      mover_wvalid_q  <= 1'b1;
    end else begin
      if (mover_awready) mover_awvalid_q <= 1'b0;
      if (mover_wready && mover_wlast_i) mover_wvalid_q <= 1'b0;
    end
    if (mover_bvalid) begin
      ask_q       <= 1'b0;
      under_way_q <= 1'b0;
    end
    due_q        <= due_q + 2'(aw_out) - 2'(bvalid_i && due_q != '0);
    mover_due_q  <= (mover_due_q || aw_mover) && !(bvalid_i && due_q == '0);
    stalled_aw_q <= awvalid && !awready_i;
    stalled_w_q  <= wvalid && !wready_i;
    was_aw_q     <= {awaddr, awlen};
    was_w_q      <= {wdata, wstrb, wlast};
  end

  // The slave answers what is due; the mover's once its data are there. Both sides hold what they offer, and the
  // output stage has data only for bursts that it announced.
  logic                stall_w_out_q, stall_w_mover_q, stall_aw_mover_q;
  logic [9*AxiBytes:0] was_out_w_q;
  logic [8*AxiBytes:0] was_mover_w_q;
  logic [AddrW-1:0]    was_mover_aw_q;
  initial begin
    stall_w_out_q    = 1'b0;
    stall_w_mover_q  = 1'b0;
    stall_aw_mover_q = 1'b0;
  end
  always_ff @(posedge clk_i) begin
    stall_w_out_q    <= out_wvalid_i && !out_wready;
    stall_w_mover_q  <= mover_wvalid_q && !mover_wready;
    stall_aw_mover_q <= mover_awvalid_q && !mover_awready;
    was_out_w_q      <= {out_wdata_i, out_wstrb_i, out_wlast_i};
    was_mover_w_q    <= {mover_wdata_i, mover_wlast_i};
    was_mover_aw_q   <= mover_awaddr_i;
  end
  always_comb begin
    if (bvalid_i) assume (due_q != '0 || (mover_due_q && !mover_wvalid_q));
    if (quiet) assume (!out_wvalid_i);
    if (out_wvalid_i && bursts_q == 2'd1 && due_q == 2'd1) assume (!bvalid_i);
    if (stall_w_out_q) assume (out_wvalid_i && {out_wdata_i, out_wstrb_i, out_wlast_i} == was_out_w_q);
    if (stall_w_mover_q) assume ({mover_wdata_i, mover_wlast_i} == was_mover_w_q);
    if (stall_aw_mover_q) assume (mover_awaddr_i == was_mover_aw_q);
  end

  always_comb begin
    // The channels are one side's for whole bursts.
    assert (own == (ask_q && quiet));
    if (under_way_q) assert (own && quiet && !out_awvalid_q);
    if (!own) assert (!mover_awready && !mover_wready && !mover_bvalid);
    if (own) assert (!out_awready && !out_wready && !out_bvalid);
    assert (!(due_q != '0 && mover_due_q));
    if (bvalid_i) assert (out_bvalid == (due_q != '0) && mover_bvalid == mover_due_q);
    // What is on the bus is its owner's; the mover's beats are whole.
    assert (awvalid == (own ? mover_awvalid_q : out_awvalid_q));
    assert (wvalid == (own ? mover_wvalid_q : out_wvalid_i));
    if (awvalid) assert (awaddr == (own ? mover_awaddr_i : out_awaddr_q) && awlen == (own ? 8'h22 : 8'h11));
    if (wvalid && own) assert (wdata == mover_wdata_i && wlast == mover_wlast_i && &wstrb);
    if (wvalid && !own) assert (wdata == out_wdata_i && wlast == out_wlast_i && wstrb == out_wstrb_i);
    // AXI: offered until taken.
    if (stalled_aw_q) assert (awvalid && {awaddr, awlen} == was_aw_q);
    if (stalled_w_q) assert (wvalid && {wdata, wstrb, wlast} == was_w_q);
    // Nobody waits for an idle bus.
    if (ask_q && quiet) assert (own);
    if (!ask_q) assert (!hold);
    // What makes this inductive.
    assert (32'(bursts_q) == 32'(due_q) + 32'(out_awvalid_q));
    assert (under_way_q == (mover_awvalid_q || mover_due_q) && !(mover_awvalid_q && mover_due_q));
    if (mover_wvalid_q) assert (under_way_q);
    if (under_way_q) assert (ask_q);
    if (stall_w_out_q) assert (!quiet);
    cover (mover_bvalid && out_issue_i);
    cover (ask_q && bursts_q == 2'(Max));
    cover (out_bvalid && ask_q && bursts_q == 2'd1);
  end
endmodule
