// SPDX-License-Identifier: Apache-2.0
// What becomes of the instruction in execution: it holds, retires, or traps; and where fetching goes on.
// An interrupt takes the place of an instruction that has not begun. wfi holds until an interrupt that mie enables
// is pending, then retires; the interrupt, if mstatus.MIE is set, is taken at the instruction behind it.

module tercet_core_control (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  // The instruction.
  input  logic        valid_i,
  input  logic        fetch_fault_i,
  input  logic [31:0] insn_i,
  input  logic [31:0] pc_i,
  input  logic        illegal_i,
  input  logic        ecall_i,
  input  logic        ebreak_i,
  input  logic        mret_i,
  input  logic        wfi_i,
  input  logic        taken_i,       // a jump, or a branch whose condition holds
  input  logic        load_i,
  input  logic        store_i,
  input  logic [31:0] target_i,      // of a jump; the address of a load or store
  // Load and store.
  output logic        lsu_start_o,
  input  logic        lsu_misaligned_i,
  input  logic        lsu_busy_i,
  input  logic        lsu_done_i,
  input  logic        lsu_fault_i,
  // Interrupts.
  input  logic        irq_wake_i,
  input  logic        irq_take_i,
  input  logic [4:0]  irq_cause_i,
  input  logic [31:2] mtvec_i,
  input  logic [31:2] mepc_i,
  // Outcome.
  output logic        hold_o,
  output logic        retire_o,
  output logic        trap_o,
  output logic        interrupt_o,   // trap_o is an interrupt
  output logic [4:0]  cause_o,
  output logic [31:0] tval_o,
  output logic        redirect_o,
  output logic [31:2] redirect_pc_o
);
  logic waiting_q;  // in wfi, at least one cycle
  logic fresh, memory, refused, sleep;

  assign fresh       = valid_i && !lsu_busy_i;
  assign memory      = load_i || store_i;
  assign interrupt_o = fresh && !waiting_q && irq_take_i;

  // The first that applies, in the order of the privileged specification.
  always_comb begin
    refused = 1'b1;
    cause_o = irq_cause_i;
    tval_o  = '0;
    if (interrupt_o) begin
      // as above
    end else if (fetch_fault_i) begin
      cause_o = tercet_core_pkg::CauseFetchFault;
      tval_o  = pc_i;
    end else if (illegal_i) begin
      cause_o = tercet_core_pkg::CauseIllegal;
      tval_o  = insn_i;
    end else if (ecall_i) begin
      cause_o = tercet_core_pkg::CauseEcall;
    end else if (ebreak_i) begin
      cause_o = tercet_core_pkg::CauseBreakpoint;
    end else if (taken_i && target_i[1]) begin
      cause_o = tercet_core_pkg::CauseFetchMisaligned;
      tval_o  = {target_i[31:1], 1'b0};  // jalr drops the lowest bit
    end else if (memory && lsu_misaligned_i) begin
      cause_o = store_i ? tercet_core_pkg::CauseStoreMisaligned : tercet_core_pkg::CauseLoadMisaligned;
      tval_o  = target_i;
    end else begin
      cause_o = store_i ? tercet_core_pkg::CauseStoreFault : tercet_core_pkg::CauseLoadFault;
      tval_o  = target_i;
      refused = 1'b0;
    end
  end

  assign lsu_start_o = fresh && memory && !refused;
  assign trap_o      = valid_i && (refused || (memory && lsu_fault_i));
  assign sleep       = valid_i && wfi_i && !refused && !irq_wake_i;
  assign hold_o      = valid_i && !refused && (sleep || (memory && !lsu_done_i));
  assign retire_o    = valid_i && !hold_o && !trap_o;

  assign redirect_o = trap_o || (retire_o && (mret_i || taken_i));
  always_comb begin
    redirect_pc_o = target_i[31:2];
    if (mret_i) redirect_pc_o = mepc_i;
    if (trap_o) redirect_pc_o = mtvec_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) waiting_q <= 1'b0;
    else waiting_q <= sleep && !clear_i;
  end
endmodule
