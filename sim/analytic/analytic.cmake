# SPDX-License-Identifier: Apache-2.0
# tercet_analytic: cycles of commands from formulas, steps of a model, and sweeps over machines.
add_library(tercet_analytic STATIC
  ${CMAKE_CURRENT_LIST_DIR}/analytic_model.cpp
  ${CMAKE_CURRENT_LIST_DIR}/command_run.cpp
  ${CMAKE_CURRENT_LIST_DIR}/command_shape.cpp
  ${CMAKE_CURRENT_LIST_DIR}/energy_estimate.cpp
  ${CMAKE_CURRENT_LIST_DIR}/machine_check.cpp
  ${CMAKE_CURRENT_LIST_DIR}/memory_flow.cpp
  ${CMAKE_CURRENT_LIST_DIR}/memory_rates.cpp
  ${CMAKE_CURRENT_LIST_DIR}/model_memory.cpp
  ${CMAKE_CURRENT_LIST_DIR}/sweep.cpp
  ${CMAKE_CURRENT_LIST_DIR}/sweep_grid.cpp
  ${CMAKE_CURRENT_LIST_DIR}/workload.cpp)
target_link_libraries(tercet_analytic
  PUBLIC tercet_sim tercet_dram tercet_driver nlohmann_json::nlohmann_json)
