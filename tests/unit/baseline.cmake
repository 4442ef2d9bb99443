# SPDX-License-Identifier: Apache-2.0
# The arithmetic of the machines Tercet is compared with.
tercet_gtest(baseline_test SOURCES sim_float_bits_test.cpp LIBS tercet_baseline fmt::fmt)
