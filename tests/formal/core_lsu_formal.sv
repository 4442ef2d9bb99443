// SPDX-License-Identifier: Apache-2.0
// tercet_core_lsu with any accesses, data, bus answers and stops: a bus request is the access and holds still until it
// is answered; each access is done once, in one place, in the cycles that its head states; loads are extended.

module core_lsu_formal (
  input logic        clk_i,
  input logic        stop_i,
  input logic        start_i,
  input logic        store_i,
  input logic [2:0]  funct3_i,
  input logic [31:0] addr_i,
  input logic [31:0] wdata_i,
  input logic [31:0] dtcm_rdata_i,
  input logic        bus_ready_i,
  input logic [31:0] bus_rdata_i,
  input logic        bus_error_i
);
  logic        rst_ni, clear, misaligned, busy, done, fault, dtcm_en, bus_valid, bus_write;
  logic [31:0] rdata, lanes, bus_addr, bus_wdata;
  logic [3:0]  strb, dtcm_write, bus_strb;

  tercet_core_lsu u_dut (
    .clk_i,
    .rst_ni,
    .clear_i     (clear),
    .start_i,
    .store_i,
    .funct3_i,
    .addr_i,
    .wdata_i,
    .misaligned_o(misaligned),
    .busy_o      (busy),
    .done_o      (done),
    .fault_o     (fault),
    .rdata_o     (rdata),
    .strb_o      (strb),
    .lanes_o     (lanes),
    .dtcm_en_o   (dtcm_en),
    .dtcm_write_o(dtcm_write),
    .dtcm_rdata_i,
    .bus_valid_o (bus_valid),
    .bus_write_o (bus_write),
    .bus_addr_o  (bus_addr),
    .bus_wdata_o (bus_wdata),
    .bus_strb_o  (bus_strb),
    .bus_ready_i,
    .bus_rdata_i,
    .bus_error_i
  );
  assign clear = stop_i && !bus_valid;  // as tercet_core

  // What the core promises: it starts what is aligned and legal, once, and holds it until it is done.
  logic        open_q, was_store_q;
  logic [2:0]  was_funct3_q;
  logic [31:0] was_addr_q, was_wdata_q;
  initial begin
    rst_ni = 1'b0;
    open_q = 1'b0;
  end
  always_ff @(posedge clk_i) begin
    rst_ni       <= 1'b1;
    open_q       <= rst_ni && !clear && (start_i || open_q) && !done;
    was_store_q  <= store_i;
    was_funct3_q <= funct3_i;
    was_addr_q   <= addr_i;
    was_wdata_q  <= wdata_i;
  end
  always_comb begin
    if (!rst_ni || clear || open_q) assume (!start_i);
    if (start_i || open_q) assume (!misaligned && funct3_i[1:0] != 2'b11 && !(store_i && funct3_i[2]));
    if (open_q) begin
      assume (store_i == was_store_q && funct3_i == was_funct3_q && addr_i == was_addr_q && wdata_i == was_wdata_q);
    end
  end

  logic        in_dtcm;
  logic [7:0]  byte0;
  logic [15:0] half0;
  logic [31:0] word;
  assign in_dtcm = addr_i >= 32'h1000_0000 && addr_i < 32'h1000_2000;
  assign word    = in_dtcm ? dtcm_rdata_i : bus_rdata_i;
  assign byte0   = word[8*addr_i[1:0]+:8];
  assign half0   = addr_i[1] ? word[31:16] : word[15:0];

  always_comb begin
    if (rst_ni) begin
      assert (busy == open_q);
      assert (bus_valid == (open_q && !in_dtcm));
      if (bus_valid) begin
        assert (bus_write == store_i && bus_addr == addr_i && bus_strb == strb && bus_wdata == lanes);
      end
      assert (dtcm_en == (start_i && in_dtcm));
      // Done in the first cycle, in the second, or when the bus answers.
      assert (done == ((start_i && in_dtcm && store_i) || (open_q && (in_dtcm || bus_ready_i))));
      assert (fault == (bus_valid && bus_ready_i && bus_error_i));
      if (done && !store_i && !fault) begin
        case (funct3_i)
          3'b000:  assert (rdata == 32'($signed(byte0)));
          3'b001:  assert (rdata == 32'($signed(half0)));
          3'b100:  assert (rdata == 32'(byte0));
          3'b101:  assert (rdata == 32'(half0));
          default: assert (rdata == word);
        endcase
      end
    end
    cover (fault && stop_i && store_i && open_q);
    cover (done && in_dtcm && funct3_i == 3'b000 && rdata == 32'hffff_ff80);
  end
endmodule
