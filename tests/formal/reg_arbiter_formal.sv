// SPDX-License-Identifier: Apache-2.0
// tercet_reg_arbiter with any requests: at most one access reaches a register in a cycle, it is whole and is the one
// that is answered, and neither side waits for more than one cycle. The host goes first if the core has not waited.

module reg_arbiter_formal (
  input logic        clk_i,
  input logic        host_write_i,
  input logic        host_read_i,
  input logic [11:0] host_addr_i,
  input logic [31:0] host_wdata_i,
  input logic        host_partial_i,
  input logic        core_valid_i,
  input logic        core_write_i,
  input logic [11:0] core_addr_i,
  input logic [31:0] core_wdata_i,
  input logic [3:0]  core_strb_i,
  input logic        engine_error_i,
  input logic [31:0] engine_rdata_i,
  input logic        control_error_i,
  input logic [31:0] control_rdata_i
);
  logic        rst_ni, host_ready, host_error, core_ready, core_error, engine_write, engine_read, control_write;
  logic        partial;
  logic [11:0] addr;
  logic [31:0] rdata, wdata;

  tercet_reg_arbiter u_dut (
    .clk_i,
    .rst_ni,
    .host_write_i,
    .host_read_i,
    .host_addr_i,
    .host_wdata_i,
    .host_partial_i,
    .host_ready_o   (host_ready),
    .host_error_o   (host_error),
    .core_valid_i,
    .core_write_i,
    .core_addr_i,
    .core_wdata_i,
    .core_strb_i,
    .core_ready_o   (core_ready),
    .core_error_o   (core_error),
    .rdata_o        (rdata),
    .engine_write_o (engine_write),
    .engine_read_o  (engine_read),
    .engine_error_i,
    .engine_rdata_i,
    .control_write_o(control_write),
    .control_error_i,
    .control_rdata_i,
    .addr_o         (addr),
    .wdata_o        (wdata),
    .partial_o      (partial)
  );

  // Connected to a register of the design.
  logic turn;

  logic host_asks, host_waited_q, core_waited_q;
  assign host_asks = host_write_i || host_read_i;
  initial begin
    rst_ni        = 1'b0;
    host_waited_q = 1'b0;
    core_waited_q = 1'b0;
  end
  always_ff @(posedge clk_i) begin
    rst_ni        <= 1'b1;
    host_waited_q <= rst_ni && host_asks && !host_ready;
    core_waited_q <= rst_ni && core_valid_i && !core_ready;
  end

  // The host asks for one thing at a time. Whoever waits goes on asking, and nobody asks during reset.
  always_comb begin
    assume (!(host_write_i && host_read_i));
    if (!rst_ni) assume (!host_asks && !core_valid_i);
    if (host_waited_q) assume (host_asks);
    if (core_waited_q) assume (core_valid_i);
  end

  logic host_goes, core_goes, is_control;
  assign host_goes  = host_asks && host_ready;
  assign core_goes  = core_valid_i && core_ready;
  assign is_control = addr >= 12'h200;

  always_comb begin
    if (rst_ni) begin
      // One grant, soon.
      assert (!(host_goes && core_goes));
      if (host_asks && !core_valid_i) assert (host_goes);
      if (core_valid_i && !host_asks) assert (core_goes);
      if (host_asks && core_valid_i) assert (core_goes == core_waited_q);
      if (host_waited_q) assert (host_goes);
      assert (!(host_waited_q && core_waited_q) && turn == core_waited_q);
      // What reaches the registers.
      assert (32'(engine_write) + 32'(engine_read) + 32'(control_write) <= 1);
      assert (control_write == (is_control && ((host_goes && host_write_i) ||
                                               (core_goes && core_write_i && core_strb_i == 4'hf))));
      assert (engine_write == (!is_control && ((host_goes && host_write_i) ||
                                               (core_goes && core_write_i && core_strb_i == 4'hf))));
      assert (engine_read == (!is_control && ((host_goes && host_read_i) ||
                                              (core_goes && !core_write_i && core_strb_i == 4'hf))));
      if (host_goes) assert (addr == host_addr_i && wdata == host_wdata_i && partial == host_partial_i);
      if (core_goes) assert (addr == core_addr_i && wdata == core_wdata_i && !partial);
      // What is answered.
      if (host_goes) assert (host_error == (is_control ? control_error_i : engine_error_i));
      if (core_goes) begin
        assert (core_error == (core_strb_i != 4'hf || (is_control ? control_error_i : engine_error_i)));
      end
      if (host_goes || core_goes) assert (rdata == (is_control ? control_rdata_i : engine_rdata_i));
    end
    cover (host_waited_q && core_valid_i && host_read_i);
    cover (core_waited_q && control_write && core_goes);
  end
endmodule
