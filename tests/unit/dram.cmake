# SPDX-License-Identifier: Apache-2.0
# The DRAM timing model, alone.
tercet_gtest(dram_test
  SOURCES dram_bandwidth_test.cpp dram_config_test.cpp dram_event_test.cpp dram_scheduler_test.cpp
          dram_timing_test.cpp dram_trace_test.cpp
  LIBS tercet_dram)
