// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/spec by scripts/gen_hw.py; do not edit.
// Sizes of the 'tiny' machine.

package tercet_cfg_pkg;
  localparam int Rows = 16;
  localparam int Cols = 16;
  localparam int Tokens = 8;
  localparam int AxiBytes = 16;
  localparam int AxiPorts = 1;
  localparam int ActSramBeats = 1024;
  localparam int WeightFifoBeats = 64;
  localparam int MaxBurstBeats = 16;
  localparam int MaxOutstandingReads = 4;
  localparam int AccBits = 24;
  localparam int AddrBits = 40;
  localparam int KMaxConfig = 16384;
  localparam logic [31:0] Geometry = 32'h00004344;
  localparam logic [31:0] ConfigHash = 32'h1055433a;
endpackage
