// SPDX-License-Identifier: Apache-2.0
// The control core: RV32I, Zicsr, machine mode (docs/core.md). Fetch and execute; one cycle an instruction, one more
// for a load, for a bus access (and its wait states) and for whatever redirects the fetch.
// While run_i is low and no bus access is open the core is held in its reset state; stopped_o tells, and the
// memories are then not in use.

module tercet_core #(
  parameter  logic [31:0] HartId    = 32'h0,
  parameter  logic [31:0] BootPc    = 32'h0,
  parameter  int          ItcmBytes = 8192,
  parameter  logic [31:0] DtcmBase  = 32'h1000_0000,
  parameter  int          DtcmBytes = 4096,
  localparam int          ItcmW     = $clog2(ItcmBytes),
  localparam int          DtcmW     = $clog2(DtcmBytes)
) (
  input  logic             clk_i,
  input  logic             rst_ni,
  input  logic             run_i,
  output logic             stopped_o,
  input  logic             irq_external_i,
  input  logic             irq_timer_i,
  input  logic             irq_software_i,
  // Instruction and data memory: data one cycle after the address, held while not enabled.
  output logic             itcm_en_o,
  output logic [ItcmW-1:2] itcm_addr_o,
  input  logic [31:0]      itcm_rdata_i,
  output logic             dtcm_en_o,
  output logic [3:0]       dtcm_write_o,
  output logic [DtcmW-1:2] dtcm_addr_o,
  output logic [31:0]      dtcm_wdata_o,
  input  logic [31:0]      dtcm_rdata_i,
  // Bus, for all other addresses. An answer comes with bus_ready_i.
  output logic             bus_valid_o,
  output logic             bus_write_o,
  output logic [31:0]      bus_addr_o,
  output logic [31:0]      bus_wdata_o,
  output logic [3:0]       bus_strb_o,
  input  logic             bus_ready_i,
  input  logic [31:0]      bus_rdata_i,
  input  logic             bus_error_i,
  // What retires or traps in this cycle.
  output logic             retire_valid_o,
  output logic [31:0]      retire_pc_o,
  output logic [31:0]      retire_insn_o,  // 0 if it was not fetched or an interrupt took its place
  output logic [4:0]       retire_rd_o,    // 0: none written
  output logic [31:0]      retire_value_o,
  output logic [3:0]       retire_strb_o,  // byte lanes of a load or store, else 0
  output logic             retire_write_o,
  output logic [31:0]      retire_addr_o,
  output logic [31:0]      retire_wdata_o,
  output logic             retire_trap_o,
  output logic             retire_interrupt_o,
  output logic [4:0]       retire_cause_o
);
  logic        clear;
  logic        valid, fetch_fault, hold, retire, trap, interrupt, redirect;
  logic [31:0] pc, link, insn;
  logic [31:2] redirect_pc, mtvec, mepc;
  logic        illegal, rd_write, alu_b_imm, target_rs1, branch, jump, taken;
  logic        load, store, csr, ecall, ebreak, mret, wfi;
  logic [31:0] imm, rs1, rs2, alu_a, alu_b, alu_result, target, csr_operand, csr_rdata, rd_value;
  logic [3:0]  alu_op;
  logic [1:0]  alu_a_sel;
  logic        equal, less, less_unsigned, condition;
  logic        lsu_start, misaligned, lsu_busy, lsu_done, lsu_fault, csr_illegal;
  logic [31:0] lsu_rdata, lanes, tval;
  logic [3:0]  strb;
  logic        irq_wake, irq_take;
  logic [4:0]  irq_cause, cause;
  logic [2:0]  funct3;

  assign clear     = !run_i && !bus_valid_o;
  assign stopped_o = clear;

  tercet_core_fetch #(
    .Bytes (ItcmBytes),
    .BootPc(BootPc)
  ) u_fetch (
    .clk_i,
    .rst_ni,
    .clear_i   (clear),
    .hold_i    (hold),
    .redirect_i(redirect),
    .target_i  (redirect_pc),
    .read_o    (itcm_en_o),
    .addr_o    (itcm_addr_o),
    .valid_o   (valid),
    .fault_o   (fetch_fault),
    .pc_o      (pc),
    .link_o    (link)
  );

  assign insn   = itcm_rdata_i;
  assign funct3 = insn[14:12];
  tercet_core_decode u_decode (
    .insn_i      (insn),
    .illegal_o   (illegal),
    .rd_write_o  (rd_write),
    .imm_o       (imm),
    .alu_op_o    (alu_op),
    .alu_a_o     (alu_a_sel),
    .alu_b_imm_o (alu_b_imm),
    .target_rs1_o(target_rs1),
    .branch_o    (branch),
    .jump_o      (jump),
    .load_o      (load),
    .store_o     (store),
    .csr_o       (csr),
    .ecall_o     (ecall),
    .ebreak_o    (ebreak),
    .mret_o      (mret),
    .wfi_o       (wfi)
  );

  tercet_core_regfile u_regfile (
    .clk_i,
    .rs1_i   (insn[19:15]),
    .rs2_i   (insn[24:20]),
    .value1_o(rs1),
    .value2_o(rs2),
    .write_i (retire && rd_write),
    .rd_i    (insn[11:7]),
    .value_i (rd_value)
  );

  assign alu_a = (alu_a_sel == tercet_core_pkg::AluAZero) ? '0 :
                 (alu_a_sel == tercet_core_pkg::AluAPc) ? pc : rs1;
  assign alu_b = alu_b_imm ? imm : rs2;
  tercet_core_alu u_alu (
    .op_i           (alu_op),
    .a_i            (alu_a),
    .b_i            (alu_b),
    .result_o       (alu_result),
    .equal_o        (equal),
    .less_o         (less),
    .less_unsigned_o(less_unsigned)
  );

  // Jump targets and data addresses. Only jalr can make an odd target, and it drops the bit.
  assign target    = (target_rs1 ? rs1 : pc) + imm;
  assign condition = !funct3[2] ? equal : !funct3[1] ? less : less_unsigned;
  assign taken     = jump || (branch && (condition ^ funct3[0]));

  tercet_core_lsu #(
    .DtcmBase (DtcmBase),
    .DtcmBytes(DtcmBytes)
  ) u_lsu (
    .clk_i,
    .rst_ni,
    .clear_i     (clear),
    .start_i     (lsu_start),
    .store_i     (store),
    .funct3_i    (funct3),
    .addr_i      (target),
    .wdata_i     (rs2),
    .misaligned_o(misaligned),
    .busy_o      (lsu_busy),
    .done_o      (lsu_done),
    .fault_o     (lsu_fault),
    .rdata_o     (lsu_rdata),
    .strb_o      (strb),
    .lanes_o     (lanes),
    .dtcm_en_o,
    .dtcm_write_o,
    .dtcm_rdata_i,
    .bus_valid_o,
    .bus_write_o,
    .bus_addr_o,
    .bus_wdata_o,
    .bus_strb_o,
    .bus_ready_i,
    .bus_rdata_i,
    .bus_error_i
  );
  assign dtcm_addr_o  = target[DtcmW-1:2];
  assign dtcm_wdata_o = lanes;

  assign csr_operand = funct3[2] ? 32'(insn[19:15]) : rs1;
  tercet_core_csr #(
    .HartId(HartId)
  ) u_csr (
    .clk_i,
    .rst_ni,
    .clear_i       (clear),
    .op_i          (funct3[1:0]),
    .addr_i        (insn[31:20]),
    .read_only_i   (funct3[1] && insn[19:15] == '0),
    .operand_i     (csr_operand),
    .commit_i      (retire && csr),
    .illegal_o     (csr_illegal),
    .rdata_o       (csr_rdata),
    .trap_i        (trap),
    .cause_i       (cause),
    .epc_i         (pc[31:2]),
    .tval_i        (tval),
    .mret_i        (retire && mret),
    .retire_i      (retire),
    .mtvec_o       (mtvec),
    .mepc_o        (mepc),
    .irq_external_i,
    .irq_timer_i,
    .irq_software_i,
    .irq_wake_o    (irq_wake),
    .irq_take_o    (irq_take),
    .irq_cause_o   (irq_cause)
  );

  tercet_core_control u_control (
    .clk_i,
    .rst_ni,
    .clear_i         (clear),
    .valid_i         (valid),
    .fetch_fault_i   (fetch_fault),
    .insn_i          (insn),
    .pc_i            (pc),
    .illegal_i       (illegal || (csr && csr_illegal)),
    .ecall_i         (ecall),
    .ebreak_i        (ebreak),
    .mret_i          (mret),
    .wfi_i           (wfi),
    .taken_i         (taken),
    .load_i          (load),
    .store_i         (store),
    .target_i        (target),
    .lsu_start_o     (lsu_start),
    .lsu_misaligned_i(misaligned),
    .lsu_busy_i      (lsu_busy),
    .lsu_done_i      (lsu_done),
    .lsu_fault_i     (lsu_fault),
    .irq_wake_i      (irq_wake),
    .irq_take_i      (irq_take),
    .irq_cause_i     (irq_cause),
    .mtvec_i         (mtvec),
    .mepc_i          (mepc),
    .hold_o          (hold),
    .retire_o        (retire),
    .trap_o          (trap),
    .interrupt_o     (interrupt),
    .cause_o         (cause),
    .tval_o          (tval),
    .redirect_o      (redirect),
    .redirect_pc_o   (redirect_pc)
  );

  assign rd_value = load ? lsu_rdata : csr ? csr_rdata : jump ? link : alu_result;

  logic accessed;
  assign accessed           = retire && (load || store);
  assign retire_valid_o     = retire || trap;
  assign retire_pc_o        = pc;
  assign retire_insn_o      = (interrupt || fetch_fault) ? '0 : insn;
  assign retire_rd_o        = (retire && rd_write) ? insn[11:7] : '0;
  assign retire_value_o     = (retire_rd_o == '0) ? '0 : rd_value;
  assign retire_strb_o      = accessed ? strb : '0;
  assign retire_write_o     = accessed && store;
  assign retire_addr_o      = accessed ? target : '0;
  assign retire_wdata_o     = retire_write_o ? lanes : '0;
  assign retire_trap_o      = trap;
  assign retire_interrupt_o = interrupt;
  assign retire_cause_o     = trap ? cause : '0;
endmodule
