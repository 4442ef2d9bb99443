// SPDX-License-Identifier: Apache-2.0
// tercet_host_port with any requests: the load port sees an access exactly if it is a whole word of one of the two
// memories while the core is stopped, registers see all accesses to their page, and everything else is an error at
// once. A window's read is answered in its second cycle, with the word that was read in its first.

module host_port_formal (
  input logic        clk_i,
  input logic        write_i,
  input logic        read_i,
  input logic [17:0] addr_i,
  input logic        partial_i,
  input logic        reg_ready_i,
  input logic        reg_error_i,
  input logic [31:0] reg_rdata_i,
  input logic        stopped_i,
  input logic [31:0] load_rdata_i
);
  logic        rst_ni, ready, error, reg_write, reg_read, load_valid, load_data;
  logic [31:0] rdata;

  tercet_host_port u_dut (
    .clk_i,
    .rst_ni,
    .write_i,
    .read_i,
    .addr_i,
    .partial_i,
    .ready_o     (ready),
    .error_o     (error),
    .rdata_o     (rdata),
    .reg_write_o (reg_write),
    .reg_read_o  (reg_read),
    .reg_ready_i,
    .reg_error_i,
    .reg_rdata_i,
    .stopped_i,
    .load_valid_o(load_valid),
    .load_data_o (load_data),
    .load_rdata_i
  );

  // Connected to a register of the design.
  logic answer;

  // A read that is not answered goes on, unless a write goes first.
  logic        waits_q, second_q;
  logic [17:0] addr_q;
  initial begin
    rst_ni   = 1'b0;
    waits_q  = 1'b0;
    second_q = 1'b0;
  end
  always_ff @(posedge clk_i) begin
    rst_ni   <= 1'b1;
    waits_q  <= rst_ni && read_i && !ready;
    second_q <= rst_ni && read_i && load_valid;
    addr_q   <= addr_i;
  end
  // Nothing asks during reset. Only the host itself, which waits, could release the core.
  always_comb begin
    assume (!(write_i && read_i));
    if (!rst_ni) assume (!write_i && !read_i);
    if (waits_q && !write_i) assume (read_i && addr_i == addr_q);
    if (second_q) assume (stopped_i);
  end

  logic asks, in_page, in_itcm, in_dtcm, granted;
  assign asks    = write_i || read_i;
  assign in_page = addr_i < 18'h1000;
  assign in_itcm = addr_i >= 18'h1_0000 && addr_i < 18'h1_0000 + tercet_hw_pkg::CoreItcmBytes;
  assign in_dtcm = addr_i >= 18'h2_0000 && addr_i < 18'h2_0000 + tercet_hw_pkg::CoreDtcmBytes;
  assign granted = asks && (in_itcm || in_dtcm) && stopped_i && addr_i[1:0] == 2'b00 &&
                   !(write_i && partial_i);

  always_comb begin
    if (rst_ni) begin
      // Nothing outside its place, and nothing twice.
      if (load_valid) assert (granted && load_data == in_dtcm);
      if (granted && write_i) assert (load_valid && ready && !error);
      if (granted && read_i) assert (load_valid == !second_q && ready == second_q);
      assert (reg_write == (write_i && in_page) && reg_read == (read_i && in_page));
      // Answers.
      if (asks && in_page) assert (ready == reg_ready_i && error == reg_error_i && rdata == reg_rdata_i);
      if (granted && ready) assert (!error);
      if (granted && read_i && ready) assert (rdata == load_rdata_i);
      if (asks && !in_page && !granted) assert (ready && error && !load_valid);
      assert (answer == second_q);
    end
    cover (second_q && read_i && ready && in_dtcm);
    cover (second_q && write_i && granted);
    cover (rst_ni && write_i && load_valid && in_itcm && &addr_i[9:2]);
  end
endmodule
