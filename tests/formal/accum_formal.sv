// SPDX-License-Identifier: Apache-2.0
// tercet_accum equals a plain memory of sums for any sequence of tokens, back-to-back ones of the same token
// included, in both banks, while the other bank drains. A drained row appears a cycle later and holds.

module accum_formal #(
  parameter int SumW = 3,
  parameter int AccW = 5
) (
  input logic            clk_i,
  input logic            flush_i,
  input logic            valid_i,
  input logic            bank_i,
  input logic            token_i,
  input logic            first_i,
  input logic [SumW-1:0] sums_i,
  input logic            drain_i,
  input logic            drain_bank_i,
  input logic            drain_token_i
);
  logic            rst_ni;
  logic [AccW-1:0] row;

  tercet_accum #(
    .Cols  (1),
    .Tokens(2),
    .SumW  (SumW),
    .AccW  (AccW)
  ) u_dut (
    .clk_i,
    .rst_ni,
    .flush_i,
    .valid_i,
    .bank_i,
    .token_i,
    .first_i,
    .sums_i,
    .drain_i,
    .drain_bank_i,
    .drain_token_i,
    .drain_row_o(row)
  );

  // Connected to the registers of the design: [2·bank + token], and the rows that the banks read last.
  logic [4*AccW-1:0] mem;
  logic [AccW-1:0]   row0, row1, written;
  logic              forward, drain_bank;

  // The plain memory. A token's sums come a cycle after the token.
  logic [4*AccW-1:0] golden_q;
  logic [AccW-1:0]   old, drained_q;
  logic              busy_q, bank_q, token_q, first_q, drained_valid_q, drained_bank_q;
  logic [1:0]        at, drain_at;
  initial begin
    rst_ni          = 1'b0;
    busy_q          = 1'b0;
    drained_valid_q = 1'b0;
  end

  assign at       = {bank_q, token_q};
  assign drain_at = {drain_bank_i, drain_token_i};

  function automatic logic [AccW-1:0] pick(input logic [4*AccW-1:0] rows, input logic [1:0] index);
    pick = '0;
    for (int i = 0; i < 4; i++) if (index == 2'(i)) pick = rows[i*AccW+:AccW];
  endfunction
  assign old = pick(golden_q, at);

  // The sequencer drains a bank only when its last row has been written, and fills the other meanwhile.
  always_comb begin
    if (!rst_ni) assume (!valid_i && !drain_i);
    if (drain_i && valid_i) assume (bank_i != drain_bank_i);
    if (drain_i && busy_q) assume (bank_q != drain_bank_i);
  end

  always_ff @(posedge clk_i) begin
    rst_ni <= 1'b1;
    busy_q <= rst_ni && valid_i && !flush_i;
    if (valid_i) begin
      bank_q  <= bank_i;
      token_q <= token_i;
      first_q <= first_i;
    end
    if (busy_q) begin
      for (int i = 0; i < 4; i++) begin
        if (at == 2'(i)) golden_q[i*AccW+:AccW] <= (first_q ? '0 : old) + AccW'($signed(sums_i));
      end
    end
    if (drain_i) begin
      drained_valid_q <= 1'b1;
      drained_bank_q  <= drain_bank_i;
      drained_q       <= pick(golden_q, drain_at);
    end else if (valid_i && !first_i && bank_i == drained_bank_q) begin
      drained_valid_q <= 1'b0;  // the bank is read for another purpose
    end
  end

  // Rows that were never started hold anything, the same anything in both.
  logic [3:0] known_q;
  initial known_q = '0;
  always_ff @(posedge clk_i) begin
    if (busy_q && first_q) known_q[at] <= 1'b1;
  end
  logic drained_known_q;
  always_ff @(posedge clk_i) begin
    if (drain_i) drained_known_q <= known_q[drain_at];
  end

  always_comb begin
    if (rst_ni) begin
      for (int i = 0; i < 4; i++) begin
        if (known_q[i]) assert (mem[i*AccW+:AccW] == golden_q[i*AccW+:AccW]);
      end
      if (drained_valid_q && drained_known_q) assert (row == drained_q);
      // What makes this inductive.
      if (busy_q && !first_q && known_q[at]) begin
        assert ((forward ? written : bank_q ? row1 : row0) == old);
      end
      if (drained_valid_q) assert (drain_bank == drained_bank_q);
    end
    cover (busy_q && forward && !first_q && known_q[at] && sums_i[SumW-1]);
    cover (drained_valid_q && drained_known_q && busy_q && bank_q != drained_bank_q);
    cover (known_q == '1);
  end
endmodule
