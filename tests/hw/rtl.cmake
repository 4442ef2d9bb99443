# SPDX-License-Identifier: Apache-2.0
# Tests of the RTL: one executable a unit, the whole engine, and tests that planted bugs are caught.
#
#   tercet_rtl_unit(<unit> FILE <path> [NEEDS <path>...] [PARAMS <P=value>...] [NAME <library>])
#   tercet_rtl_test(<unit> [LIBS <library>...] [HELPERS <library>...])   <unit>_test.cpp against V<unit>
#   tercet_rtl_mutant(<unit> <bug> [FILE <path>] FROM <text> TO <text>)   must make <unit>_test fail;
#                                                 FILE, one of NEEDS, if the bug is not in the unit's own
#
# Paths are below rtl/. The units are small and run briefly: compile time is what counts.
set(TERCET_VERILATED_FLAGS -O1)
set(rtl ${PROJECT_SOURCE_DIR}/rtl)
set(hw_pkg ${rtl}/gen/tercet_hw_pkg.sv)

add_library(tercet_rtl_bench INTERFACE)
target_include_directories(tercet_rtl_bench INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(tercet_rtl_bench INTERFACE -O1)
target_link_libraries(tercet_rtl_bench INTERFACE
  tercet_catch_main tercet_base tercet_hw tercet_verilated_runtime)

add_custom_target(rtl_tests)  # what scripts/coverage builds

function(tercet_rtl_unit unit)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FILE;NAME" "NEEDS;PARAMS")
  if(NOT arg_NAME)
    set(arg_NAME ${unit})
  endif()
  list(TRANSFORM arg_NEEDS PREPEND ${rtl}/)
  tercet_verilate(NAME rtl_${arg_NAME} PREFIX V${arg_NAME} TOP tercet_${unit}
                  SOURCES ${hw_pkg} ${arg_NEEDS} ${rtl}/${arg_FILE} PARAMS ${arg_PARAMS})
  # What a mutant needs to make the same unit with a bug.
  set_target_properties(rtl_${arg_NAME} PROPERTIES TERCET_FILE ${rtl}/${arg_FILE}
    TERCET_NEEDS "${hw_pkg};${arg_NEEDS}" TERCET_PARAMS "${arg_PARAMS}")
endfunction()

function(tercet_rtl_test unit)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBS;HELPERS")
  if(NOT arg_LIBS)
    set(arg_LIBS rtl_${unit})
  endif()
  list(APPEND arg_LIBS ${arg_HELPERS})
  add_library(rtl_${unit}_test_object OBJECT ${unit}_test.cpp)
  target_link_libraries(rtl_${unit}_test_object PUBLIC tercet_rtl_bench ${arg_LIBS})
  set_target_properties(rtl_${unit}_test_object PROPERTIES TERCET_HELPERS "${arg_HELPERS}")
  tercet_catch_test(rtl_${unit}_test LABEL hw TIMEOUT 300
                    SOURCES $<TARGET_OBJECTS:rtl_${unit}_test_object>
                    LIBS tercet_rtl_bench ${arg_LIBS})
  add_dependencies(rtl_tests rtl_${unit}_test)
endfunction()

# The unit with one text replaced, under the unchanged test. The replacement must apply.
function(tercet_rtl_mutant unit bug)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "FILE;FROM;TO" "")
  if(TERCET_RTL_COVERAGE)
    return()
  endif()
  foreach(property FILE NEEDS PARAMS)
    get_target_property(${property} rtl_${unit} TERCET_${property})
  endforeach()
  get_target_property(helpers rtl_${unit}_test_object TERCET_HELPERS)
  set(name rtl_${unit}_mutant_${bug})
  set(sources ${NEEDS} ${FILE})
  if(arg_FILE)
    set(FILE ${rtl}/${arg_FILE})
  endif()
  cmake_path(GET FILE FILENAME file)
  set(mutant ${CMAKE_CURRENT_BINARY_DIR}/${name}/${file})
  if(NOT FILE IN_LIST sources)
    message(FATAL_ERROR "tercet_rtl_mutant: ${unit} has no ${arg_FILE}")
  endif()
  list(TRANSFORM sources REPLACE "^${FILE}$" "${mutant}")
  add_custom_command(OUTPUT ${mutant}
    COMMAND ${CMAKE_COMMAND} -DIN=${FILE} -DOUT=${mutant} -DFROM=${arg_FROM} -DTO=${arg_TO}
            -P ${CMAKE_CURRENT_SOURCE_DIR}/mutate.cmake
    DEPENDS ${FILE} ${CMAKE_CURRENT_SOURCE_DIR}/mutate.cmake VERBATIM)
  tercet_verilate(NAME ${name} PREFIX V${unit} TOP tercet_${unit}
                  SOURCES ${sources} PARAMS ${PARAMS})
  add_executable(${name}_test $<TARGET_OBJECTS:rtl_${unit}_test_object>)
  target_link_libraries(${name}_test PRIVATE tercet_rtl_bench ${name} ${helpers})
  add_test(NAME "Planted bug is caught: ${unit} ${bug}" COMMAND ${name}_test --abort)
  set_tests_properties("Planted bug is caught: ${unit} ${bug}" PROPERTIES LABELS hw TIMEOUT 120
    PASS_REGULAR_EXPRESSION "assertions: .*[1-9][0-9]* failed")
endfunction()

include(${CMAKE_CURRENT_LIST_DIR}/units.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/mutants.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/baseline.cmake)
