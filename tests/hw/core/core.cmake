# SPDX-License-Identifier: Apache-2.0
# Tests of the control core: lock-step with the instruction-set simulator, and programs in assembly.
add_library(tercet_core_random STATIC core/random_program.cpp)
target_link_libraries(tercet_core_random PUBLIC tercet_rv32)
tercet_rtl_test(mcu HELPERS tercet_core_random)
tercet_catch_test(rtl_mcu_full_test LABEL slow TIMEOUT 600 SOURCES mcu_full_test.cpp
                  LIBS tercet_rtl_bench rtl_mcu tercet_core_random)

# Programs in assembly, linked by their link.ld; mcu_programs_test runs each on RTL and simulator.
find_program(RISCV_GCC riscv64-unknown-elf-gcc REQUIRED)
set(programs arithmetic branch compare csr fence interrupt jump load logic shift store trap)
set(folder ${CMAKE_CURRENT_LIST_DIR}/programs)
foreach(program IN LISTS programs)
  set(elf ${CMAKE_CURRENT_BINARY_DIR}/programs/${program}.elf)
  add_custom_command(OUTPUT ${elf}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_CURRENT_BINARY_DIR}/programs
    COMMAND ${RISCV_GCC} -march=rv32i_zicsr -mabi=ilp32 -nostdlib -Wl,--fatal-warnings
            -L ${rtl}/gen -T ${folder}/link.ld -o ${elf} ${folder}/${program}.S
    DEPENDS ${folder}/${program}.S ${folder}/check.inc ${folder}/link.ld ${rtl}/gen/tercet_core.ld
    COMMENT "Assembling ${program}.elf" VERBATIM)
  list(APPEND elfs ${elf})
endforeach()
add_custom_target(tercet_core_programs DEPENDS ${elfs})
tercet_rtl_test(mcu_programs LIBS rtl_mcu HELPERS tercet_rv32 tercet_driver)
add_dependencies(rtl_mcu_programs_test tercet_core_programs)
list(JOIN elfs "," elfs)
target_compile_definitions(rtl_mcu_programs_test_object PRIVATE TERCET_CORE_PROGRAMS="${elfs}")
