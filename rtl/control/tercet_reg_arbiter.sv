// SPDX-License-Identifier: Apache-2.0
// Host and core share the registers: the host goes first, and the core goes next, so that each waits for one cycle at
// most, whatever the other does. Both hold a request until it is answered; only the host may take one back.
// Registers are the engine's, and from CORE_CTRL on those of tercet_control; both answer in the cycle of the request.
// The core must read and write whole words.

module tercet_reg_arbiter (
  input  logic        clk_i,
  input  logic        rst_ni,
  // Host.
  input  logic        host_write_i,
  input  logic        host_read_i,
  input  logic [11:0] host_addr_i,
  input  logic [31:0] host_wdata_i,
  input  logic        host_partial_i,
  output logic        host_ready_o,
  output logic        host_error_o,
  // Core.
  input  logic        core_valid_i,
  input  logic        core_write_i,
  input  logic [11:0] core_addr_i,
  input  logic [31:0] core_wdata_i,
  input  logic [3:0]  core_strb_i,
  output logic        core_ready_o,
  output logic        core_error_o,
  // To both.
  output logic [31:0] rdata_o,
  // Registers.
  output logic        engine_write_o,
  output logic        engine_read_o,
  input  logic        engine_error_i,
  input  logic [31:0] engine_rdata_i,
  output logic        control_write_o,
  input  logic        control_error_i,
  input  logic [31:0] control_rdata_i,
  output logic [11:0] addr_o,
  output logic [31:0] wdata_o,
  output logic        partial_o
);
  logic asks, turn_q, host, core, whole, write, read, is_control, error;

  // The core's turn comes in the cycle after it had to wait.
  assign asks  = host_write_i || host_read_i;
  assign host  = asks && !(core_valid_i && turn_q);
  assign whole = core_strb_i == 4'hf;
  assign core  = core_valid_i && !host && whole;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) turn_q <= 1'b0;
    else turn_q <= core_valid_i && host;
  end

  assign write      = host ? host_write_i : core && core_write_i;
  assign read       = host ? host_read_i : core && !core_write_i;
  assign addr_o     = host ? host_addr_i : core_addr_i;
  assign wdata_o    = host ? host_wdata_i : core_wdata_i;
  assign partial_o  = host && host_partial_i;
  assign is_control = addr_o >= tercet_hw_pkg::CsrCoreCtrl;

  assign engine_write_o  = write && !is_control;
  assign engine_read_o   = read && !is_control;
  assign control_write_o = write && is_control;

  assign error        = is_control ? control_error_i : engine_error_i;
  assign rdata_o      = is_control ? control_rdata_i : engine_rdata_i;
  assign host_ready_o = host;
  assign host_error_o = error;
  assign core_ready_o = !host;
  assign core_error_o = error || !whole;
endmodule
