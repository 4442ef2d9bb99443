# SPDX-License-Identifier: Apache-2.0
# The machines, and what they are made of.

# The arithmetic of rtl/baseline on bit patterns, which the RTL is tested against, and itself tested.
add_library(tercet_baseline STATIC sim/float_bits.cpp)
target_link_libraries(tercet_baseline PUBLIC tercet_base)
target_compile_options(tercet_baseline PRIVATE -O3)  # for the sweep over all pairs
tercet_gtest(baseline_test SOURCES sim/float_bits_test.cpp LIBS tercet_baseline tercet_model)

# The DRAM timing model, alone.
tercet_gtest(dram_test
  SOURCES sim/dram_bandwidth_test.cpp sim/dram_config_test.cpp sim/dram_event_test.cpp
          sim/dram_scheduler_test.cpp sim/dram_timing_test.cpp sim/dram_trace_test.cpp
  LIBS tercet_dram)

# The control core's instruction-set simulator alone; against the RTL it is tested in tests/hw.
tercet_gtest(rv32_test SOURCES sim/rv32_test.cpp LIBS tercet_rv32)

# The driver, on every machine.
add_library(tercet_driver_testing STATIC host_driver/device_buffers.cpp sim/backends.cpp
            sim/ring_bench.cpp)
target_link_libraries(tercet_driver_testing PUBLIC tercet_rtl_devices tercet_systemc tercet_firmware)
tercet_gtest(driver_test
  SOURCES sim/accelerator_test.cpp sim/driver_error_test.cpp sim/driver_test.cpp sim/ring_test.cpp
  LIBS tercet_driver_testing)

# The rings under attack; a longer run is slow.
tercet_gtest(ring_fault_test SOURCES sim/ring_fault_test.cpp LIBS tercet_driver_testing)
add_test(NAME "Rings survive 10,000 descriptors and faults on every machine"
         COMMAND ring_fault_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
set_tests_properties("Rings survive 10,000 descriptors and faults on every machine" PROPERTIES
  LABELS slow TIMEOUT 7200 ENVIRONMENT TERCET_FAULT_COMMANDS=10000)

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

tercet_gtest(sim_test
  SOURCES sim/axi_memory_test.cpp sim/checked_session_test.cpp sim/dram_test.cpp
          sim/timeline_test.cpp
  LIBS tercet_driver_testing)

# The SystemC model: alone, against the functional device, and in step with the RTL.
tercet_gtest(systemc_test
  SOURCES sim/generated_weights_test.cpp sim/systemc_device_test.cpp sim/systemc_error_test.cpp
          sim/systemc_kernel_test.cpp sim/systemc_ports_test.cpp
  LIBS tercet_systemc hwy::hwy)

if(TERCET_RTL)
  tercet_gtest(systemc_rtl_test
    SOURCES sim/systemc_control_test.cpp sim/systemc_rtl_test.cpp sim/trace_slices_test.cpp
    LIBS tercet_systemc tercet_rtl_devices)
endif()
