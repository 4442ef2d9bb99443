# SPDX-License-Identifier: Apache-2.0
# Outputs, tables and text.
tercet_gtest(base_test SOURCES base/names_test.cpp base/output_test.cpp LIBS tercet_base)
