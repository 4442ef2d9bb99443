// SPDX-License-Identifier: Apache-2.0
// Machine-mode registers: reads and writes of Zicsr, traps, mret, and which interrupt is due.
// Reads are combinational; writes, traps and mret take effect in the next cycle. Interrupt lines are registered
// once, so an instruction sees them as they were in the cycle before it begins.

module tercet_core_csr #(
  parameter logic [31:0] HartId = 32'h0
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  // Access: funct3[1:0] and the address of the instruction, operand from rs1 or the instruction.
  input  logic [1:0]  op_i,
  input  logic [11:0] addr_i,
  input  logic        read_only_i,   // csrrs and csrrc of x0 or 0
  input  logic [31:0] operand_i,
  input  logic        commit_i,      // the access takes effect
  output logic        illegal_o,     // no such register, or a write to one that only reads
  output logic [31:0] rdata_o,
  // Traps; at most one of trap_i, mret_i and commit_i.
  input  logic        trap_i,
  input  logic [4:0]  cause_i,
  input  logic [31:2] epc_i,
  input  logic [31:0] tval_i,
  input  logic        mret_i,
  input  logic        retire_i,
  output logic [31:2] mtvec_o,
  output logic [31:2] mepc_o,
  // Interrupts.
  input  logic        irq_external_i,
  input  logic        irq_timer_i,
  input  logic        irq_software_i,
  output logic        irq_wake_o,    // one is pending and enabled in mie
  output logic        irq_take_o,    // and mstatus.MIE lets it in
  output logic [4:0]  irq_cause_o
);
  logic        mie_q, mpie_q;              // mstatus.MIE, .MPIE; .MPP is always machine mode
  logic        external_q, timer_q, software_q;
  logic        en_external_q, en_timer_q, en_software_q;
  logic [31:2] mtvec_q, mepc_q;
  logic [31:0] mscratch_q, mtval_q;
  logic [31:0] mcause_q;
  logic [63:0] mcycle, minstret;
  logic        mapped, write;
  logic [31:0] wdata;

  assign mtvec_o = mtvec_q;
  assign mepc_o  = mepc_q;

  // External before software before timer.
  assign irq_wake_o = (external_q && en_external_q) || (software_q && en_software_q) ||
                      (timer_q && en_timer_q);
  assign irq_take_o = irq_wake_o && mie_q;
  always_comb begin
    irq_cause_o = tercet_core_pkg::CauseTimer;
    if (software_q && en_software_q) irq_cause_o = tercet_core_pkg::CauseSoftware;
    if (external_q && en_external_q) irq_cause_o = tercet_core_pkg::CauseExternal;
  end

  always_comb begin
    rdata_o = '0;
    mapped  = 1'b1;
    case (addr_i)
      tercet_core_pkg::CsrMstatus:   rdata_o = {19'h0, 2'b11, 3'h0, mpie_q, 3'h0, mie_q, 3'h0};
      tercet_core_pkg::CsrMisa:      rdata_o = tercet_core_pkg::Misa;
      tercet_core_pkg::CsrMie:
        rdata_o = {20'h0, en_external_q, 3'h0, en_timer_q, 3'h0, en_software_q, 3'h0};
      tercet_core_pkg::CsrMip:
        rdata_o = {20'h0, external_q, 3'h0, timer_q, 3'h0, software_q, 3'h0};
      tercet_core_pkg::CsrMtvec:     rdata_o = {mtvec_q, 2'b00};
      tercet_core_pkg::CsrMscratch:  rdata_o = mscratch_q;
      tercet_core_pkg::CsrMepc:      rdata_o = {mepc_q, 2'b00};
      tercet_core_pkg::CsrMcause:    rdata_o = mcause_q;
      tercet_core_pkg::CsrMtval:     rdata_o = mtval_q;
      tercet_core_pkg::CsrMcycle:    rdata_o = mcycle[31:0];
      tercet_core_pkg::CsrMcycleh:   rdata_o = mcycle[63:32];
      tercet_core_pkg::CsrMinstret:  rdata_o = minstret[31:0];
      tercet_core_pkg::CsrMinstreth: rdata_o = minstret[63:32];
      tercet_core_pkg::CsrMvendorid, tercet_core_pkg::CsrMarchid,
      tercet_core_pkg::CsrMconfigptr: ;
      tercet_core_pkg::CsrMimpid:    rdata_o = tercet_core_pkg::Mimpid;
      tercet_core_pkg::CsrMhartid:   rdata_o = HartId;
      default: mapped = 1'b0;
    endcase
  end

  assign illegal_o = !mapped || (!read_only_i && addr_i[11:10] == 2'b11);
  assign write     = commit_i && !read_only_i;
  always_comb begin
    wdata = operand_i;
    if (op_i == 2'b10) wdata = rdata_o | operand_i;
    if (op_i == 2'b11) wdata = rdata_o & ~operand_i;
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {mie_q, mpie_q} <= 2'b00;
      {en_external_q, en_timer_q, en_software_q} <= 3'b000;
      {external_q, timer_q, software_q} <= 3'b000;
    end else if (clear_i) begin
      {mie_q, mpie_q} <= 2'b00;
      {en_external_q, en_timer_q, en_software_q} <= 3'b000;
      {external_q, timer_q, software_q} <= 3'b000;
    end else begin
      {external_q, timer_q, software_q} <= {irq_external_i, irq_timer_i, irq_software_i};
      if (write && addr_i == tercet_core_pkg::CsrMstatus) {mpie_q, mie_q} <= {wdata[7], wdata[3]};
      if (write && addr_i == tercet_core_pkg::CsrMie) begin
        {en_external_q, en_timer_q, en_software_q} <= {wdata[11], wdata[7], wdata[3]};
      end
      if (trap_i) {mpie_q, mie_q} <= {mie_q, 1'b0};
      if (mret_i) {mpie_q, mie_q} <= {1'b1, mpie_q};
    end
  end

  // Registers that hold what software or a trap wrote; 0 after reset, so that every run is the same.
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      {mtvec_q, mepc_q, mscratch_q, mtval_q, mcause_q} <= '0;
    end else if (clear_i) begin
      {mtvec_q, mepc_q, mscratch_q, mtval_q, mcause_q} <= '0;
    end else if (trap_i) begin
      mepc_q   <= epc_i;
      mcause_q <= {cause_i[4], 27'h0, cause_i[3:0]};
      mtval_q  <= tval_i;
    end else if (write) begin
      case (addr_i)
        tercet_core_pkg::CsrMtvec:    mtvec_q <= wdata[31:2];
        tercet_core_pkg::CsrMscratch: mscratch_q <= wdata;
        tercet_core_pkg::CsrMepc:     mepc_q <= wdata[31:2];
        tercet_core_pkg::CsrMcause:   mcause_q <= wdata;
        tercet_core_pkg::CsrMtval:    mtval_q <= wdata;
        default: ;
      endcase
    end
  end

  tercet_core_counters u_counters (
    .clk_i,
    .rst_ni,
    .clear_i,
    .retire_i,
    .addr_i,
    .write_i   (write),
    .wdata_i   (wdata),
    .mcycle_o  (mcycle),
    .minstret_o(minstret)
  );
endmodule
