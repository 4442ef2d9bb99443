# SPDX-License-Identifier: Apache-2.0
# Driver, all machines and their memories.
add_library(tercet_driver_testing STATIC host_driver/backends.cpp host_driver/device_buffers.cpp
            host_driver/ring_bench.cpp)
target_include_directories(tercet_driver_testing PUBLIC host_driver)
target_link_libraries(tercet_driver_testing PUBLIC tercet_rtl_devices tercet_systemc tercet_firmware)

tercet_gtest(driver_test
  SOURCES host_driver/accelerator_test.cpp host_driver/allocator_test.cpp
          host_driver/checked_session_test.cpp host_driver/driver_error_test.cpp
          host_driver/driver_test.cpp
          host_driver/packing_test.cpp
  LIBS tercet_driver_testing)

tercet_gtest(sim_test
  SOURCES sim_axi_memory_test.cpp sim_dram_test.cpp sim_energy_test.cpp sim_report_test.cpp
          sim_timeline_test.cpp
  LIBS tercet_driver_testing)

# The rings under attack; a longer run is slow.
tercet_gtest(ring_fault_test SOURCES host_driver/ring_fault_test.cpp LIBS tercet_driver_testing)
add_test(NAME "Rings survive 10,000 descriptors and faults on every machine"
         COMMAND ring_fault_test WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
set_tests_properties("Rings survive 10,000 descriptors and faults on every machine" PROPERTIES
  LABELS slow TIMEOUT 7200 ENVIRONMENT TERCET_FAULT_COMMANDS=10000)
