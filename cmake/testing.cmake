# SPDX-License-Identifier: Apache-2.0
# Functions that turn test sources into CTest entries, one entry a test case.
#
#   tercet_gtest(<name> SOURCES <file>... [LIBS <target>...] [LABEL <label>] [TIMEOUT <s>])
#   tercet_catch_test(<name> ...)           the same for Catch2
#   tercet_script_test(<name> COMMAND <command>... [LABEL <label>] [TIMEOUT <s>])
#
# The label `slow` keeps a test out of scripts/test unless --full is given.

if(NOT TERCET_TESTS)
  return()
endif()
include(GoogleTest)
include(Catch)

macro(tercet_parse_test)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TIMEOUT;LABEL" "SOURCES;LIBS;COMMAND")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "${name}: unknown argument ${arg_UNPARSED_ARGUMENTS}")
  endif()
  if("LABELS" IN_LIST arg_SOURCES OR "LABELS" IN_LIST arg_LIBS OR "LABELS" IN_LIST arg_COMMAND)
    message(FATAL_ERROR "${name}: a test has one LABEL")
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  set(properties TIMEOUT ${arg_TIMEOUT})
  if(arg_LABEL)
    list(APPEND properties LABELS ${arg_LABEL})
  endif()
endmacro()

function(tercet_gtest name)
  tercet_parse_test(${ARGV})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} GTest::gtest GTest::gtest_main)
  gtest_discover_tests(${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} DISCOVERY_TIMEOUT 60
                       PROPERTIES ${properties})
endfunction()

function(tercet_catch_test name)
  tercet_parse_test(${ARGV})
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBS} tercet_catch_main)
  catch_discover_tests(${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
                       PROPERTIES ${properties})
endfunction()

function(tercet_script_test name)
  tercet_parse_test(${ARGV})
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES ${properties})
endfunction()
