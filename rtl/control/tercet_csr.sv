// SPDX-License-Identifier: Apache-2.0
// The engine's registers (docs/registers.md): identity, control, the command shadow, counters.
// While a START is pending the shadow is frozen: writing CMD_* or START then is an error response.

module tercet_csr #(
  parameter int          AddrW      = 40,
  parameter logic [31:0] Geometry   = 32'h0,
  parameter logic [31:0] ConfigHash = 32'h0
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  // Register port.
  input  logic             write_i,
  input  logic             read_i,
  input  logic [11:0]      addr_i,
  input  logic [31:0]      wdata_i,
  input  logic             partial_i,
  output logic             error_o,
  output logic [31:0]      rdata_o,
  output logic             event_o,      // a bit of IRQ is set
  input  logic             irq_i,        // the firmware's interrupts to the host
  output logic             irq_o,
  // Control.
  output logic             soft_reset_o,
  output logic             perf_clear_o,
  input  logic             flush_i,      // the engine drops its commands
  input  logic             reset_i,      // a soft reset takes effect
  // Command.
  output logic             pending_o,
  input  logic             taken_i,
  output logic [15:0]      m_o,
  output logic [23:0]      n_o,
  output logic [15:0]      k_o,
  output logic [7:0]       m_tile_o,
  output logic             trit5_o,
  output logic [31:0]      wbeats_o,
  output logic [AddrW-1:0] act_o,
  output logic [AddrW-1:0] wgt_o,
  output logic [AddrW-1:0] out_o,
  // Status.
  input  logic             running_i,
  input  logic             halted_i,
  input  logic             empty_i,      // no command in flight
  input  logic             done_i,
  input  logic             raised_i,
  input  logic [7:0]       code_i,
  // Counters.
  output logic [3:0]       counter_o,
  input  logic [63:0]      counter_value_i
);
  localparam int HiW = AddrW - 32;

  logic        irq_enable_q, irq_done_q, irq_error_q, pending_q;
  logic [31:0] started_q, completed_q, hi_latch_q;
  logic        is_cmd, is_counter, is_readonly, mapped, frozen, write;
  logic [11:0] counter_offset;
  logic [31:0] status;

  // What an access hits.
  assign counter_offset = addr_i - tercet_hw_pkg::CsrCounterBase;
  assign counter_o      = counter_offset[6:3];
  assign is_counter     = addr_i >= tercet_hw_pkg::CsrCounterBase &&
                          counter_offset < 12'(8 * tercet_hw_pkg::CounterCount) &&
                          counter_offset[1:0] == 2'b00;

  always_comb begin
    is_cmd      = 1'b0;
    is_readonly = is_counter;
    mapped      = is_counter;
    case (addr_i)
      tercet_hw_pkg::CsrId, tercet_hw_pkg::CsrVersion, tercet_hw_pkg::CsrConfigHash,
      tercet_hw_pkg::CsrGeometry, tercet_hw_pkg::CsrStatus, tercet_hw_pkg::CsrError,
      tercet_hw_pkg::CsrStarted, tercet_hw_pkg::CsrCompleted: begin
        is_readonly = 1'b1;
        mapped      = 1'b1;
      end
      tercet_hw_pkg::CsrCtrl, tercet_hw_pkg::CsrIrq: mapped = 1'b1;
      tercet_hw_pkg::CsrCmdM, tercet_hw_pkg::CsrCmdN, tercet_hw_pkg::CsrCmdK,
      tercet_hw_pkg::CsrCmdMtile, tercet_hw_pkg::CsrCmdFlags, tercet_hw_pkg::CsrCmdWbeats,
      tercet_hw_pkg::CsrCmdActLo, tercet_hw_pkg::CsrCmdActHi, tercet_hw_pkg::CsrCmdWgtLo,
      tercet_hw_pkg::CsrCmdWgtHi, tercet_hw_pkg::CsrCmdOutLo, tercet_hw_pkg::CsrCmdOutHi,
      tercet_hw_pkg::CsrStart: begin
        is_cmd = 1'b1;
        mapped = 1'b1;
      end
      default: ;
    endcase
  end

  assign frozen  = pending_q || (addr_i == tercet_hw_pkg::CsrStart && !running_i);
  assign error_o = !mapped || (write_i && (partial_i || is_readonly || (is_cmd && frozen)));
  assign write   = write_i && !error_o;

  // Control.
  logic start;
  assign start        = write && addr_i == tercet_hw_pkg::CsrStart &&
                        wdata_i[tercet_hw_pkg::StartGoLsb];
  assign soft_reset_o = write && addr_i == tercet_hw_pkg::CsrCtrl &&
                        wdata_i[tercet_hw_pkg::CtrlSoftResetLsb];
  assign perf_clear_o = write && addr_i == tercet_hw_pkg::CsrCtrl &&
                        wdata_i[tercet_hw_pkg::CtrlPerfClearLsb];
  assign pending_o    = pending_q;
  assign event_o      = irq_done_q || irq_error_q;
  assign irq_o        = (irq_enable_q && event_o) || irq_i;

  logic clear_irq;
  assign clear_irq = write && addr_i == tercet_hw_pkg::CsrIrq;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      irq_enable_q <= 1'b0;
      irq_done_q   <= 1'b0;
      irq_error_q  <= 1'b0;
      pending_q    <= 1'b0;
      started_q    <= '0;
      completed_q  <= '0;
    end else begin
      if (write && addr_i == tercet_hw_pkg::CsrCtrl) begin
        irq_enable_q <= wdata_i[tercet_hw_pkg::CtrlIrqEnableLsb];
      end
      irq_done_q  <= (done_i || (irq_done_q &&
                      !(clear_irq && wdata_i[tercet_hw_pkg::IrqDoneLsb]))) && !reset_i;
      irq_error_q <= (raised_i || (irq_error_q &&
                      !(clear_irq && wdata_i[tercet_hw_pkg::IrqErrorLsb]))) && !reset_i;
      pending_q   <= (start || (pending_q && !taken_i)) && !flush_i;
      started_q   <= reset_i ? '0 : started_q + 32'(taken_i);
      completed_q <= reset_i ? '0 : completed_q + 32'(done_i);
    end
  end

  // The shadow.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      m_o      <= '0;
      n_o      <= '0;
      k_o      <= '0;
      m_tile_o <= '0;
      trit5_o  <= 1'b0;
      wbeats_o <= '0;
      act_o    <= '0;
      wgt_o    <= '0;
      out_o    <= '0;
    end else if (write) begin
      case (addr_i)
        tercet_hw_pkg::CsrCmdM:      m_o <= wdata_i[15:0];
        tercet_hw_pkg::CsrCmdN:      n_o <= wdata_i[23:0];
        tercet_hw_pkg::CsrCmdK:      k_o <= wdata_i[15:0];
        tercet_hw_pkg::CsrCmdMtile:  m_tile_o <= wdata_i[7:0];
        tercet_hw_pkg::CsrCmdFlags:  trit5_o <= wdata_i[tercet_hw_pkg::CmdFlagsPackingLsb];
        tercet_hw_pkg::CsrCmdWbeats: wbeats_o <= wdata_i;
        tercet_hw_pkg::CsrCmdActLo:  act_o[31:0] <= wdata_i;
        tercet_hw_pkg::CsrCmdActHi:  act_o[AddrW-1:32] <= wdata_i[HiW-1:0];
        tercet_hw_pkg::CsrCmdWgtLo:  wgt_o[31:0] <= wdata_i;
        tercet_hw_pkg::CsrCmdWgtHi:  wgt_o[AddrW-1:32] <= wdata_i[HiW-1:0];
        tercet_hw_pkg::CsrCmdOutLo:  out_o[31:0] <= wdata_i;
        tercet_hw_pkg::CsrCmdOutHi:  out_o[AddrW-1:32] <= wdata_i[HiW-1:0];
        default: ;
      endcase
    end
  end

  // Reads. Reading a counter's low half keeps its high half for the read that follows.
  always_ff @(posedge clk_i) begin
    if (read_i && is_counter && !counter_offset[2]) hi_latch_q <= counter_value_i[63:32];
  end

  always_comb begin
    status = '0;
    status[tercet_hw_pkg::StatusIdleLsb]         = halted_i || (running_i && empty_i && !pending_q);
    status[tercet_hw_pkg::StatusStartPendingLsb] = pending_q;
    status[tercet_hw_pkg::StatusIrqLsb]          = irq_o;
    status[tercet_hw_pkg::StatusErrorLsb]        = halted_i;
  end

  always_comb begin
    rdata_o = '0;
    case (addr_i)
      tercet_hw_pkg::CsrId:         rdata_o = tercet_hw_pkg::HwId;
      tercet_hw_pkg::CsrVersion:    rdata_o = tercet_hw_pkg::HwVersion;
      tercet_hw_pkg::CsrConfigHash: rdata_o = ConfigHash;
      tercet_hw_pkg::CsrGeometry:   rdata_o = Geometry;
      tercet_hw_pkg::CsrCtrl:       rdata_o[tercet_hw_pkg::CtrlIrqEnableLsb] = irq_enable_q;
      tercet_hw_pkg::CsrStatus:     rdata_o = status;
      tercet_hw_pkg::CsrIrq: begin
        rdata_o[tercet_hw_pkg::IrqDoneLsb]  = irq_done_q;
        rdata_o[tercet_hw_pkg::IrqErrorLsb] = irq_error_q;
      end
      tercet_hw_pkg::CsrError:      rdata_o[7:0] = code_i;
      tercet_hw_pkg::CsrStarted:    rdata_o = started_q;
      tercet_hw_pkg::CsrCompleted:  rdata_o = completed_q;
      tercet_hw_pkg::CsrCmdM:       rdata_o[15:0] = m_o;
      tercet_hw_pkg::CsrCmdN:       rdata_o[23:0] = n_o;
      tercet_hw_pkg::CsrCmdK:       rdata_o[15:0] = k_o;
      tercet_hw_pkg::CsrCmdMtile:   rdata_o[7:0] = m_tile_o;
      tercet_hw_pkg::CsrCmdFlags:   rdata_o[tercet_hw_pkg::CmdFlagsPackingLsb] = trit5_o;
      tercet_hw_pkg::CsrCmdWbeats:  rdata_o = wbeats_o;
      tercet_hw_pkg::CsrCmdActLo:   rdata_o = act_o[31:0];
      tercet_hw_pkg::CsrCmdActHi:   rdata_o[HiW-1:0] = act_o[AddrW-1:32];
      tercet_hw_pkg::CsrCmdWgtLo:   rdata_o = wgt_o[31:0];
      tercet_hw_pkg::CsrCmdWgtHi:   rdata_o[HiW-1:0] = wgt_o[AddrW-1:32];
      tercet_hw_pkg::CsrCmdOutLo:   rdata_o = out_o[31:0];
      tercet_hw_pkg::CsrCmdOutHi:   rdata_o[HiW-1:0] = out_o[AddrW-1:32];
      default: if (is_counter) rdata_o = counter_offset[2] ? hi_latch_q : counter_value_i[31:0];
    endcase
  end
endmodule
