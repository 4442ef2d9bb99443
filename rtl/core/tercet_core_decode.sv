// SPDX-License-Identifier: Apache-2.0
// What an instruction asks for, combinational. Everything outside RV32I, Zicsr, mret and wfi is illegal; FENCE and
// FENCE.I do nothing (one hart, accesses in order, no store reaches the instruction memory).
// Whether a CSR exists and may be written is decided by tercet_core_csr. No output is meant while illegal_o is set.

module tercet_core_decode (
  input  logic [31:0] insn_i,
  output logic        illegal_o,
  output logic        rd_write_o,
  output logic [31:0] imm_o,
  output logic [3:0]  alu_op_o,
  output logic [1:0]  alu_a_o,
  output logic        alu_b_imm_o,   // second operand: the immediate, else rs2
  output logic        target_rs1_o,  // imm_o counts from rs1, else from the pc
  output logic        branch_o,
  output logic        jump_o,        // jal, jalr
  output logic        load_o,
  output logic        store_o,
  output logic        csr_o,
  output logic        ecall_o,
  output logic        ebreak_o,
  output logic        mret_o,
  output logic        wfi_o
);
  logic [2:0]  funct3;
  logic [6:0]  funct7;
  logic [31:0] imm_i, imm_s, imm_b, imm_u, imm_j;

  assign funct3 = insn_i[14:12];
  assign funct7 = insn_i[31:25];
  assign imm_i  = {{20{insn_i[31]}}, insn_i[31:20]};
  assign imm_s  = {{20{insn_i[31]}}, insn_i[31:25], insn_i[11:7]};
  assign imm_b  = {{20{insn_i[31]}}, insn_i[7], insn_i[30:25], insn_i[11:8], 1'b0};
  assign imm_u  = {insn_i[31:12], 12'h0};
  assign imm_j  = {{12{insn_i[31]}}, insn_i[19:12], insn_i[20], insn_i[30:21], 1'b0};

  // funct7 is 0, or 0x20 for the two operations that have it.
  logic plain, alternate;
  assign plain     = funct7 == 7'h00;
  assign alternate = funct7 == 7'h20;

  always_comb begin
    illegal_o    = 1'b0;
    rd_write_o   = 1'b0;
    imm_o        = imm_i;
    alu_op_o     = tercet_core_pkg::AluAdd;
    alu_a_o      = tercet_core_pkg::AluARs1;
    alu_b_imm_o  = 1'b1;
    target_rs1_o = 1'b0;
    branch_o     = 1'b0;
    jump_o       = 1'b0;
    load_o       = 1'b0;
    store_o      = 1'b0;
    csr_o        = 1'b0;
    ecall_o      = 1'b0;
    ebreak_o     = 1'b0;
    mret_o       = 1'b0;
    wfi_o        = 1'b0;
    case (insn_i[6:0])
      tercet_core_pkg::OpLui, tercet_core_pkg::OpAuipc: begin
        rd_write_o = 1'b1;
        imm_o      = imm_u;
        alu_a_o    = insn_i[5] ? tercet_core_pkg::AluAZero : tercet_core_pkg::AluAPc;
      end
      tercet_core_pkg::OpJal: begin
        rd_write_o = 1'b1;
        imm_o      = imm_j;
        jump_o     = 1'b1;
      end
      tercet_core_pkg::OpJalr: begin
        rd_write_o   = 1'b1;
        target_rs1_o = 1'b1;
        jump_o       = 1'b1;
        illegal_o    = funct3 != 3'd0;
      end
      tercet_core_pkg::OpBranch: begin
        imm_o       = imm_b;
        alu_op_o    = tercet_core_pkg::AluSub;
        alu_b_imm_o = 1'b0;
        branch_o    = 1'b1;
        illegal_o   = funct3[2:1] == 2'b01;
      end
      tercet_core_pkg::OpLoad: begin
        rd_write_o   = 1'b1;
        target_rs1_o = 1'b1;
        load_o       = 1'b1;
        illegal_o    = funct3[1:0] == 2'b11 || funct3 == 3'b110;
      end
      tercet_core_pkg::OpStore: begin
        imm_o        = imm_s;
        target_rs1_o = 1'b1;
        store_o      = 1'b1;
        illegal_o    = funct3 > 3'd2;
      end
      tercet_core_pkg::OpImm: begin
        rd_write_o = 1'b1;
        alu_op_o   = {funct3 == 3'b101 && alternate, funct3};
        illegal_o  = (funct3 == 3'b001 && !plain) || (funct3 == 3'b101 && !plain && !alternate);
      end
      tercet_core_pkg::OpReg: begin
        rd_write_o  = 1'b1;
        alu_op_o    = {alternate, funct3};
        alu_b_imm_o = 1'b0;
        illegal_o   = !plain && !(alternate && (funct3 == 3'b000 || funct3 == 3'b101));
      end
      tercet_core_pkg::OpFence: illegal_o = funct3 > 3'd1;
      tercet_core_pkg::OpSystem: begin
        csr_o      = funct3[1:0] != 2'b00;
        rd_write_o = csr_o;
        ecall_o    = insn_i == tercet_core_pkg::InsnEcall;
        ebreak_o   = insn_i == tercet_core_pkg::InsnEbreak;
        mret_o     = insn_i == tercet_core_pkg::InsnMret;
        wfi_o      = insn_i == tercet_core_pkg::InsnWfi;
        illegal_o  = !csr_o && !ecall_o && !ebreak_o && !mret_o && !wfi_o;
      end
      default: illegal_o = 1'b1;
    endcase
  end
endmodule
