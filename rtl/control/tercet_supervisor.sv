// SPDX-License-Identifier: Apache-2.0
// Errors and resets: stops the engine without leaving a bus transaction unfinished.
// Run → (error or soft reset) Drain: nothing new is issued until the bus is quiet → Halt (error) or Flush (reset).
// Halt holds the datapath cleared until a soft reset; Flush clears it for one cycle.

module tercet_supervisor (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic       soft_reset_i,
  input  logic       error_i,
  input  logic [7:0] code_i,
  input  logic       bus_quiet_i,
  output logic       halt_o,      // issue nothing new
  output logic       flush_o,     // clear the datapath
  output logic       reset_o,     // clear counts and interrupts too
  output logic       running_o,
  output logic       error_o,     // the engine has stopped with an error
  output logic       raised_o,    // it stops in this cycle
  output logic [7:0] code_o
);
  typedef enum logic [1:0] {
    StRun,
    StDrain,
    StHalt,
    StFlush
  } state_e;

  state_e     state_q;
  logic       reset_q;  // a soft reset waits
  logic [7:0] code_q;

  assign halt_o    = state_q != StRun;
  assign flush_o   = state_q == StHalt || state_q == StFlush;
  assign reset_o   = state_q == StFlush;
  assign running_o = state_q == StRun;
  assign error_o   = state_q == StHalt;
  assign raised_o  = state_q == StDrain && bus_quiet_i && !reset_q && !soft_reset_i;
  assign code_o    = code_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= StRun;
      reset_q <= 1'b0;
      code_q  <= tercet_hw_pkg::ErrNone;
    end else begin
      if (soft_reset_i) reset_q <= 1'b1;
      if (error_i && state_q != StHalt && code_q == tercet_hw_pkg::ErrNone) code_q <= code_i;
      case (state_q)
        StRun:   if (soft_reset_i || error_i) state_q <= StDrain;
        StDrain: if (bus_quiet_i) state_q <= (reset_q || soft_reset_i) ? StFlush : StHalt;
        StHalt:  if (soft_reset_i) state_q <= StFlush;
        default: begin
          state_q <= StRun;
          reset_q <= 1'b0;
          code_q  <= tercet_hw_pkg::ErrNone;
        end
      endcase
    end
  end
endmodule
