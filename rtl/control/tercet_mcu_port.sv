// SPDX-License-Identifier: Apache-2.0
// What the control core reaches on its bus: the registers and the mover's buffer. All else is a bus error.

module tercet_mcu_port #(
  parameter int BufferBytes = 1024  // a power of two
) (
  input  logic        valid_i,
  input  logic [31:0] addr_i,
  output logic        ready_o,
  output logic        error_o,
  output logic [31:0] rdata_o,
  // Registers.
  output logic        reg_valid_o,
  input  logic        reg_ready_i,
  input  logic        reg_error_i,
  input  logic [31:0] reg_rdata_i,
  // Buffer.
  output logic        buffer_valid_o,
  input  logic        buffer_ready_i,
  input  logic        buffer_error_i,
  input  logic [31:0] buffer_rdata_i
);
  localparam int RegisterBytes = 1 << tercet_hw_pkg::CsrAddrWidth;

  logic in_registers, in_buffer;

  assign in_registers = (addr_i ^ tercet_hw_pkg::CoreBaseRegisters) < 32'(RegisterBytes);
  assign in_buffer    = (addr_i ^ tercet_hw_pkg::CoreBaseMover) < 32'(BufferBytes);

  assign reg_valid_o    = valid_i && in_registers;
  assign buffer_valid_o = valid_i && in_buffer;
  assign ready_o        = in_registers ? reg_ready_i : !in_buffer || buffer_ready_i;
  assign error_o        = in_registers ? reg_error_i : !in_buffer || buffer_error_i;
  assign rdata_o        = in_registers ? reg_rdata_i : buffer_rdata_i;
endmodule
