# SPDX-License-Identifier: Apache-2.0
# The questions asked of machines.
tercet_gtest(analytic_test
  SOURCES study/analytic_test.cpp study/systemc_baseline_test.cpp
  LIBS tercet_baseline tercet_study)

tercet_gtest(energy_test
  SOURCES study/energy_test.cpp study/ledger_test.cpp study/counts_test.cpp
          study/report_test.cpp
  LIBS tercet_study)

if(TERCET_RTL)
  tercet_gtest(energy_counts_test
    SOURCES study/energy_counts_test.cpp
    LIBS tercet_study tercet_rtl_devices)
  tercet_gtest(validate_test
    SOURCES study/validate_test.cpp
    LIBS tercet_study tercet_rtl_devices tercet_firmware)
endif()
