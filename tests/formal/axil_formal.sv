// SPDX-License-Identifier: Apache-2.0
// tercet_axil: responses stay until taken and are stable; every accepted write and read reaches the register port
// once, with its own address and data, and gets one response with the port's answer.

module axil_formal (
  input logic        clk_i,
  input logic [11:0] awaddr_i,
  input logic        awvalid_i,
  input logic [31:0] wdata_i,
  input logic [3:0]  wstrb_i,
  input logic        wvalid_i,
  input logic        bready_i,
  input logic [11:0] araddr_i,
  input logic        arvalid_i,
  input logic        rready_i,
  input logic        ready_i,
  input logic        error_i,
  input logic [31:0] rdata_i
);
  logic        rst_ni, awready, wready, bvalid, arready, rvalid, write, read, partial;
  logic [1:0]  bresp, rresp;
  logic [11:0] addr;
  logic [31:0] rdata, wdata;

  tercet_axil u_dut (
    .clk_i,
    .rst_ni,
    .awaddr_i,
    .awvalid_i,
    .awready_o(awready),
    .wdata_i,
    .wstrb_i,
    .wvalid_i,
    .wready_o (wready),
    .bresp_o  (bresp),
    .bvalid_o (bvalid),
    .bready_i,
    .araddr_i,
    .arvalid_i,
    .arready_o(arready),
    .rdata_o  (rdata),
    .rresp_o  (rresp),
    .rvalid_o (rvalid),
    .rready_i,
    .write_o  (write),
    .read_o   (read),
    .addr_o   (addr),
    .wdata_o  (wdata),
    .partial_o(partial),
    .ready_i,
    .error_i,
    .rdata_i
  );

  // Requests accepted and not answered, and what the answer must be.
  logic        writes_q, reads_q, write_error_q, read_error_q;
  logic [31:0] read_data_q;
  initial begin
    rst_ni   = 1'b0;
    writes_q = 1'b0;
    reads_q  = 1'b0;
  end

  // The master raises nothing during reset.
  always_comb begin
    if (!rst_ni) assume (!awvalid_i && !wvalid_i && !arvalid_i);
  end

  always_ff @(posedge clk_i) begin
    rst_ni <= 1'b1;
    if (awvalid_i && awready) begin
      writes_q      <= 1'b1;
      write_error_q <= error_i;
    end else if (bvalid && bready_i) writes_q <= 1'b0;
    if (arvalid_i && arready) begin
      reads_q      <= 1'b1;
      read_error_q <= error_i;
      read_data_q  <= rdata_i;
    end else if (rvalid && rready_i) reads_q <= 1'b0;
  end

  always_comb begin
    if (rst_ni) begin
      // Accepting a request and its answer by the port are one event, one request at a time.
      assert ((awvalid_i && awready) == (write && ready_i) && (wvalid_i && wready) == (write && ready_i));
      assert ((arvalid_i && arready) == (read && ready_i) && !(read && write));
      if (write) assert (addr == awaddr_i && wdata == wdata_i && partial == (wstrb_i != 4'hf));
      if (read) assert (addr == araddr_i);
      if (writes_q) assert (!write);
      if (reads_q) assert (!read);
      // Nobody waits for ever: the port sees a full write request at once unless a response is due.
      if (awvalid_i && wvalid_i && !writes_q) assert (write);
      if (arvalid_i && !reads_q && !write) assert (read);
      // A response exactly while one is due (so it stays until taken), with the answer of its request.
      assert (bvalid == writes_q && rvalid == reads_q);
      if (bvalid) assert (bresp == {write_error_q, 1'b0});
      if (rvalid) assert (rresp == {read_error_q, 1'b0});
      if (rvalid) assert (rdata == (read_error_q ? '0 : read_data_q));
    end
    cover (bvalid && !bready_i && awvalid_i && wvalid_i);
    cover (rvalid && rready_i && write_error_q && bvalid);
    cover (write && arvalid_i && wstrb_i == 4'h3);
  end
endmodule
