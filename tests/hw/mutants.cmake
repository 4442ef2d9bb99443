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
