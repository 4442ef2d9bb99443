# SPDX-License-Identifier: Apache-2.0
# tercet_dram: the DRAM timing model under the Verilated RTL and the SystemC model.
add_library(tercet_dram STATIC
  ${CMAKE_CURRENT_LIST_DIR}/dram_channel.cpp
  ${CMAKE_CURRENT_LIST_DIR}/dram_config.cpp
  ${CMAKE_CURRENT_LIST_DIR}/dram_model.cpp
  ${CMAKE_CURRENT_LIST_DIR}/dram_presets.cpp
  ${CMAKE_CURRENT_LIST_DIR}/dram_scheduler.cpp
  ${CMAKE_CURRENT_LIST_DIR}/dram_table.cpp)
target_include_directories(tercet_dram PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(tercet_dram PUBLIC tercet_model)
