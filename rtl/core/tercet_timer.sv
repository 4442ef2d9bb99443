// SPDX-License-Identifier: Apache-2.0
// Timer and software interrupt of the control core: mtime counts cycles since the core was released, irq_timer_o is
// mtime >= mtimecmp, irq_software_o is msip. Answers in the cycle of the request; whole words only; mtime only reads.

module tercet_timer (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,
  input  logic        valid_i,
  input  logic        write_i,
  input  logic [7:0]  addr_i,
  input  logic [31:0] wdata_i,
  input  logic [3:0]  strb_i,
  output logic [31:0] rdata_o,
  output logic        error_o,
  output logic        irq_timer_o,
  output logic        irq_software_o
);
  logic [63:0] mtime_q, mtimecmp_q;
  logic        msip_q, writable, mapped, write;

  assign irq_timer_o    = mtime_q >= mtimecmp_q;
  assign irq_software_o = msip_q;
  assign error_o        = !mapped || strb_i != 4'hf || (write_i && !writable);
  assign write          = valid_i && write_i && !error_o;

  always_comb begin
    rdata_o  = '0;
    mapped   = 1'b1;
    writable = 1'b1;
    case (addr_i)
      tercet_hw_pkg::CoreTimerMtimeLo: begin
        rdata_o  = mtime_q[31:0];
        writable = 1'b0;
      end
      tercet_hw_pkg::CoreTimerMtimeHi: begin
        rdata_o  = mtime_q[63:32];
        writable = 1'b0;
      end
      tercet_hw_pkg::CoreTimerMtimecmpLo: rdata_o = mtimecmp_q[31:0];
      tercet_hw_pkg::CoreTimerMtimecmpHi: rdata_o = mtimecmp_q[63:32];
      tercet_hw_pkg::CoreTimerMsip:       rdata_o[0] = msip_q;
      default: mapped = 1'b0;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      mtime_q    <= '0;
      mtimecmp_q <= '1;
      msip_q     <= 1'b0;
    end else if (clear_i) begin
      mtime_q    <= '0;
      mtimecmp_q <= '1;
      msip_q     <= 1'b0;
    end else begin
      mtime_q <= mtime_q + 64'd1;
      if (write && addr_i == tercet_hw_pkg::CoreTimerMtimecmpLo) mtimecmp_q[31:0] <= wdata_i;
      if (write && addr_i == tercet_hw_pkg::CoreTimerMtimecmpHi) mtimecmp_q[63:32] <= wdata_i;
      if (write && addr_i == tercet_hw_pkg::CoreTimerMsip) msip_q <= wdata_i[0];
    end
  end
endmodule
