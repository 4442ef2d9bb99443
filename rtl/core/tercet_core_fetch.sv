// SPDX-License-Identifier: Apache-2.0
// Fetch stage: reads the instruction memory ahead of execution, one instruction a cycle.
// The memory's address comes from a register, so a redirect costs one cycle without an instruction. While
// hold_i is set the memory is not read and keeps its output, the instruction in execution.

module tercet_core_fetch #(
  parameter  int          Bytes  = 8192,  // of instruction memory, from address 0; a power of two
  parameter  logic [31:0] BootPc = 32'h0,
  localparam int          AddrW  = $clog2(Bytes)
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             clear_i,     // back to BootPc
  input  logic             hold_i,
  input  logic             redirect_i,  // never with hold_i
  input  logic [31:2]      target_i,
  output logic             read_o,
  output logic [AddrW-1:2] addr_o,
  // In execution.
  output logic             valid_o,
  output logic             fault_o,     // the pc is not in the instruction memory
  output logic [31:0]      pc_o,
  output logic [31:0]      link_o       // pc_o + 4
);
  logic [31:0] next_q;
  logic        valid_q;

  assign read_o  = !hold_i;
  assign addr_o  = next_q[AddrW-1:2];
  assign valid_o = valid_q && !clear_i;
  assign fault_o = pc_o >= 32'(Bytes);
  assign link_o  = next_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      next_q  <= BootPc;
      valid_q <= 1'b0;
    end else if (clear_i) begin
      next_q  <= BootPc;
      valid_q <= 1'b0;
    end else if (redirect_i) begin
      next_q  <= {target_i, 2'b00};
      valid_q <= 1'b0;
    end else if (!hold_i) begin
      next_q  <= next_q + 32'd4;
      valid_q <= 1'b1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (!hold_i) pc_o <= next_q;
  end

`ifdef FORMAL
  always_ff @(posedge clk_i) begin
    if (rst_ni && valid_q) assert (link_o == pc_o + 32'd4);
    if (rst_ni) assert (next_q[1:0] == 2'b00);
  end
`endif
endmodule
