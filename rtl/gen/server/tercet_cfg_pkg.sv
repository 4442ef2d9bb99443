// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/spec by scripts/gen_hw.py; do not edit.
// Sizes of the 'server' machine.

package tercet_cfg_pkg;
  localparam int Rows = 128;
  localparam int Cols = 256;
  localparam int Tokens = 128;
  localparam int AxiBytes = 128;
  localparam int AxiPorts = 4;
  localparam int ActSramBeats = 32768;
  localparam int WeightFifoBeats = 512;
  localparam int MaxBurstBeats = 16;
  localparam int MaxOutstandingReads = 32;
  localparam int AccBits = 24;
  localparam int AddrBits = 40;
  localparam int KMaxConfig = 65535;
  localparam logic [31:0] Geometry = 32'h00007787;
  localparam logic [31:0] ConfigHash = 32'h85f732ff;
endpackage
