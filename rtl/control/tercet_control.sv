// SPDX-License-Identifier: Apache-2.0
// The registers of host and firmware (docs/programming.md): the core, interrupts both ways, queue counts, the mover.
// Answers in the cycle of the request.

module tercet_control #(
  parameter int AddrW = 40
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  // Register port.
  input  logic             write_i,
  input  logic [11:0]      addr_i,
  input  logic [31:0]      wdata_i,
  input  logic             partial_i,
  output logic             error_o,
  output logic [31:0]      rdata_o,
  // Control core.
  output logic             run_o,
  input  logic             stopped_i,
  input  logic             retire_i,
  input  logic [31:0]      retire_pc_i,
  output logic             core_irq_o,
  // Host.
  output logic             host_irq_o,
  // Engine.
  output logic             waiting_o,        // DOORBELL is ahead of RETIRED
  input  logic             engine_event_i,
  // Mover: an operation is asked for with mover_op_o and, unless it is refused in that cycle, starts.
  output logic [2:0]       mover_op_o,       // bits of MOVER_GO, 0 for none
  output logic [AddrW-1:0] mover_src_o,
  output logic [AddrW-1:0] mover_dst_o,
  output logic [31:0]      mover_beats_o,
  input  logic             mover_refuse_i,
  input  logic             mover_busy_i,
  input  logic             mover_done_i,
  input  logic [7:0]       mover_code_i
);
  localparam int HiW = AddrW - 32;

  logic        run_q, doorbell_irq_q, abort_irq_q, mover_irq_q;
  logic [1:0]  host_irq_q, host_enable_q;
  logic [3:0]  core_irq, core_enable_q;
  logic [31:0] pc_q, doorbell_q, retired_q, consumed_q, state_q;
  logic        mapped, is_readonly, is_go, write;

  always_comb begin
    mapped      = 1'b1;
    is_readonly = 1'b0;
    case (addr_i)
      tercet_hw_pkg::CsrCoreStatus, tercet_hw_pkg::CsrCorePc,
      tercet_hw_pkg::CsrMoverStatus: is_readonly = 1'b1;
      tercet_hw_pkg::CsrCoreCtrl, tercet_hw_pkg::CsrHostIrq, tercet_hw_pkg::CsrHostIrqSet,
      tercet_hw_pkg::CsrHostIrqEnable, tercet_hw_pkg::CsrCoreIrq,
      tercet_hw_pkg::CsrCoreIrqEnable, tercet_hw_pkg::CsrDoorbell, tercet_hw_pkg::CsrAbort,
      tercet_hw_pkg::CsrRetired, tercet_hw_pkg::CsrConsumed, tercet_hw_pkg::CsrFwState,
      tercet_hw_pkg::CsrMoverSrcLo, tercet_hw_pkg::CsrMoverSrcHi,
      tercet_hw_pkg::CsrMoverDstLo, tercet_hw_pkg::CsrMoverDstHi,
      tercet_hw_pkg::CsrMoverBeats, tercet_hw_pkg::CsrMoverGo: ;
      default: mapped = 1'b0;
    endcase
  end

  assign is_go      = addr_i == tercet_hw_pkg::CsrMoverGo;
  assign mover_op_o = (write_i && is_go && !partial_i) ? wdata_i[2:0] : '0;
  assign error_o    = !mapped ||
                      (write_i && (partial_i || is_readonly || (is_go && mover_refuse_i)));
  assign write      = write_i && !error_o;

  // Interrupts: an event sets its bit even as it is cleared.
  logic host_clear, host_set, core_clear;
  assign host_clear = write && addr_i == tercet_hw_pkg::CsrHostIrq;
  assign host_set   = write && addr_i == tercet_hw_pkg::CsrHostIrqSet;
  assign core_clear = write && addr_i == tercet_hw_pkg::CsrCoreIrq;

  always_comb begin
    core_irq = '0;
    core_irq[tercet_hw_pkg::CoreIrqDoorbellLsb] = doorbell_irq_q;
    core_irq[tercet_hw_pkg::CoreIrqAbortLsb]    = abort_irq_q;
    core_irq[tercet_hw_pkg::CoreIrqEngineLsb]   = engine_event_i;
    core_irq[tercet_hw_pkg::CoreIrqMoverLsb]    = mover_irq_q;
  end

  assign run_o      = run_q;
  assign core_irq_o = |(core_irq & core_enable_q);
  assign host_irq_o = |(host_irq_q & host_enable_q);
  assign waiting_o  = doorbell_q != retired_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      doorbell_irq_q <= 1'b0;
      abort_irq_q    <= 1'b0;
      mover_irq_q    <= 1'b0;
      host_irq_q     <= '0;
    end else begin
      doorbell_irq_q <= (write && addr_i == tercet_hw_pkg::CsrDoorbell) ||
                        (doorbell_irq_q &&
                         !(core_clear && wdata_i[tercet_hw_pkg::CoreIrqDoorbellLsb]));
      abort_irq_q    <= (write && addr_i == tercet_hw_pkg::CsrAbort &&
                         wdata_i[tercet_hw_pkg::AbortGoLsb]) ||
                        (abort_irq_q &&
                         !(core_clear && wdata_i[tercet_hw_pkg::CoreIrqAbortLsb]));
      mover_irq_q    <= mover_done_i ||
                        (mover_irq_q &&
                         !(core_clear && wdata_i[tercet_hw_pkg::CoreIrqMoverLsb]));
      host_irq_q     <= (host_irq_q & ~(wdata_i[1:0] & {2{host_clear}})) |
                        (wdata_i[1:0] & {2{host_set}});
    end
  end

  // Plain registers. FW_STATE is held at 0 while the core is stopped.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      run_q         <= 1'b0;
      host_enable_q <= '0;
      core_enable_q <= '0;
      doorbell_q    <= '0;
      retired_q     <= '0;
      consumed_q    <= '0;
      state_q       <= '0;
      mover_src_o   <= '0;
      mover_dst_o   <= '0;
      mover_beats_o <= '0;
    end else begin
      if (write) begin
        case (addr_i)
          tercet_hw_pkg::CsrCoreCtrl:      run_q <= wdata_i[tercet_hw_pkg::CoreCtrlRunLsb];
          tercet_hw_pkg::CsrHostIrqEnable: host_enable_q <= wdata_i[1:0];
          tercet_hw_pkg::CsrCoreIrqEnable: core_enable_q <= wdata_i[3:0];
          tercet_hw_pkg::CsrDoorbell:      doorbell_q <= wdata_i;
          tercet_hw_pkg::CsrRetired:       retired_q <= wdata_i;
          tercet_hw_pkg::CsrConsumed:      consumed_q <= wdata_i;
          tercet_hw_pkg::CsrFwState:       state_q <= wdata_i;
          tercet_hw_pkg::CsrMoverSrcLo:    mover_src_o[31:0] <= wdata_i;
          tercet_hw_pkg::CsrMoverSrcHi:    mover_src_o[AddrW-1:32] <= wdata_i[HiW-1:0];
          tercet_hw_pkg::CsrMoverDstLo:    mover_dst_o[31:0] <= wdata_i;
          tercet_hw_pkg::CsrMoverDstHi:    mover_dst_o[AddrW-1:32] <= wdata_i[HiW-1:0];
          tercet_hw_pkg::CsrMoverBeats:    mover_beats_o <= wdata_i;
          default: ;
        endcase
      end
      if (stopped_i) state_q <= '0;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) pc_q <= '0;
    else if (retire_i) pc_q <= retire_pc_i;
  end

  always_comb begin
    rdata_o = '0;
    case (addr_i)
      tercet_hw_pkg::CsrCoreCtrl:      rdata_o[tercet_hw_pkg::CoreCtrlRunLsb] = run_q;
      tercet_hw_pkg::CsrCoreStatus:    rdata_o[tercet_hw_pkg::CoreStatusStoppedLsb] = stopped_i;
      tercet_hw_pkg::CsrCorePc:        rdata_o = pc_q;
      tercet_hw_pkg::CsrHostIrq:       rdata_o[1:0] = host_irq_q;
      tercet_hw_pkg::CsrHostIrqEnable: rdata_o[1:0] = host_enable_q;
      tercet_hw_pkg::CsrCoreIrq:       rdata_o[3:0] = core_irq;
      tercet_hw_pkg::CsrCoreIrqEnable: rdata_o[3:0] = core_enable_q;
      tercet_hw_pkg::CsrDoorbell:      rdata_o = doorbell_q;
      tercet_hw_pkg::CsrRetired:       rdata_o = retired_q;
      tercet_hw_pkg::CsrConsumed:      rdata_o = consumed_q;
      tercet_hw_pkg::CsrFwState:       rdata_o = state_q;
      tercet_hw_pkg::CsrMoverSrcLo:    rdata_o = mover_src_o[31:0];
      tercet_hw_pkg::CsrMoverSrcHi:    rdata_o[HiW-1:0] = mover_src_o[AddrW-1:32];
      tercet_hw_pkg::CsrMoverDstLo:    rdata_o = mover_dst_o[31:0];
      tercet_hw_pkg::CsrMoverDstHi:    rdata_o[HiW-1:0] = mover_dst_o[AddrW-1:32];
      tercet_hw_pkg::CsrMoverBeats:    rdata_o = mover_beats_o;
      tercet_hw_pkg::CsrMoverStatus: begin
        rdata_o[tercet_hw_pkg::MoverStatusBusyLsb]      = mover_busy_i;
        rdata_o[tercet_hw_pkg::MoverStatusErrorLsb+:8] = mover_code_i;
      end
      default: ;
    endcase
  end
endmodule
