# SPDX-License-Identifier: Apache-2.0
# Tests of the control core: lock-step with the instruction-set simulator, and programs in assembly.
add_library(tercet_core_lockstep OBJECT core/lockstep.cpp core/random_program.cpp)
target_link_libraries(tercet_core_lockstep PUBLIC tercet_rtl_bench tercet_rv32 rtl_mcu)
tercet_rtl_test(mcu LIBS rtl_mcu tercet_core_lockstep tercet_rv32)
tercet_catch_test(rtl_mcu_full_test LABEL slow TIMEOUT 600 SOURCES mcu_full_test.cpp
                  LIBS tercet_rtl_bench rtl_mcu tercet_core_lockstep tercet_rv32)
