# SPDX-License-Identifier: Apache-2.0
# The energy part of tercet_sim: sources, and the profiles as text in the program.
file(GLOB profile_files CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/profiles/*.json)
set(profiles "")
foreach(profile_file IN LISTS profile_files)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${profile_file})
  get_filename_component(profile_name ${profile_file} NAME_WE)
  file(READ ${profile_file} profile_text)
  string(REPLACE "\n    {" "\n)json\"\n       R\"json(    {" profile_text "${profile_text}")
  string(APPEND profiles "      {\"${profile_name}\", R\"json(${profile_text})json\"},\n")
endforeach()
configure_file(${CMAKE_CURRENT_LIST_DIR}/built_in.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/built_in.cpp @ONLY)

find_package(hwy REQUIRED)
set(energy_sources
  energy/machine_activity.cpp
  energy/area.cpp
  energy/arithmetic.cpp
  energy/bit_counts.cc
  energy/engine_counts.cpp
  energy/host_floats.cpp
  energy/known_rows.cpp
  energy/lane_activity.cpp
  energy/ledger.cpp
  energy/ledger_check.cpp
  energy/ledger_lines.cpp
  energy/meter.cpp
  energy/paper_recipe.cpp
  energy/profile.cpp
  energy/sram_row.cpp
  ${CMAKE_CURRENT_BINARY_DIR}/built_in.cpp)
