// SPDX-License-Identifier: Apache-2.0
// The machine: the engine, the control core with its registers and mover, and their buses (docs/machine.md).

module tercet_top #(
  localparam int AxiBytes = tercet_cfg_pkg::AxiBytes,
  localparam int AddrW    = tercet_cfg_pkg::AddrBits,
  localparam int HostW    = tercet_hw_pkg::HostAddrBits,
  localparam int IdW      = tercet_hw_pkg::AxiIdWidth
) (
  input  logic                  clk_i,
  input  logic                  rst_ni,
  output logic                  irq_o,
  // Registers and windows: AXI4-Lite slave.
  input  logic [HostW-1:0]      s_axil_awaddr_i,
  input  logic                  s_axil_awvalid_i,
  output logic                  s_axil_awready_o,
  input  logic [31:0]           s_axil_wdata_i,
  input  logic [3:0]            s_axil_wstrb_i,
  input  logic                  s_axil_wvalid_i,
  output logic                  s_axil_wready_o,
  output logic [1:0]            s_axil_bresp_o,
  output logic                  s_axil_bvalid_o,
  input  logic                  s_axil_bready_i,
  input  logic [HostW-1:0]      s_axil_araddr_i,
  input  logic                  s_axil_arvalid_i,
  output logic                  s_axil_arready_o,
  output logic [31:0]           s_axil_rdata_o,
  output logic [1:0]            s_axil_rresp_o,
  output logic                  s_axil_rvalid_o,
  input  logic                  s_axil_rready_i,
  // Memory: AXI4 master.
  output logic [IdW-1:0]        m_axi_arid_o,
  output logic [AddrW-1:0]      m_axi_araddr_o,
  output logic [7:0]            m_axi_arlen_o,
  output logic [2:0]            m_axi_arsize_o,
  output logic [1:0]            m_axi_arburst_o,
  output logic                  m_axi_arvalid_o,
  input  logic                  m_axi_arready_i,
  input  logic [IdW-1:0]        m_axi_rid_i,
  input  logic [8*AxiBytes-1:0] m_axi_rdata_i,
  input  logic [1:0]            m_axi_rresp_i,
  input  logic                  m_axi_rlast_i,
  input  logic                  m_axi_rvalid_i,
  output logic                  m_axi_rready_o,
  output logic [AddrW-1:0]      m_axi_awaddr_o,
  output logic [7:0]            m_axi_awlen_o,
  output logic [2:0]            m_axi_awsize_o,
  output logic [1:0]            m_axi_awburst_o,
  output logic                  m_axi_awvalid_o,
  input  logic                  m_axi_awready_i,
  output logic [8*AxiBytes-1:0] m_axi_wdata_o,
  output logic [AxiBytes-1:0]   m_axi_wstrb_o,
  output logic                  m_axi_wlast_o,
  output logic                  m_axi_wvalid_o,
  input  logic                  m_axi_wready_i,
  input  logic [1:0]            m_axi_bresp_i,
  input  logic                  m_axi_bvalid_i,
  output logic                  m_axi_bready_o
);
  localparam int BufferBytes = tercet_cfg_pkg::MaxBurstBeats * AxiBytes;
  localparam int BufferW     = $clog2(BufferBytes);
  localparam int RegW        = tercet_hw_pkg::CsrAddrWidth;
  localparam int LoadBytes   = (tercet_hw_pkg::CoreItcmBytes > tercet_hw_pkg::CoreDtcmBytes) ?
                               tercet_hw_pkg::CoreItcmBytes : tercet_hw_pkg::CoreDtcmBytes;
  localparam int LoadW       = $clog2(LoadBytes);

  // Host: registers, and windows to the core's memories.
  logic             host_write, host_read, host_partial, host_ready, host_error;
  logic [HostW-1:0] host_addr;
  logic [31:0]      host_wdata, host_rdata;

  tercet_axil #(
    .AddrW(HostW)
  ) u_axil (
    .clk_i,
    .rst_ni,
    .awaddr_i (s_axil_awaddr_i),
    .awvalid_i(s_axil_awvalid_i),
    .awready_o(s_axil_awready_o),
    .wdata_i  (s_axil_wdata_i),
    .wstrb_i  (s_axil_wstrb_i),
    .wvalid_i (s_axil_wvalid_i),
    .wready_o (s_axil_wready_o),
    .bresp_o  (s_axil_bresp_o),
    .bvalid_o (s_axil_bvalid_o),
    .bready_i (s_axil_bready_i),
    .araddr_i (s_axil_araddr_i),
    .arvalid_i(s_axil_arvalid_i),
    .arready_o(s_axil_arready_o),
    .rdata_o  (s_axil_rdata_o),
    .rresp_o  (s_axil_rresp_o),
    .rvalid_o (s_axil_rvalid_o),
    .rready_i (s_axil_rready_i),
    .write_o  (host_write),
    .read_o   (host_read),
    .addr_o   (host_addr),
    .wdata_o  (host_wdata),
    .partial_o(host_partial),
    .ready_i  (host_ready),
    .error_i  (host_error),
    .rdata_i  (host_rdata)
  );

  logic        reg_write, reg_read, reg_ready, reg_error, stopped, load_valid, load_data;
  logic [31:0] reg_rdata, load_rdata;

  tercet_host_port u_host_port (
    .clk_i,
    .rst_ni,
    .write_i     (host_write),
    .read_i      (host_read),
    .addr_i      (host_addr),
    .partial_i   (host_partial),
    .ready_o     (host_ready),
    .error_o     (host_error),
    .rdata_o     (host_rdata),
    .reg_write_o (reg_write),
    .reg_read_o  (reg_read),
    .reg_ready_i (reg_ready),
    .reg_error_i (reg_error),
    .reg_rdata_i (reg_rdata),
    .stopped_i   (stopped),
    .load_valid_o(load_valid),
    .load_data_o (load_data),
    .load_rdata_i(load_rdata)
  );

  // The control core. What retires is for simulators to see.
  logic        run, core_irq, bus_valid, bus_write, bus_ready, bus_error;
  logic [31:0] bus_addr, bus_wdata, bus_rdata;
  logic [3:0]  bus_strb;
  logic        retire_valid, retire_write, retire_trap, retire_interrupt;
  logic [31:0] retire_pc, retire_insn, retire_value, retire_addr, retire_wdata;
  logic [4:0]  retire_rd, retire_cause;
  logic [3:0]  retire_strb;

  tercet_mcu u_mcu (
    .clk_i,
    .rst_ni,
    .run_i             (run),
    .stopped_o         (stopped),
    .irq_i             (core_irq),
    .load_valid_i      (load_valid),
    .load_write_i      (host_write),
    .load_data_i       (load_data),
    .load_addr_i       (host_addr[LoadW-1:2]),
    .load_wdata_i      (host_wdata),
    .load_rdata_o      (load_rdata),
    .bus_valid_o       (bus_valid),
    .bus_write_o       (bus_write),
    .bus_addr_o        (bus_addr),
    .bus_wdata_o       (bus_wdata),
    .bus_strb_o        (bus_strb),
    .bus_ready_i       (bus_ready),
    .bus_rdata_i       (bus_rdata),
    .bus_error_i       (bus_error),
    .retire_valid_o    (retire_valid),
    .retire_pc_o       (retire_pc),
    .retire_insn_o     (retire_insn),
    .retire_rd_o       (retire_rd),
    .retire_value_o    (retire_value),
    .retire_strb_o     (retire_strb),
    .retire_write_o    (retire_write),
    .retire_addr_o     (retire_addr),
    .retire_wdata_o    (retire_wdata),
    .retire_trap_o     (retire_trap),
    .retire_interrupt_o(retire_interrupt),
    .retire_cause_o    (retire_cause)
  );

  logic        core_valid, core_ready, core_error, word_valid, word_ready, word_error;
  logic [31:0] word_rdata;

  tercet_mcu_port #(
    .BufferBytes(BufferBytes)
  ) u_mcu_port (
    .valid_i       (bus_valid),
    .addr_i        (bus_addr),
    .ready_o       (bus_ready),
    .error_o       (bus_error),
    .rdata_o       (bus_rdata),
    .reg_valid_o   (core_valid),
    .reg_ready_i   (core_ready),
    .reg_error_i   (core_error),
    .reg_rdata_i   (reg_rdata),
    .buffer_valid_o(word_valid),
    .buffer_ready_i(word_ready),
    .buffer_error_i(word_error),
    .buffer_rdata_i(word_rdata)
  );

  // Registers, for both.
  logic            engine_write, engine_read, engine_error, control_write, control_error, partial;
  logic [RegW-1:0] reg_addr;
  logic [31:0]     reg_wdata, engine_rdata, control_rdata;

  tercet_reg_arbiter u_reg_arbiter (
    .clk_i,
    .rst_ni,
    .host_write_i   (reg_write),
    .host_read_i    (reg_read),
    .host_addr_i    (host_addr[RegW-1:0]),
    .host_wdata_i   (host_wdata),
    .host_partial_i (host_partial),
    .host_ready_o   (reg_ready),
    .host_error_o   (reg_error),
    .core_valid_i   (core_valid),
    .core_write_i   (bus_write),
    .core_addr_i    (bus_addr[RegW-1:0]),
    .core_wdata_i   (bus_wdata),
    .core_strb_i    (bus_strb),
    .core_ready_o   (core_ready),
    .core_error_o   (core_error),
    .rdata_o        (reg_rdata),
    .engine_write_o (engine_write),
    .engine_read_o  (engine_read),
    .engine_error_i (engine_error),
    .engine_rdata_i (engine_rdata),
    .control_write_o(control_write),
    .control_error_i(control_error),
    .control_rdata_i(control_rdata),
    .addr_o         (reg_addr),
    .wdata_o        (reg_wdata),
    .partial_o      (partial)
  );

  logic             host_irq, waiting, engine_event;
  logic [2:0]       mover_op;
  logic [AddrW-1:0] mover_src, mover_dst;
  logic [31:0]      mover_beats;
  logic             mover_refuse, mover_busy, mover_done;
  logic [7:0]       mover_code;

  tercet_control #(
    .AddrW(AddrW)
  ) u_control (
    .clk_i,
    .rst_ni,
    .write_i       (control_write),
    .addr_i        (reg_addr),
    .wdata_i       (reg_wdata),
    .partial_i     (partial),
    .error_o       (control_error),
    .rdata_o       (control_rdata),
    .run_o         (run),
    .stopped_i     (stopped),
    .retire_i      (retire_valid && !retire_trap),
    .retire_pc_i   (retire_pc),
    .core_irq_o    (core_irq),
    .host_irq_o    (host_irq),
    .waiting_o     (waiting),
    .engine_event_i(engine_event),
    .mover_op_o    (mover_op),
    .mover_src_o   (mover_src),
    .mover_dst_o   (mover_dst),
    .mover_beats_o (mover_beats),
    .mover_refuse_i(mover_refuse),
    .mover_busy_i  (mover_busy),
    .mover_done_i  (mover_done),
    .mover_code_i  (mover_code)
  );

  // Memory: the engine and the mover.
  logic                  req_valid, req_ready, mover_beat;
  logic [AddrW-1:0]      req_addr;
  logic [7:0]            req_len;
  logic                  mover_ask, mover_own, mover_awvalid, mover_awready;
  logic                  mover_wvalid, mover_wready, mover_wlast, mover_bvalid;
  logic [AddrW-1:0]      mover_awaddr;
  logic [7:0]            mover_awlen;
  logic [8*AxiBytes-1:0] mover_wdata;

  tercet_mover #(
    .AddrW   (AddrW),
    .AxiBytes(AxiBytes),
    .MaxBurst(tercet_cfg_pkg::MaxBurstBeats)
  ) u_mover (
    .clk_i,
    .rst_ni,
    .op_i        (mover_op),
    .src_i       (mover_src),
    .dst_i       (mover_dst),
    .beats_i     (mover_beats),
    .refuse_o    (mover_refuse),
    .busy_o      (mover_busy),
    .done_o      (mover_done),
    .code_o      (mover_code),
    .word_valid_i(word_valid),
    .word_write_i(bus_write),
    .word_addr_i (bus_addr[BufferW-1:2]),
    .word_wdata_i(bus_wdata),
    .word_strb_i (bus_strb),
    .word_ready_o(word_ready),
    .word_error_o(word_error),
    .word_rdata_o(word_rdata),
    .req_valid_o (req_valid),
    .req_ready_i (req_ready),
    .req_addr_o  (req_addr),
    .req_len_o   (req_len),
    .beat_i      (mover_beat),
    .beat_data_i (m_axi_rdata_i),
    .beat_resp_i (m_axi_rresp_i),
    .beat_last_i (m_axi_rlast_i),
    .ask_o       (mover_ask),
    .own_i       (mover_own),
    .awvalid_o   (mover_awvalid),
    .awready_i   (mover_awready),
    .awaddr_o    (mover_awaddr),
    .awlen_o     (mover_awlen),
    .wvalid_o    (mover_wvalid),
    .wready_i    (mover_wready),
    .wdata_o     (mover_wdata),
    .wlast_o     (mover_wlast),
    .bvalid_i    (mover_bvalid),
    .bresp_i     (m_axi_bresp_i)
  );

  logic                  out_quiet, out_hold, out_awvalid, out_awready;
  logic                  out_wvalid, out_wready, out_wlast, out_bvalid;
  logic [AddrW-1:0]      out_awaddr;
  logic [7:0]            out_awlen;
  logic [8*AxiBytes-1:0] out_wdata;
  logic [AxiBytes-1:0]   out_wstrb;

  tercet_engine u_engine (
    .clk_i,
    .rst_ni,
    .csr_write_i  (engine_write),
    .csr_read_i   (engine_read),
    .csr_addr_i   (reg_addr),
    .csr_wdata_i  (reg_wdata),
    .csr_partial_i(partial),
    .csr_error_o  (engine_error),
    .csr_rdata_o  (engine_rdata),
    .event_o      (engine_event),
    .irq_i        (host_irq),
    .irq_o,
    .waiting_i    (waiting),
    .mover_valid_i(req_valid),
    .mover_ready_o(req_ready),
    .mover_addr_i (req_addr),
    .mover_len_i  (req_len),
    .mover_beat_o (mover_beat),
    .arid_o       (m_axi_arid_o),
    .araddr_o     (m_axi_araddr_o),
    .arlen_o      (m_axi_arlen_o),
    .arvalid_o    (m_axi_arvalid_o),
    .arready_i    (m_axi_arready_i),
    .rid_i        (m_axi_rid_i),
    .rdata_i      (m_axi_rdata_i),
    .rresp_i      (m_axi_rresp_i),
    .rlast_i      (m_axi_rlast_i),
    .rvalid_i     (m_axi_rvalid_i),
    .write_hold_i (out_hold),
    .write_quiet_o(out_quiet),
    .awvalid_o    (out_awvalid),
    .awready_i    (out_awready),
    .awaddr_o     (out_awaddr),
    .awlen_o      (out_awlen),
    .wvalid_o     (out_wvalid),
    .wready_i     (out_wready),
    .wdata_o      (out_wdata),
    .wstrb_o      (out_wstrb),
    .wlast_o      (out_wlast),
    .bvalid_i     (out_bvalid),
    .bresp_i      (m_axi_bresp_i)
  );

  tercet_write_port #(
    .AddrW   (AddrW),
    .AxiBytes(AxiBytes)
  ) u_write_port (
    .out_quiet_i    (out_quiet),
    .out_hold_o     (out_hold),
    .out_awvalid_i  (out_awvalid),
    .out_awready_o  (out_awready),
    .out_awaddr_i   (out_awaddr),
    .out_awlen_i    (out_awlen),
    .out_wvalid_i   (out_wvalid),
    .out_wready_o   (out_wready),
    .out_wdata_i    (out_wdata),
    .out_wstrb_i    (out_wstrb),
    .out_wlast_i    (out_wlast),
    .out_bvalid_o   (out_bvalid),
    .mover_ask_i    (mover_ask),
    .mover_own_o    (mover_own),
    .mover_awvalid_i(mover_awvalid),
    .mover_awready_o(mover_awready),
    .mover_awaddr_i (mover_awaddr),
    .mover_awlen_i  (mover_awlen),
    .mover_wvalid_i (mover_wvalid),
    .mover_wready_o (mover_wready),
    .mover_wdata_i  (mover_wdata),
    .mover_wlast_i  (mover_wlast),
    .mover_bvalid_o (mover_bvalid),
    .awvalid_o      (m_axi_awvalid_o),
    .awready_i      (m_axi_awready_i),
    .awaddr_o       (m_axi_awaddr_o),
    .awlen_o        (m_axi_awlen_o),
    .wvalid_o       (m_axi_wvalid_o),
    .wready_i       (m_axi_wready_i),
    .wdata_o        (m_axi_wdata_o),
    .wstrb_o        (m_axi_wstrb_o),
    .wlast_o        (m_axi_wlast_o),
    .bvalid_i       (m_axi_bvalid_i)
  );

  localparam logic [2:0] BeatSize  = 3'($clog2(AxiBytes));
  localparam logic [1:0] BurstIncr = 2'b01;

  assign m_axi_arsize_o  = BeatSize;
  assign m_axi_arburst_o = BurstIncr;
  assign m_axi_rready_o  = 1'b1;
  assign m_axi_awsize_o  = BeatSize;
  assign m_axi_awburst_o = BurstIncr;
  assign m_axi_bready_o  = 1'b1;
endmodule
