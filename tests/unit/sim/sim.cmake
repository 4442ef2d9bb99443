# SPDX-License-Identifier: Apache-2.0
# The machines, and what they are made of.

# The arithmetic of the machines Tercet is compared with.
tercet_gtest(baseline_test SOURCES sim/float_bits_test.cpp LIBS tercet_baseline)

# The DRAM timing model, alone.
tercet_gtest(dram_test
  SOURCES sim/dram_bandwidth_test.cpp sim/dram_config_test.cpp sim/dram_event_test.cpp
          sim/dram_scheduler_test.cpp sim/dram_timing_test.cpp sim/dram_trace_test.cpp
  LIBS tercet_dram)

# The control core's instruction-set simulator alone; against the RTL it is tested in tests/hw.
tercet_gtest(rv32_test SOURCES sim/rv32_test.cpp LIBS tercet_rv32)

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
