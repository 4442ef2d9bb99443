# SPDX-License-Identifier: Apache-2.0
# Driver, all machines and their memories.
add_library(tercet_driver_testing STATIC host_driver/backends.cpp host_driver/device_buffers.cpp)
target_include_directories(tercet_driver_testing PUBLIC host_driver)
target_link_libraries(tercet_driver_testing PUBLIC tercet_rtl_devices tercet_systemc)

tercet_gtest(driver_test
  SOURCES host_driver/accelerator_test.cpp host_driver/allocator_test.cpp
          host_driver/checked_session_test.cpp host_driver/driver_error_test.cpp
          host_driver/driver_test.cpp
          host_driver/packing_test.cpp
  LIBS tercet_driver_testing)

tercet_gtest(sim_test
  SOURCES sim_axi_memory_test.cpp sim_dram_test.cpp sim_energy_test.cpp sim_ledger_test.cpp sim_report_test.cpp
          sim_timeline_test.cpp
  LIBS tercet_driver_testing)
