# SPDX-License-Identifier: Apache-2.0
# The driver, on every machine.
add_library(tercet_driver_testing STATIC host_driver/backends.cpp host_driver/device_buffers.cpp
            host_driver/ring_bench.cpp)
target_link_libraries(tercet_driver_testing PUBLIC tercet_rtl_devices tercet_systemc tercet_firmware)

tercet_gtest(driver_test
  SOURCES host_driver/accelerator_test.cpp host_driver/allocator_test.cpp
          host_driver/driver_error_test.cpp host_driver/driver_test.cpp
          host_driver/packing_test.cpp host_driver/ring_test.cpp
  LIBS tercet_driver_testing)

# The example of docs/programming.md, as it stands there.
set(page ${PROJECT_SOURCE_DIR}/docs/programming.md)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${page})
file(READ ${page} text)
string(FIND "${text}" "```cpp\n" begin)
string(SUBSTRING "${text}" ${begin} -1 text)
string(SUBSTRING "${text}" 7 -1 text)
string(FIND "${text}" "```" end)
string(SUBSTRING "${text}" 0 ${end} text)
file(GENERATE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/programming_example.cpp CONTENT "${text}")
add_executable(programming_example ${CMAKE_CURRENT_BINARY_DIR}/programming_example.cpp)
target_link_libraries(programming_example PRIVATE tercet_sim tercet_firmware)
add_test(NAME "The example of docs/programming.md computes" COMMAND programming_example)

# The rings under attack; a longer run is slow.
tercet_gtest(ring_fault_test SOURCES host_driver/ring_fault_test.cpp LIBS tercet_driver_testing)
add_test(NAME "Rings survive 10,000 descriptors and faults on every machine"
         COMMAND ring_fault_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
set_tests_properties("Rings survive 10,000 descriptors and faults on every machine" PROPERTIES
  LABELS slow TIMEOUT 7200 ENVIRONMENT TERCET_FAULT_COMMANDS=10000)
