// SPDX-License-Identifier: Apache-2.0
// tercet_trit_decode on every beat: each row's code means what docs/machine.md says (rows do not mix), the pairs
// {neg, nz} of two_bit pass unchanged, and each of the 243 combinations of five trits has a code.

module trit_decode_formal #(
  parameter  int Rows    = 2,
  localparam int WeightW = 2 * Rows
) (
  input logic              clk_i,
  input logic              trit5_i,
  input logic [8*Rows-1:0] beat_i,
  input logic [9:0]        target_i
);
  logic [5*WeightW-1:0] columns;

  tercet_trit_decode #(
    .Rows(Rows)
  ) u_dut (
    .trit5_i,
    .beat_i,
    .columns_o(columns)
  );

  // The block decode as it is written in the document: {t4, t3, t2, t1, t0}.
  function automatic logic [9:0] decode(input logic [7:0] t);
    logic [4:0] c;
    logic [1:0] t0, t1, t2, t3, t4;
    if (t[4:2] == 3'd7) begin
      c  = {t[7:5], t[1:0]};
      t4 = 2'd2;
      t3 = 2'd2;
    end else begin
      c = t[4:0];
      if (t[6:5] == 2'd3) begin
        t4 = 2'd2;
        t3 = {1'b0, t[7]};
      end else begin
        t4 = {1'b0, t[7]};
        t3 = t[6:5];
      end
    end
    if (c[1:0] == 2'd3) begin
      t2 = 2'd2;
      t1 = {1'b0, c[4]};
      t0 = {c[3], c[2] & ~c[3]};
    end else if (c[3:2] == 2'd3) begin
      t2 = 2'd2;
      t1 = 2'd2;
      t0 = c[1:0];
    end else begin
      t2 = {1'b0, c[4]};
      t1 = c[3:2];
      t0 = {c[1], c[0] & ~c[1]};
    end
    decode = {t4, t3, t2, t1, t0};
  endfunction

  // Every code through a design of its own, for the search.
  logic [255:0] matches;
  for (genvar i = 0; i < 256; i++) begin : g_code
    logic [9:0] column;
    logic [9:0] trits;
    tercet_trit_decode #(
      .Rows(1)
    ) u_code (
      .trit5_i  (1'b1),
      .beat_i   (8'(i)),
      .columns_o(column)
    );
    for (genvar c = 0; c < 5; c++) begin : g_trit
      assign trits[2*c+:2] = column[2*c] ? (column[2*c+1] ? 2'd2 : 2'd1) : 2'd0;
    end
    assign matches[i] = trits == target_i;
  end

  logic legal;
  always_comb begin
    legal = 1'b1;
    for (int c = 0; c < 5; c++) if (target_i[2*c+:2] == 2'd3) legal = 1'b0;
  end

  for (genvar r = 0; r < Rows; r++) begin : g_row
    logic [7:0] code;
    logic [9:0] trits;
    for (genvar b = 0; b < 8; b++) begin : g_bit
      assign code[b] = beat_i[b*Rows+r];
    end
    assign trits = decode(code);
    for (genvar c = 0; c < 5; c++) begin : g_column
      logic nz, neg;
      assign nz  = columns[c*WeightW+r];
      assign neg = columns[c*WeightW+Rows+r];
      always_comb begin
        if (trit5_i) assert (nz == (trits[2*c+:2] != 2'd0) && neg == (trits[2*c+:2] == 2'd2));
        else if (c < 4) assert (nz == code[2*c] && neg == code[2*c+1]);
        cover (trit5_i && trits[2*c+:2] == 2'd2);
      end
    end
  end

  always_comb begin
    if (legal) assert (matches != '0);
  end
endmodule
