// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/spec by scripts/gen_hw.py; do not edit.
// Sizes of the 'edge' machine.

package tercet_cfg_pkg;
  localparam int Rows = 64;
  localparam int Cols = 64;
  localparam int Tokens = 64;
  localparam int AxiBytes = 64;
  localparam int AxiPorts = 1;
  localparam int ActSramBeats = 8192;
  localparam int WeightFifoBeats = 256;
  localparam int MaxBurstBeats = 16;
  localparam int MaxOutstandingReads = 16;
  localparam int AccBits = 24;
  localparam int AddrBits = 40;
  localparam int KMaxConfig = 65535;
  localparam logic [31:0] Geometry = 32'h00006666;
  localparam logic [31:0] ConfigHash = 32'hecef62cd;
endpackage
