# SPDX-License-Identifier: Apache-2.0
# The control core's instruction-set simulator alone; against the RTL it is tested in tests/hw.
tercet_gtest(rv32_test SOURCES rv32_test.cpp LIBS tercet_rv32)
