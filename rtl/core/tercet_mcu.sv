// SPDX-License-Identifier: Apache-2.0
// The control core with its memories and timer. Every other data address goes to the bus.
// While stopped_o is set the load port owns the memories; at other times it does nothing and reads are not valid.

module tercet_mcu #(
  parameter  int ItcmBytes = tercet_hw_pkg::CoreItcmBytes,
  parameter  int DtcmBytes = tercet_hw_pkg::CoreDtcmBytes,
  localparam int ItcmW     = $clog2(ItcmBytes),
  localparam int DtcmW     = $clog2(DtcmBytes),
  localparam int LoadW     = (ItcmW > DtcmW) ? ItcmW : DtcmW
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             run_i,
  output logic             stopped_o,
  input  logic             irq_i,
  // Load port: a word of the instruction (load_data_i low) or data memory a cycle, read data one cycle later.
  input  logic             load_valid_i,
  input  logic             load_write_i,
  input  logic             load_data_i,
  input  logic [LoadW-1:2] load_addr_i,  // in bytes, from the start of that memory
  input  logic [31:0]      load_wdata_i,
  output logic [31:0]      load_rdata_o,
  // Bus.
  output logic             bus_valid_o,
  output logic             bus_write_o,
  output logic [31:0]      bus_addr_o,
  output logic [31:0]      bus_wdata_o,
  output logic [3:0]       bus_strb_o,
  input  logic             bus_ready_i,
  input  logic [31:0]      bus_rdata_i,
  input  logic             bus_error_i,
  // As tercet_core.
  output logic             retire_valid_o,
  output logic [31:0]      retire_pc_o,
  output logic [31:0]      retire_insn_o,
  output logic [4:0]       retire_rd_o,
  output logic [31:0]      retire_value_o,
  output logic [3:0]       retire_strb_o,
  output logic             retire_write_o,
  output logic [31:0]      retire_addr_o,
  output logic [31:0]      retire_wdata_o,
  output logic             retire_trap_o,
  output logic             retire_interrupt_o,
  output logic [4:0]       retire_cause_o
);
  logic        irq_timer, irq_software;
  logic        itcm_en, dtcm_en, load_itcm, load_dtcm, load_data_q;
  logic [31:0] itcm_rdata, dtcm_wdata, dtcm_rdata;
  logic [ItcmW-1:2] itcm_addr;
  logic [DtcmW-1:2] dtcm_addr;
  logic [3:0]  dtcm_write;
  logic        valid, in_timer, timer_error;
  logic [31:0] timer_rdata;

  tercet_core #(
    .ItcmBytes(ItcmBytes),
    .DtcmBase (tercet_hw_pkg::CoreBaseDtcm),
    .DtcmBytes(DtcmBytes)
  ) u_core (
    .clk_i,
    .rst_ni,
    .run_i,
    .stopped_o,
    .irq_external_i(irq_i),
    .irq_timer_i   (irq_timer),
    .irq_software_i(irq_software),
    .itcm_en_o     (itcm_en),
    .itcm_addr_o   (itcm_addr),
    .itcm_rdata_i  (itcm_rdata),
    .dtcm_en_o     (dtcm_en),
    .dtcm_write_o  (dtcm_write),
    .dtcm_addr_o   (dtcm_addr),
    .dtcm_wdata_o  (dtcm_wdata),
    .dtcm_rdata_i  (dtcm_rdata),
    .bus_valid_o   (valid),
    .bus_write_o,
    .bus_addr_o,
    .bus_wdata_o,
    .bus_strb_o,
    .bus_ready_i   (in_timer || bus_ready_i),
    .bus_rdata_i   (in_timer ? timer_rdata : bus_rdata_i),
    .bus_error_i   (in_timer ? timer_error : bus_error_i),
    .retire_valid_o,
    .retire_pc_o,
    .retire_insn_o,
    .retire_rd_o,
    .retire_value_o,
    .retire_strb_o,
    .retire_write_o,
    .retire_addr_o,
    .retire_wdata_o,
    .retire_trap_o,
    .retire_interrupt_o,
    .retire_cause_o
  );

  assign load_itcm = stopped_o && load_valid_i && !load_data_i;
  assign load_dtcm = stopped_o && load_valid_i && load_data_i;

  tercet_tcm #(
    .Words(ItcmBytes / 4)
  ) u_itcm (
    .clk_i,
    .en_i   (stopped_o ? load_itcm : itcm_en),
    .write_i({4{load_itcm && load_write_i}}),
    .addr_i (stopped_o ? load_addr_i[ItcmW-1:2] : itcm_addr),
    .wdata_i(load_wdata_i),
    .rdata_o(itcm_rdata)
  );

  tercet_tcm #(
    .Words(DtcmBytes / 4)
  ) u_dtcm (
    .clk_i,
    .en_i   (stopped_o ? load_dtcm : dtcm_en),
    .write_i(stopped_o ? {4{load_write_i}} : dtcm_write),
    .addr_i (stopped_o ? load_addr_i[DtcmW-1:2] : dtcm_addr),
    .wdata_i(stopped_o ? load_wdata_i : dtcm_wdata),
    .rdata_o(dtcm_rdata)
  );

  always_ff @(posedge clk_i) load_data_q <= load_data_i;
  assign load_rdata_o = load_data_q ? dtcm_rdata : itcm_rdata;

  assign in_timer    = (bus_addr_o ^ tercet_hw_pkg::CoreBaseTimer) < 32'd256;
  assign bus_valid_o = valid && !in_timer;
  tercet_timer u_timer (
    .clk_i,
    .rst_ni,
    .clear_i       (stopped_o),
    .valid_i       (valid && in_timer),
    .write_i       (bus_write_o),
    .addr_i        (bus_addr_o[7:0]),
    .wdata_i       (bus_wdata_o),
    .strb_i        (bus_strb_o),
    .rdata_o       (timer_rdata),
    .error_o       (timer_error),
    .irq_timer_o   (irq_timer),
    .irq_software_o(irq_software)
  );
endmodule
