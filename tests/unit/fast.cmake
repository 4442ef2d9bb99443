# SPDX-License-Identifier: Apache-2.0
# The fast engine against the reference.
tercet_gtest(fast_test
  SOURCES fast_engine_test.cpp fast_ops_test.cpp fast_session_test.cpp
  LIBS tercet_fast nlohmann_json::nlohmann_json)
target_include_directories(fast_test PRIVATE ${PROJECT_SOURCE_DIR})
