// SPDX-License-Identifier: Apache-2.0
// The accumulators of the real width never overflow: as long as a token's k-tiles hold at most KMax rows together,
// a stored sum equals the exact one in 32 bits, for k-tiles of any height (each |sum| <= 128 · rows).
// KMax + 1 = 65,536 rows overflow (+2^23), which the seeded bug shows: the bound is tight.

module accum_bound_formal #(
  parameter  int KMax = tercet_hw_pkg::KMax,
  parameter  int AccW = tercet_cfg_pkg::AccBits,
  localparam int SumW = 24
) (
  input logic            clk_i,
  input logic            valid_i,
  input logic            bank_i,
  input logic            token_i,
  input logic            first_i,
  input logic [SumW-1:0] sums_i,
  input logic [16:0]     rows_i   // of the k-tile whose sums come now
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
    .flush_i      (1'b0),
    .valid_i,
    .bank_i,
    .token_i,
    .first_i,
    .sums_i,
    .drain_i      (1'b0),
    .drain_bank_i (1'b0),
    .drain_token_i(1'b0),
    .drain_row_o  (row)
  );

  // Connected to the registers of the design.
  logic [4*AccW-1:0] mem;
  logic [AccW-1:0]   row0, row1, written;
  logic              forward;

  // One arbitrary row is followed: its exact sum, and how many rows of K are in it.
  (* anyconst *) logic [1:0] watched;
  logic [31:0]       exact_q, before;
  logic [16:0]       rows_q, rows_before;
  logic              busy_q, first_q, known_q, hit;
  logic [1:0]        at_q;
  logic [AccW-1:0]   stored;
  initial begin
    rst_ni  = 1'b0;
    busy_q  = 1'b0;
    known_q = 1'b0;
  end

  assign hit         = busy_q && at_q == watched && (first_q || known_q);
  assign before      = first_q ? '0 : exact_q;
  assign rows_before = first_q ? '0 : rows_q;

  always_comb begin
    stored = '0;
    for (int i = 0; i < 4; i++) if (watched == 2'(i)) stored = mem[i*AccW+:AccW];
  end

  // |sum| <= 128 · rows, and no more than KMax rows in one sum.
  always_comb begin
    if (!rst_ni) assume (!valid_i);
    assume (rows_i != '0);
    assume (32'($signed(sums_i)) + 32'd8388608 <= 32'd16777216);
    assume ($signed({{8{sums_i[SumW-1]}}, sums_i}) <= $signed({8'd0, rows_i, 7'd0}));
    assume ($signed({{8{sums_i[SumW-1]}}, sums_i}) >= -$signed({8'd0, rows_i, 7'd0}));
    if (hit) assume (18'(rows_before) + 18'(rows_i) <= 18'(KMax));
  end

  always_ff @(posedge clk_i) begin
    rst_ni <= 1'b1;
    busy_q <= rst_ni && valid_i;
    if (valid_i) begin
      at_q    <= {bank_i, token_i};
      first_q <= first_i;
    end
    if (hit) begin
      known_q <= 1'b1;
      exact_q <= before + 32'($signed(sums_i));
      rows_q  <= rows_before + rows_i;
    end
  end

  always_comb begin
    if (rst_ni && known_q) begin
      assert (32'($signed(stored)) == exact_q);
      assert ($signed(exact_q) <= $signed({8'd0, rows_q, 7'd0}));
      assert ($signed(exact_q) >= -$signed({8'd0, rows_q, 7'd0}));
      assert (32'(rows_q) <= KMax);
      // What makes this inductive.
      if (busy_q && at_q == watched && !first_q) begin
        assert ((forward ? written : at_q[1] ? row1 : row0) == stored);
      end
    end
    cover (known_q && exact_q == 32'(128 * KMax));
    cover (known_q && exact_q == 32'(-128 * KMax));
  end
endmodule
