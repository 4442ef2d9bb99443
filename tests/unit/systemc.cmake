# SPDX-License-Identifier: Apache-2.0
# The SystemC model: alone, against the functional device, and in step with the RTL.
find_package(hwy REQUIRED)

tercet_gtest(systemc_test
  SOURCES generated_weights_test.cpp systemc_device_test.cpp systemc_error_test.cpp
          systemc_kernel_test.cpp systemc_ports_test.cpp
  LIBS tercet_systemc hwy::hwy)

tercet_gtest(analytic_test
  SOURCES analytic_test.cpp
  LIBS tercet_analytic tercet_systemc)

if(TERCET_RTL)
  tercet_gtest(systemc_rtl_test
    SOURCES systemc_control_test.cpp systemc_rtl_test.cpp trace_slices_test.cpp
    LIBS tercet_systemc tercet_rtl_devices)
  tercet_gtest(validate_test
    SOURCES validate_test.cpp
    LIBS tercet_validate tercet_rtl_devices tercet_firmware)
endif()
