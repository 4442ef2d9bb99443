# SPDX-License-Identifier: Apache-2.0
# Copies the driver and what it may use to a folder, builds it there and runs its tests:
#   cmake -D SOURCE=<this project> -D SCRATCH=<folder> -D LAUNCHER=<ccache, or nothing> -P build.cmake
# What the last run built is kept, so that only what changed is built again.
foreach(variable SOURCE SCRATCH)
  if(NOT ${variable})
    message(FATAL_ERROR "build.cmake: -D ${variable}=... is missing")
  endif()
endforeach()
set(tree ${SCRATCH}/tree)
file(REMOVE_RECURSE ${tree})
file(COPY ${SOURCE}/base ${SOURCE}/host_driver DESTINATION ${tree})
file(COPY ${SOURCE}/rtl/gen/tercet_hw.h DESTINATION ${tree}/rtl/gen)
file(COPY ${SOURCE}/tests/unit/host_driver DESTINATION ${tree}/tests/unit)
file(COPY ${SOURCE}/tests/unit/host_driver/alone/CMakeLists.txt DESTINATION ${tree})

foreach(command
    "${CMAKE_COMMAND};-S;${tree};-B;${SCRATCH}/build;-G;Ninja;-D;CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER}"
    "${CMAKE_COMMAND};--build;${SCRATCH}/build"
    "${SCRATCH}/build/host_driver_test;--gtest_brief=1")
  execute_process(COMMAND ${command} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
