# SPDX-License-Identifier: Apache-2.0
# rtl/baseline: the machines Tercet is compared with, and planted bugs in them.
set(fp16_units baseline/tercet_fp16_mul.sv baseline/tercet_float_add.sv)

tercet_rtl_unit(fp16_mul FILE baseline/tercet_fp16_mul.sv)
tercet_rtl_test(fp16_mul HELPERS tercet_baseline)

tercet_rtl_unit(float_add FILE baseline/tercet_float_add.sv)
tercet_rtl_unit(float_add NAME fp16_add FILE baseline/tercet_float_add.sv PARAMS ExpW=5 FracW=10)
tercet_rtl_test(float_add HELPERS rtl_fp16_add tercet_baseline)

tercet_rtl_unit(fp16_mac FILE baseline/tercet_fp16_mac.sv NEEDS ${fp16_units})
tercet_rtl_test(fp16_mac HELPERS tercet_baseline)

foreach(type int8 ternary)
  tercet_rtl_unit(${type}_mac FILE baseline/tercet_${type}_mac.sv)
  tercet_rtl_test(${type}_mac)
endforeach()

foreach(rows 4 16)
  tercet_rtl_unit(fp16_columns NAME fp16_columns${rows} FILE baseline/tercet_fp16_columns.sv
                  NEEDS ${fp16_units} PARAMS Rows=${rows} Columns=2)
endforeach()
tercet_rtl_test(fp16_columns LIBS rtl_fp16_columns4 rtl_fp16_columns16 HELPERS tercet_baseline)

tercet_rtl_unit(int8_columns FILE baseline/tercet_int8_columns.sv PARAMS Rows=16 Columns=8)
tercet_rtl_test(int8_columns)

tercet_rtl_mutant(fp16_mul calls_infinity_times_zero_infinite
  FROM "(a_special && b_zero) ||" TO "")
tercet_rtl_mutant(fp16_mul forgets_the_hidden_bit_of_the_least_normal
  FROM "a_normal  = a_i[14:10] != '0" TO "a_normal  = a_i[14:11] != '0")
tercet_rtl_mutant(fp16_mul normalises_subnormals_by_less
  FROM "v[21:14] == '0" TO "v[21:13] == '0")
tercet_rtl_mutant(float_add rounds_ties_up
  FROM "(normal[3] || normal[1]" TO "(1'b1 || normal[1]")
tercet_rtl_mutant(float_add loses_a_sticky_bit
  FROM "32'h1ffff" TO "32'h0ffff")
tercet_rtl_mutant(float_add normalises_past_the_least_exponent
  FROM "8'(zeros) < 8'(upper_exp)" TO "8'(zeros) <= 8'(upper_exp)")
tercet_rtl_mutant(float_add forgets_the_sign_of_zero
  FROM "a_i[W-1] & b_i[W-1]" TO "upper[W-1]")
tercet_rtl_mutant(fp16_mac starts_from_the_old_sum
  FROM "first_q2 ? 32'd0" TO "first_q2 && !first_q ? 32'd0")
tercet_rtl_mutant(int8_mac multiplies_unsigned
  FROM "16'(act_q) *" TO "16'($unsigned(act_q)) *")
tercet_rtl_mutant(ternary_mac forgets_the_carry_of_negation
  FROM "24'($unsigned(neg_q))" TO "24'($unsigned(neg_q && nz_q && first_q))")

# All pairs: minutes, so compiled for speed and run with --full only.
set(TERCET_VERILATED_FLAGS -O3)
if(TERCET_NATIVE)
  list(APPEND TERCET_VERILATED_FLAGS -march=native)
endif()
tercet_verilate(NAME rtl_fp16_lanes PREFIX Vfp16_lanes TOP tercet_fp16_lanes
                SOURCES ${rtl}/baseline/tercet_fp16_mul.sv ${CMAKE_CURRENT_LIST_DIR}/tercet_fp16_lanes.sv)
tercet_catch_test(rtl_fp16_sweep_test LABEL slow TIMEOUT 3600 SOURCES fp16_sweep_test.cpp
                  LIBS tercet_rtl_bench rtl_fp16_lanes tercet_baseline)
target_compile_options(rtl_fp16_sweep_test PRIVATE -O3)
set(TERCET_VERILATED_FLAGS -O1)
