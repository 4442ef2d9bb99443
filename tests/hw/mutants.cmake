# SPDX-License-Identifier: Apache-2.0
# Planted bugs, each of which its unit's test must catch.
tercet_rtl_mutant(accum forgets_to_forward
  FROM "forward_q ? written_q" TO "forward_q && first_q ? written_q")
tercet_rtl_mutant(sequencer ignores_the_tail_mask
  FROM "last_k ? k_mask_q : '1" TO "last_k && !last_k ? k_mask_q : '1")
tercet_rtl_mutant(weight_stream miscounts_held_columns
  FROM "head_last ? '0 : 3'(have)" TO "head_last ? '0 : 3'(have + 4'd1)")
tercet_rtl_mutant(read_stream crosses_the_page
  FROM "? to_page : BurstW'(MaxBurst)" TO "? to_page + 1'b1 : BurstW'(MaxBurst)")
tercet_rtl_mutant(read_port exceeds_its_limit
  FROM "acts_q != CountW'(MaxOutstanding)" TO "acts_q != CountW'(MaxOutstanding + 1)")
tercet_rtl_mutant(dispatch accepts_a_beat_too_many
  FROM "stream_columns - columns >=" TO "stream_columns - columns >")
tercet_rtl_mutant(supervisor does_not_wait_for_the_bus
  FROM "StDrain: if (bus_quiet_i) state_q" TO "StDrain: state_q")
tercet_rtl_mutant(csr does_not_freeze_the_shadow
  FROM "is_cmd && frozen" TO "is_cmd && frozen && partial_i")

# Around the control core.
tercet_rtl_mutant(reg_arbiter starves_the_core
  FROM "asks && !(core_valid_i && turn_q)" TO "asks && !(core_valid_i && turn_q && !asks)")
tercet_rtl_mutant(reg_arbiter starves_the_host
  FROM "asks && !(core_valid_i && turn_q)" TO "asks && !(core_valid_i && (turn_q || 1'b1))")
tercet_rtl_mutant(reg_arbiter lets_parts_of_words_through
  FROM "core_valid_i && !host && whole" TO "core_valid_i && !host && (whole || core_write_i)")
tercet_rtl_mutant(host_port window_is_a_word_too_long
  FROM "(addr_i ^ DtcmBase) < AddrW'(tercet_hw_pkg::CoreDtcmBytes)"
  TO "(addr_i ^ DtcmBase) <= AddrW'(tercet_hw_pkg::CoreDtcmBytes)")
tercet_rtl_mutant(host_port window_is_open_while_the_core_runs
  FROM "in_dtcm) && stopped_i" TO "in_dtcm) && (stopped_i || write_i)")
tercet_rtl_mutant(mcu_port buffer_is_a_word_too_long
  FROM "< 32'(BufferBytes)" TO "<= 32'(BufferBytes)")
tercet_rtl_mutant(control loses_an_interrupt_as_it_is_cleared
  FROM "mover_irq_q    <= mover_done_i" TO "mover_irq_q    <= (mover_done_i && !core_clear)")
tercet_rtl_mutant(mover reads_a_beat_too_many
  FROM "assign req_len_o   = 8'(burst) - 8'd1" TO "assign req_len_o   = 8'(burst)")
tercet_rtl_mutant(mover copies_a_burst_short
  FROM "assign whole     = left == 32'(burst)" TO "assign whole     = left <= 32'(MaxBurst + 1)")
tercet_rtl_mutant(mover stores_across_a_page
  FROM "if (writes && to_page" TO "if (writes && reads && to_page")
tercet_rtl_mutant(mover writes_what_it_could_not_read
  FROM "(read_end && (failed || !writes))" TO "(read_end && !writes)")

# In the control core, caught by mcu_test in lock-step with the simulator.
set(core core/tercet_core)
tercet_rtl_mutant(mcu writes_x0_through FILE ${core}_regfile.sv
  FROM "(rs2_i == '0) ? '0 : x_q[rs2_i]" TO "x_q[rs2_i]")
tercet_rtl_mutant(mcu loses_register_17 FILE ${core}_regfile.sv
  FROM "if (write_i) x_q" TO "if (write_i && rd_i != 5'd17) x_q")
tercet_rtl_mutant(mcu compares_signed_in_bltu FILE ${core}.sv
  FROM "!funct3[1] ? less : less_unsigned" TO "!funct3[1] ? less : less_unsigned && !less")
tercet_rtl_mutant(mcu extends_the_sign_of_lhu FILE ${core}_lsu.sv
  FROM "{{16{!funct3_i[2] && shifted[15]}}" TO "{{16{shifted[15]}}")
tercet_rtl_mutant(mcu believes_an_error_before_the_answer FILE ${core}_lsu.sv
  FROM "bus_q && bus_ready_i;" TO "bus_q && (bus_ready_i || bus_error_i);")
tercet_rtl_mutant(mcu shifts_in_zeros FILE ${core}_alu.sv
  FROM "op_i[3] && a_i[31], to_shift" TO "op_i[3] && !op_i[3], to_shift")
tercet_rtl_mutant(mcu takes_interrupts_inside_wfi FILE ${core}_control.sv
  FROM "fresh && !waiting_q && irq_take_i" TO "fresh && (!waiting_q || wfi_i) && irq_take_i")
tercet_rtl_mutant(mcu toggles_in_csrrc FILE ${core}_csr.sv
  FROM "rdata_o & ~operand_i" TO "rdata_o ^ operand_i")
tercet_rtl_mutant(mcu fetches_past_the_end FILE ${core}_fetch.sv
  FROM "pc_o >= 32'(Bytes)" TO "pc_o > 32'(Bytes)")
tercet_rtl_mutant(mcu timer_is_a_cycle_late FILE core/tercet_timer.sv
  FROM "mtime_q >= mtimecmp_q" TO "mtime_q > mtimecmp_q")
