# SPDX-License-Identifier: Apache-2.0
# tercet_dram: the memory under the Verilated RTL and the SystemC model.
add_library(tercet_dram STATIC
  ${CMAKE_CURRENT_LIST_DIR}/dram_channel.cpp
  ${CMAKE_CURRENT_LIST_DIR}/dram_config.cpp
  ${CMAKE_CURRENT_LIST_DIR}/dram_model.cpp
  ${CMAKE_CURRENT_LIST_DIR}/dram_presets.cpp
  ${CMAKE_CURRENT_LIST_DIR}/dram_scheduler.cpp
  ${CMAKE_CURRENT_LIST_DIR}/dram_table.cpp
  ${CMAKE_CURRENT_LIST_DIR}/machine_memory.cpp
  ${CMAKE_CURRENT_LIST_DIR}/memory_image.cpp)
target_include_directories(tercet_dram PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(tercet_dram PUBLIC tercet_hw tercet_model)

# tercet_generated: weights that are made when they are read.
find_package(hwy REQUIRED)
add_library(tercet_generated STATIC
  ${CMAKE_CURRENT_LIST_DIR}/generated_memory.cpp
  ${CMAKE_CURRENT_LIST_DIR}/generated_weights.cpp
  ${CMAKE_CURRENT_LIST_DIR}/random_planes.cc)
target_include_directories(tercet_generated PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(tercet_generated PUBLIC tercet_driver tercet_model tercet_hw PRIVATE hwy::hwy)
