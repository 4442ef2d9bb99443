# SPDX-License-Identifier: Apache-2.0
# tercet_verilate(): a static library from one Verilated top; and tercet_verilated_<config>.
#
#   tercet_verilate(NAME <target> TOP <module> CONFIG <machine>
#                   [PREFIX <class>]      C++ class, default V<target>; unique in each executable
#                   [SOURCES <file>...]   default: the files of rtl/files.txt
#                   [PARAMS <P=value>...] parameters of the top
#                   [CONTROL <file>...]   Verilator configuration files, beside rtl/lint.vlt
#                   [TRACE]               also <target>_trace, class <class>_trace, writing FST
#                   [COVERAGE])           count executed lines (all do under TERCET_RTL_COVERAGE)
#
# Link <target> and include "<class>.h". Any Verilator warning fails the build; the ones that are
# meant are in rtl/lint.vlt.

if(NOT TERCET_RTL)
  return()
endif()

find_program(VERILATOR verilator REQUIRED)
execute_process(COMMAND ${VERILATOR} --getenv VERILATOR_ROOT OUTPUT_VARIABLE VERILATOR_ROOT
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
find_package(ZLIB REQUIRED)

set(TERCET_VERILATED_FLAGS -O3)
if(TERCET_NATIVE)
  list(APPEND TERCET_VERILATED_FLAGS -march=native)
endif()

# What every Verilated library needs, compiled once. Neither this nor generated code is ours, so
# its warnings are off.
add_library(tercet_verilated_runtime STATIC
  ${VERILATOR_ROOT}/include/verilated.cpp
  ${VERILATOR_ROOT}/include/verilated_cov.cpp
  ${PROJECT_SOURCE_DIR}/sim/verilated/fst_writer.cpp  # verilated_fst_c.cpp, and what it neglects
  ${VERILATOR_ROOT}/include/verilated_threads.cpp)
target_include_directories(tercet_verilated_runtime SYSTEM PUBLIC
  ${VERILATOR_ROOT}/include ${VERILATOR_ROOT}/include/vltstd)
target_include_directories(tercet_verilated_runtime PUBLIC
  ${PROJECT_SOURCE_DIR})
target_compile_options(tercet_verilated_runtime PRIVATE -w ${TERCET_VERILATED_FLAGS})
target_compile_definitions(tercet_verilated_runtime PUBLIC
  VM_COVERAGE=$<BOOL:${TERCET_RTL_COVERAGE}>)
target_link_libraries(tercet_verilated_runtime PUBLIC Threads::Threads ZLIB::ZLIB)

# One library: runs Verilator at build time, then gathers its output into a fast and a slow file.
function(tercet_add_verilated_library name prefix top sources flags trace)
  set(dir ${CMAKE_BINARY_DIR}/verilated/${name})
  set(outputs ${dir}/${prefix}.h ${dir}/${prefix}__fast.cpp ${dir}/${prefix}__slow.cpp)
  set(waivers ${PROJECT_SOURCE_DIR}/rtl/lint.vlt)
  add_custom_command(
    OUTPUT ${outputs}
    COMMAND ${CMAKE_COMMAND} -E rm -rf ${dir}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${dir}
    COMMAND ${VERILATOR} --cc --Mdir ${dir} --prefix ${prefix} --top-module ${top}
            -O3 --x-assign fast --x-initial fast --noassert -Wall ${flags} ${waivers} ${sources}
    COMMAND ${CMAKE_COMMAND} -DDIR=${dir} -DPREFIX=${prefix}
            -P ${PROJECT_SOURCE_DIR}/cmake/gather_verilated.cmake
    DEPENDS ${sources} ${waivers} ${PROJECT_SOURCE_DIR}/cmake/gather_verilated.cmake
    COMMENT "Verilating ${top} as ${name}"
    VERBATIM)
  add_library(${name} STATIC ${outputs})
  target_include_directories(${name} SYSTEM PUBLIC ${dir})
  target_compile_options(${name} PRIVATE -w ${TERCET_VERILATED_FLAGS})
  set_source_files_properties(${dir}/${prefix}__slow.cpp PROPERTIES COMPILE_OPTIONS -O1)
  target_compile_definitions(${name} PRIVATE VM_TRACE=${trace} VM_TRACE_FST=${trace})
  target_link_libraries(${name} PUBLIC tercet_verilated_runtime)
endfunction()

function(tercet_verilate)
  cmake_parse_arguments(PARSE_ARGV 0 arg "TRACE;COVERAGE" "NAME;PREFIX;TOP;CONFIG"
                        "SOURCES;PARAMS;CONTROL")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "tercet_verilate: unknown argument ${arg_UNPARSED_ARGUMENTS}")
  endif()
  foreach(required NAME TOP)
    if(NOT arg_${required})
      message(FATAL_ERROR "tercet_verilate: ${required} is missing")
    endif()
  endforeach()
  if(NOT arg_PREFIX)
    set(arg_PREFIX V${arg_NAME})
  endif()
  if(NOT arg_SOURCES)
    if(NOT arg_CONFIG)
      message(FATAL_ERROR "tercet_verilate(${arg_NAME}): give CONFIG or SOURCES")
    endif()
    tercet_rtl_sources(arg_SOURCES ${arg_CONFIG})
  endif()
  list(TRANSFORM arg_SOURCES REPLACE "^([^/])" "${CMAKE_CURRENT_SOURCE_DIR}/\\1")

  list(TRANSFORM arg_CONTROL PREPEND "${PROJECT_SOURCE_DIR}/")
  list(PREPEND arg_SOURCES ${arg_CONTROL})
  set(flags ${arg_PARAMS})
  list(TRANSFORM flags PREPEND "-G")
  if(arg_COVERAGE OR TERCET_RTL_COVERAGE)
    list(APPEND flags --coverage-line)
  endif()
  tercet_add_verilated_library(${arg_NAME} ${arg_PREFIX} ${arg_TOP} "${arg_SOURCES}"
                               "${flags}" 0)
  if(arg_TRACE)
    tercet_add_verilated_library(${arg_NAME}_trace ${arg_PREFIX}_trace ${arg_TOP}
                                 "${arg_SOURCES}" "${flags};--trace-fst" 1)
  endif()
endfunction()

# The whole machine, once for each configuration: class Vtercet_<config>.
foreach(config IN LISTS TERCET_CONFIG)
  tercet_verilate(NAME tercet_verilated_${config} PREFIX Vtercet_${config} TOP tercet_top
                  CONFIG ${config} CONTROL sim/verilated/observe.vlt TRACE)
endforeach()
