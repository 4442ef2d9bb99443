// SPDX-License-Identifier: Apache-2.0
// Generated from rtl/spec by scripts/gen_hw.py; do not edit.
// Register offsets and fields, error codes and constants of every Tercet machine.

package tercet_hw_pkg;
  // Limits and enumerations.
  localparam int KMax = 65535;
  localparam int BeatPlanes = 8;
  localparam int TwoBitBeatCols = 4;
  localparam int Trit5BeatCols = 5;
  localparam int PackingWidth = 1;
  localparam logic [0:0] PackingTwoBit = 1'h0;
  localparam logic [0:0] PackingTrit5 = 1'h1;
  localparam int AxiIdWidth = 1;
  localparam logic [0:0] AxiIdAct = 1'h0;
  localparam logic [0:0] AxiIdWeight = 1'h1;

  // Values of the registers that identify the device.
  localparam logic [31:0] HwId = 32'h54524354;
  localparam logic [31:0] HwVersion = 32'h00010000;

  // Error codes.
  localparam logic [7:0] ErrNone = 8'h00;
  localparam logic [7:0] ErrBadShape = 8'h01;
  localparam logic [7:0] ErrBadTile = 8'h02;
  localparam logic [7:0] ErrBadAlignment = 8'h03;
  localparam logic [7:0] ErrBadWeightBeats = 8'h04;
  localparam logic [7:0] ErrReadSlverr = 8'h05;
  localparam logic [7:0] ErrReadDecerr = 8'h06;
  localparam logic [7:0] ErrWriteSlverr = 8'h07;
  localparam logic [7:0] ErrWriteDecerr = 8'h08;
  localparam logic [7:0] ErrBadAddress = 8'h09;

  // Register offsets, in bytes.
  localparam int CsrAddrWidth = 12;
  localparam logic [11:0] CsrId = 12'h000;
  localparam logic [11:0] CsrVersion = 12'h004;
  localparam logic [11:0] CsrConfigHash = 12'h008;
  localparam logic [11:0] CsrGeometry = 12'h00c;
  localparam logic [11:0] CsrCtrl = 12'h010;
  localparam logic [11:0] CsrStatus = 12'h014;
  localparam logic [11:0] CsrIrq = 12'h018;
  localparam logic [11:0] CsrError = 12'h01c;
  localparam logic [11:0] CsrStarted = 12'h020;
  localparam logic [11:0] CsrCompleted = 12'h024;
  localparam logic [11:0] CsrCmdM = 12'h040;
  localparam logic [11:0] CsrCmdN = 12'h044;
  localparam logic [11:0] CsrCmdK = 12'h048;
  localparam logic [11:0] CsrCmdMtile = 12'h04c;
  localparam logic [11:0] CsrCmdFlags = 12'h050;
  localparam logic [11:0] CsrCmdWbeats = 12'h054;
  localparam logic [11:0] CsrCmdActLo = 12'h058;
  localparam logic [11:0] CsrCmdActHi = 12'h05c;
  localparam logic [11:0] CsrCmdWgtLo = 12'h060;
  localparam logic [11:0] CsrCmdWgtHi = 12'h064;
  localparam logic [11:0] CsrCmdOutLo = 12'h068;
  localparam logic [11:0] CsrCmdOutHi = 12'h06c;
  localparam logic [11:0] CsrStart = 12'h070;
  localparam logic [11:0] CsrCyclesBusyLo = 12'h080;
  localparam logic [11:0] CsrCyclesBusyHi = 12'h084;
  localparam logic [11:0] CsrArrayActiveLo = 12'h088;
  localparam logic [11:0] CsrArrayActiveHi = 12'h08c;
  localparam logic [11:0] CsrStallWeightsLo = 12'h090;
  localparam logic [11:0] CsrStallWeightsHi = 12'h094;
  localparam logic [11:0] CsrStallActsLo = 12'h098;
  localparam logic [11:0] CsrStallActsHi = 12'h09c;
  localparam logic [11:0] CsrStallOutputLo = 12'h0a0;
  localparam logic [11:0] CsrStallOutputHi = 12'h0a4;
  localparam logic [11:0] CsrTilesLo = 12'h0a8;
  localparam logic [11:0] CsrTilesHi = 12'h0ac;
  localparam logic [11:0] CsrWeightBeatsLo = 12'h0b0;
  localparam logic [11:0] CsrWeightBeatsHi = 12'h0b4;
  localparam logic [11:0] CsrActBeatsLo = 12'h0b8;
  localparam logic [11:0] CsrActBeatsHi = 12'h0bc;
  localparam logic [11:0] CsrOutputBeatsLo = 12'h0c0;
  localparam logic [11:0] CsrOutputBeatsHi = 12'h0c4;
  localparam logic [11:0] CsrLastCyclesLo = 12'h0c8;
  localparam logic [11:0] CsrLastCyclesHi = 12'h0cc;

  // Performance counters: how many, and the offset of the first.
  localparam int CounterCount = 10;
  localparam logic [11:0] CsrCounterBase = 12'h080;
  localparam int CounterCyclesBusy = 0;
  localparam int CounterArrayActive = 1;
  localparam int CounterStallWeights = 2;
  localparam int CounterStallActs = 3;
  localparam int CounterStallOutput = 4;
  localparam int CounterTiles = 5;
  localparam int CounterWeightBeats = 6;
  localparam int CounterActBeats = 7;
  localparam int CounterOutputBeats = 8;
  localparam int CounterLastCycles = 9;

  // Field positions.
  localparam int IdLsb = 0;
  localparam int IdWidth = 32;
  localparam int VersionMinorLsb = 0;
  localparam int VersionMinorWidth = 16;
  localparam int VersionMajorLsb = 16;
  localparam int VersionMajorWidth = 16;
  localparam int ConfigHashLsb = 0;
  localparam int ConfigHashWidth = 32;
  localparam int GeometryRowsLog2Lsb = 0;
  localparam int GeometryRowsLog2Width = 4;
  localparam int GeometryColsLog2Lsb = 4;
  localparam int GeometryColsLog2Width = 4;
  localparam int GeometryTokensLog2Lsb = 8;
  localparam int GeometryTokensLog2Width = 4;
  localparam int GeometryAxiBytesLog2Lsb = 12;
  localparam int GeometryAxiBytesLog2Width = 4;
  localparam int CtrlIrqEnableLsb = 0;
  localparam int CtrlIrqEnableWidth = 1;
  localparam int CtrlSoftResetLsb = 1;
  localparam int CtrlSoftResetWidth = 1;
  localparam int CtrlPerfClearLsb = 2;
  localparam int CtrlPerfClearWidth = 1;
  localparam int StatusIdleLsb = 0;
  localparam int StatusIdleWidth = 1;
  localparam int StatusStartPendingLsb = 1;
  localparam int StatusStartPendingWidth = 1;
  localparam int StatusIrqLsb = 2;
  localparam int StatusIrqWidth = 1;
  localparam int StatusErrorLsb = 3;
  localparam int StatusErrorWidth = 1;
  localparam int IrqDoneLsb = 0;
  localparam int IrqDoneWidth = 1;
  localparam int IrqErrorLsb = 1;
  localparam int IrqErrorWidth = 1;
  localparam int ErrorCodeLsb = 0;
  localparam int ErrorCodeWidth = 8;
  localparam int StartedLsb = 0;
  localparam int StartedWidth = 32;
  localparam int CompletedLsb = 0;
  localparam int CompletedWidth = 32;
  localparam int CmdMLsb = 0;
  localparam int CmdMWidth = 16;
  localparam int CmdNLsb = 0;
  localparam int CmdNWidth = 24;
  localparam int CmdKLsb = 0;
  localparam int CmdKWidth = 16;
  localparam int CmdMtileLsb = 0;
  localparam int CmdMtileWidth = 8;
  localparam int CmdFlagsPackingLsb = 0;
  localparam int CmdFlagsPackingWidth = 1;
  localparam int CmdWbeatsLsb = 0;
  localparam int CmdWbeatsWidth = 32;
  localparam int CmdActLoLsb = 0;
  localparam int CmdActLoWidth = 32;
  localparam int CmdActHiLsb = 0;
  localparam int CmdActHiWidth = 8;
  localparam int CmdWgtLoLsb = 0;
  localparam int CmdWgtLoWidth = 32;
  localparam int CmdWgtHiLsb = 0;
  localparam int CmdWgtHiWidth = 8;
  localparam int CmdOutLoLsb = 0;
  localparam int CmdOutLoWidth = 32;
  localparam int CmdOutHiLsb = 0;
  localparam int CmdOutHiWidth = 8;
  localparam int StartGoLsb = 0;
  localparam int StartGoWidth = 1;
endpackage
