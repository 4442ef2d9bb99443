// SPDX-License-Identifier: Apache-2.0
// AXI4-Lite slave to a simple port: one access at a time, writes before reads, two cycles an access.
// A request (write_o or read_o) is answered by error_i and rdata_i in the first cycle with ready_i; until then it
// holds, but for a read that gives way to a write and starts again.

module tercet_axil #(
  parameter int AddrW = 12
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic [AddrW-1:0] awaddr_i,
  input  logic             awvalid_i,
  output logic             awready_o,
  input  logic [31:0]      wdata_i,
  input  logic [3:0]       wstrb_i,
  input  logic             wvalid_i,
  output logic             wready_o,
  output logic [1:0]       bresp_o,
  output logic             bvalid_o,
  input  logic             bready_i,
  input  logic [AddrW-1:0] araddr_i,
  input  logic             arvalid_i,
  output logic             arready_o,
  output logic [31:0]      rdata_o,
  output logic [1:0]       rresp_o,
  output logic             rvalid_o,
  input  logic             rready_i,
  // Register port.
  output logic             write_o,
  output logic             read_o,
  output logic [AddrW-1:0] addr_o,
  output logic [31:0]      wdata_o,
  output logic             partial_o,  // a write that does not carry all four bytes
  input  logic             ready_i,
  input  logic             error_i,
  input  logic [31:0]      rdata_i
);
  localparam logic [1:0] Okay   = 2'b00;
  localparam logic [1:0] Slverr = 2'b10;

  assign write_o   = awvalid_i && wvalid_i && !bvalid_o;
  assign read_o    = arvalid_i && !rvalid_o && !write_o;
  assign awready_o = write_o && ready_i;
  assign wready_o  = write_o && ready_i;
  assign arready_o = read_o && ready_i;
  assign addr_o    = write_o ? awaddr_i : araddr_i;
  assign wdata_o   = wdata_i;
  assign partial_o = wstrb_i != 4'hf;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      bvalid_o <= 1'b0;
      rvalid_o <= 1'b0;
    end else begin
      bvalid_o <= awready_o || (bvalid_o && !bready_i);
      rvalid_o <= arready_o || (rvalid_o && !rready_i);
    end
  end

  always_ff @(posedge clk_i) begin
    if (awready_o) bresp_o <= error_i ? Slverr : Okay;
    if (arready_o) begin
      rresp_o <= error_i ? Slverr : Okay;
      rdata_o <= error_i ? '0 : rdata_i;
    end
  end
endmodule
