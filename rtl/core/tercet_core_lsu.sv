// SPDX-License-Identifier: Apache-2.0
// Loads and stores: data memory, or else the bus.
// A store to the data memory takes 1 cycle, a load from it 2. On the bus an access takes 2 cycles and one more for
// each in which bus_ready_i stays low; the request comes from registers and holds still until it is answered.
// A misaligned access must not be started.

module tercet_core_lsu #(
  parameter logic [31:0] DtcmBase  = 32'h1000_0000,
  parameter int          DtcmBytes = 8192  // a power of two
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        clear_i,      // never while busy on the bus
  // The instruction; still until done_o.
  input  logic        start_i,
  input  logic        store_i,
  input  logic [2:0]  funct3_i,
  input  logic [31:0] addr_i,
  input  logic [31:0] wdata_i,
  output logic        misaligned_o,
  output logic        busy_o,       // in its second cycle or later
  output logic        done_o,
  output logic        fault_o,      // with done_o: the bus answered with an error
  output logic [31:0] rdata_o,
  output logic [3:0]  strb_o,       // byte lanes of the access
  output logic [31:0] lanes_o,      // store data on its byte lanes
  // Data memory.
  output logic        dtcm_en_o,
  output logic [3:0]  dtcm_write_o,
  input  logic [31:0] dtcm_rdata_i,
  // Bus.
  output logic        bus_valid_o,
  output logic        bus_write_o,
  output logic [31:0] bus_addr_o,
  output logic [31:0] bus_wdata_o,
  output logic [3:0]  bus_strb_o,
  input  logic        bus_ready_i,
  input  logic [31:0] bus_rdata_i,
  input  logic        bus_error_i
);
  localparam int DtcmW = $clog2(DtcmBytes);

  logic        load_q, bus_q, in_dtcm, bus_done;
  logic [31:0] word, shifted;

  assign in_dtcm = addr_i[31:DtcmW] == DtcmBase[31:DtcmW];

  // Lanes: byte, half word, word.
  always_comb begin
    misaligned_o = addr_i[1:0] != 2'b00;
    strb_o       = 4'b1111;
    lanes_o      = wdata_i;
    case (funct3_i[1:0])
      2'b00: begin
        misaligned_o = 1'b0;
        strb_o       = 4'b0001 << addr_i[1:0];
        lanes_o      = {4{wdata_i[7:0]}};
      end
      2'b01: begin
        misaligned_o = addr_i[0];
        strb_o       = 4'b0011 << addr_i[1:0];
        lanes_o      = {2{wdata_i[15:0]}};
      end
      default: ;
    endcase
  end

  assign dtcm_en_o    = start_i && in_dtcm;
  assign dtcm_write_o = strb_o & {4{store_i}};

  assign bus_valid_o = bus_q;
  assign bus_done    = bus_q && bus_ready_i;
  assign busy_o      = load_q || bus_q;
  assign done_o      = load_q || bus_done || (dtcm_en_o && store_i);
  assign fault_o     = bus_done && bus_error_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      load_q <= 1'b0;
      bus_q  <= 1'b0;
    end else begin
      load_q <= !clear_i && dtcm_en_o && !store_i;
      bus_q  <= !clear_i && ((start_i && !in_dtcm) || (bus_q && !bus_ready_i));
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      bus_write_o <= store_i;
      bus_addr_o  <= addr_i;
      bus_wdata_o <= lanes_o;
      bus_strb_o  <= strb_o;
    end
  end

  // Load data, sign- or zero-extended.
  always_comb begin
    word    = bus_q ? bus_rdata_i : dtcm_rdata_i;
    shifted = word >> {addr_i[1:0], 3'b000};
    rdata_o = shifted;
    case (funct3_i[1:0])
      2'b00:   rdata_o = {{24{!funct3_i[2] && shifted[7]}}, shifted[7:0]};
      2'b01:   rdata_o = {{16{!funct3_i[2] && shifted[15]}}, shifted[15:0]};
      default: ;
    endcase
  end

`ifdef FORMAL
  // A request holds still until it is answered; a load is never on both sides.
  logic        asked_q, was_write_q;
  logic [31:0] was_addr_q, was_wdata_q;
  logic [3:0]  was_strb_q;
  initial asked_q = 1'b0;
  always_ff @(posedge clk_i) begin
    asked_q     <= rst_ni && bus_valid_o && !bus_ready_i && !clear_i;
    was_write_q <= bus_write_o;
    was_addr_q  <= bus_addr_o;
    was_wdata_q <= bus_wdata_o;
    was_strb_q  <= bus_strb_o;
    if (rst_ni && asked_q) begin
      assert (bus_valid_o && bus_write_o == was_write_q && bus_addr_o == was_addr_q &&
              bus_wdata_o == was_wdata_q && bus_strb_o == was_strb_q);
    end
    if (rst_ni) assert (!(load_q && bus_q));
  end
`endif
endmodule
