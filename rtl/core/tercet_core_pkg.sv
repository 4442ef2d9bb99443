// SPDX-License-Identifier: Apache-2.0
// Numbers of the RISC-V specifications (unprivileged 20191213, privileged 1.12) that the control core needs.

package tercet_core_pkg;
  // Major opcodes.
  localparam logic [6:0] OpLoad   = 7'h03;
  localparam logic [6:0] OpFence  = 7'h0f;
  localparam logic [6:0] OpImm    = 7'h13;
  localparam logic [6:0] OpAuipc  = 7'h17;
  localparam logic [6:0] OpStore  = 7'h23;
  localparam logic [6:0] OpReg    = 7'h33;
  localparam logic [6:0] OpLui    = 7'h37;
  localparam logic [6:0] OpBranch = 7'h63;
  localparam logic [6:0] OpJalr   = 7'h67;
  localparam logic [6:0] OpJal    = 7'h6f;
  localparam logic [6:0] OpSystem = 7'h73;

  // SYSTEM instructions without operands.
  localparam logic [31:0] InsnEcall  = 32'h0000_0073;
  localparam logic [31:0] InsnEbreak = 32'h0010_0073;
  localparam logic [31:0] InsnWfi    = 32'h1050_0073;
  localparam logic [31:0] InsnMret   = 32'h3020_0073;

  // Operations of the ALU: {funct7[5], funct3}.
  localparam logic [3:0] AluAdd  = 4'b0000;
  localparam logic [3:0] AluSub  = 4'b1000;
  localparam logic [3:0] AluSll  = 4'b0001;
  localparam logic [3:0] AluSlt  = 4'b0010;
  localparam logic [3:0] AluSltu = 4'b0011;
  localparam logic [3:0] AluXor  = 4'b0100;
  localparam logic [3:0] AluSrl  = 4'b0101;
  localparam logic [3:0] AluSra  = 4'b1101;
  localparam logic [3:0] AluOr   = 4'b0110;
  localparam logic [3:0] AluAnd  = 4'b0111;

  // First operand of the ALU.
  localparam logic [1:0] AluARs1  = 2'd0;
  localparam logic [1:0] AluAPc   = 2'd1;
  localparam logic [1:0] AluAZero = 2'd2;

  // Causes of traps: {interrupt, code}.
  localparam logic [4:0] CauseFetchMisaligned = 5'h00;
  localparam logic [4:0] CauseFetchFault      = 5'h01;
  localparam logic [4:0] CauseIllegal         = 5'h02;
  localparam logic [4:0] CauseBreakpoint      = 5'h03;
  localparam logic [4:0] CauseLoadMisaligned  = 5'h04;
  localparam logic [4:0] CauseLoadFault       = 5'h05;
  localparam logic [4:0] CauseStoreMisaligned = 5'h06;
  localparam logic [4:0] CauseStoreFault      = 5'h07;
  localparam logic [4:0] CauseEcall           = 5'h0b;
  localparam logic [4:0] CauseSoftware        = 5'h13;
  localparam logic [4:0] CauseTimer           = 5'h17;
  localparam logic [4:0] CauseExternal        = 5'h1b;

  // Control and status registers.
  localparam logic [11:0] CsrMstatus    = 12'h300;
  localparam logic [11:0] CsrMisa       = 12'h301;
  localparam logic [11:0] CsrMie        = 12'h304;
  localparam logic [11:0] CsrMtvec      = 12'h305;
  localparam logic [11:0] CsrMscratch   = 12'h340;
  localparam logic [11:0] CsrMepc       = 12'h341;
  localparam logic [11:0] CsrMcause     = 12'h342;
  localparam logic [11:0] CsrMtval      = 12'h343;
  localparam logic [11:0] CsrMip        = 12'h344;
  localparam logic [11:0] CsrMcycle     = 12'hb00;
  localparam logic [11:0] CsrMinstret   = 12'hb02;
  localparam logic [11:0] CsrMcycleh    = 12'hb80;
  localparam logic [11:0] CsrMinstreth  = 12'hb82;
  localparam logic [11:0] CsrMvendorid  = 12'hf11;
  localparam logic [11:0] CsrMarchid    = 12'hf12;
  localparam logic [11:0] CsrMimpid     = 12'hf13;
  localparam logic [11:0] CsrMhartid    = 12'hf14;
  localparam logic [11:0] CsrMconfigptr = 12'hf15;

  localparam logic [31:0] Misa   = 32'h4000_0100;  // RV32I
  localparam logic [31:0] Mimpid = 32'h0000_0001;  // first version of the core
endpackage
