// SPDX-License-Identifier: Apache-2.0
// What the host reaches: the registers, and windows to the core's memories while the core is stopped.
// Answered in the cycle of the request if the registers are ready, a window's read in the one after. Windows take whole
// words.

module tercet_host_port #(
  localparam int AddrW = tercet_hw_pkg::HostAddrBits
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  // Host.
  input  logic             write_i,
  input  logic             read_i,
  input  logic [AddrW-1:0] addr_i,
  input  logic             partial_i,
  output logic             ready_o,
  output logic             error_o,
  output logic [31:0]      rdata_o,
  // Registers: the low bits of addr_i.
  output logic             reg_write_o,
  output logic             reg_read_o,
  input  logic             reg_ready_i,
  input  logic             reg_error_i,
  input  logic [31:0]      reg_rdata_i,
  // Load port of tercet_mcu, which takes its address and data from the host.
  input  logic             stopped_i,
  output logic             load_valid_o,
  output logic             load_data_o,
  input  logic [31:0]      load_rdata_i
);
  localparam logic [AddrW-1:0] ItcmBase   = AddrW'(tercet_hw_pkg::HostItcmWindow);
  localparam logic [AddrW-1:0] DtcmBase   = AddrW'(tercet_hw_pkg::HostDtcmWindow);
  localparam int               RegisterAw = tercet_hw_pkg::CsrAddrWidth;

  logic in_registers, in_itcm, in_dtcm, window, answer_q;

  assign in_registers = addr_i[AddrW-1:RegisterAw] == '0;
  assign in_itcm      = (addr_i ^ ItcmBase) < AddrW'(tercet_hw_pkg::CoreItcmBytes);
  assign in_dtcm      = (addr_i ^ DtcmBase) < AddrW'(tercet_hw_pkg::CoreDtcmBytes);

  // An access that a window grants.
  assign window       = (in_itcm || in_dtcm) && stopped_i && addr_i[1:0] == 2'b00 &&
                        (read_i || (write_i && !partial_i));
  assign load_valid_o = window && (write_i || !answer_q);
  assign load_data_o  = in_dtcm;

  assign reg_write_o = write_i && in_registers;
  assign reg_read_o  = read_i && in_registers;
  assign ready_o     = in_registers ? reg_ready_i : !(window && read_i) || answer_q;
  assign error_o     = in_registers ? reg_error_i : !window;
  assign rdata_o     = in_registers ? reg_rdata_i : load_rdata_i;

  // A read that gives way to a write starts again.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) answer_q <= 1'b0;
    else answer_q <= load_valid_o && read_i;
  end
endmodule
