// SPDX-License-Identifier: Apache-2.0
// tercet_core_fetch: each pc is in execution once, in the order that redirects make; the word on the memory's output is
// the one at that pc; one cycle is lost after a redirect and none otherwise.

module core_fetch_formal (
  input logic        clk_i,
  input logic        clear_i,
  input logic        hold_i,
  input logic        redirect_i,
  input logic [31:2] target_i
);
  logic        rst_ni, read, valid, fault;
  logic [31:0] pc, link;
  logic [12:2] addr;

  tercet_core_fetch u_dut (
    .clk_i,
    .rst_ni,
    .clear_i,
    .hold_i,
    .redirect_i,
    .target_i,
    .read_o (read),
    .addr_o (addr),
    .valid_o(valid),
    .fault_o(fault),
    .pc_o   (pc),
    .link_o (link)
  );

  // Only an instruction in execution holds or redirects.
  always_comb begin
    assume (!(hold_i && redirect_i));
    if (!valid) assume (!hold_i && !redirect_i);
  end

  logic [31:0] expected_q;  // the pc that is next in execution, or in it
  logic        gap_q;       // a cycle without an instruction
  logic [12:2] output_q;    // the word on the memory's output
  initial begin
    rst_ni     = 1'b0;
    expected_q = '0;
    gap_q      = 1'b1;
  end
  always_ff @(posedge clk_i) begin
    rst_ni <= 1'b1;
    if (read) output_q <= addr;
    gap_q  <= !rst_ni || clear_i || redirect_i;
    if (!rst_ni || clear_i) expected_q <= '0;
    else if (redirect_i) expected_q <= {target_i, 2'b00};
    else if (valid && !hold_i) expected_q <= expected_q + 32'd4;
  end

  always_comb begin
    if (rst_ni) begin
      assert (valid == (!gap_q && !clear_i));
      if (valid) assert (pc == expected_q && output_q == pc[12:2] && link == pc + 32'd4);
      if (!valid && !clear_i) assert (link == expected_q);
      assert (fault == (pc >= 32'd8192));
    end
    cover (rst_ni && valid && hold_i && fault);
    cover (rst_ni && valid && pc == 32'h40 && redirect_i);
  end
endmodule
