// SPDX-License-Identifier: Apache-2.0
// Accumulators: two banks of Tokens × Cols, one filling while the other drains. Each bank is a synchronous
// one-read one-write SRAM. One token a cycle, also the same token in consecutive cycles: the row written last is
// forwarded when the read came too early to see it.
//
// A token enters with valid_i (stage 1, the cycle in which the columns compute); sums_i follow a cycle later, and
// the row is written at the end of that cycle. A drained row appears the cycle after drain_i and holds until
// the bank is read again.
//
// Bound: AccW = 24 holds K <= 65,535 activations of |q| <= 128: 128 · 65,535 < 2^23.

module tercet_accum #(
  parameter  int Cols   = 64,
  parameter  int Tokens = 64,
  parameter  int SumW   = 15,
  parameter  int AccW   = 24,
  localparam int TokenW = $clog2(Tokens)
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  input  logic                 flush_i,
  input  logic                 valid_i,
  input  logic                 bank_i,
  input  logic [TokenW-1:0]    token_i,
  input  logic                 first_i,  // starts a new sum instead of adding to the stored one
  input  logic [Cols*SumW-1:0] sums_i,   // for the token of the cycle before
  input  logic                 drain_i,
  input  logic                 drain_bank_i,
  input  logic [TokenW-1:0]    drain_token_i,
  output logic [Cols*AccW-1:0] drain_row_o
);
  logic                 valid_q, bank_q, first_q, forward_q, drain_bank_q;
  logic [TokenW-1:0]    token_q;
  logic [Cols*AccW-1:0] written_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q <= 1'b0;
    end else begin
      valid_q <= valid_i && !flush_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (valid_i) begin
      bank_q    <= bank_i;
      token_q   <= token_i;
      first_q   <= first_i;
      forward_q <= valid_q && bank_q == bank_i && token_q == token_i;
    end
    if (drain_i) drain_bank_q <= drain_bank_i;
  end

  function automatic logic [Cols*AccW-1:0] add_row(input logic [Cols*AccW-1:0] row,
                                                   input logic [Cols*SumW-1:0] sums);
    for (int c = 0; c < Cols; c++) begin
      add_row[c*AccW+:AccW] = row[c*AccW+:AccW] + AccW'($signed(sums[c*SumW+:SumW]));
    end
  endfunction

  logic [Cols*AccW-1:0] row0, row1;  // what the banks read last
  logic [Cols*AccW-1:0] sum_row;

  // Evaluated only for a valid token, in silicon by the write enables, in simulation by the branch below.
  always_comb begin
    sum_row = '0;
    if (valid_q) begin
      sum_row = add_row(first_q ? '0 : forward_q ? written_q : bank_q ? row1 : row0, sums_i);
    end
  end

  always_ff @(posedge clk_i) begin
    if (valid_q) written_q <= sum_row;
  end

  for (genvar b = 0; b < 2; b++) begin : g_bank
    logic [Cols*AccW-1:0] mem_q [Tokens];
    logic [Cols*AccW-1:0] row_q;
    logic                 fill, drain;

    assign fill  = valid_i && !first_i && bank_i == 1'(b);
    assign drain = drain_i && drain_bank_i == 1'(b);

    always_ff @(posedge clk_i) begin
      if (valid_q && bank_q == 1'(b)) mem_q[token_q] <= sum_row;
      if (fill || drain) row_q <= mem_q[fill ? token_i : drain_token_i];
    end
  end

  assign row0        = g_bank[0].row_q;
  assign row1        = g_bank[1].row_q;
  assign drain_row_o = drain_bank_q ? row1 : row0;

`ifdef FORMAL
  // The sequencer never fills a bank that is being drained.
  always_ff @(posedge clk_i) begin
    if (rst_ni && valid_i && drain_i) assert (bank_i != drain_bank_i);
  end
`endif
endmodule
