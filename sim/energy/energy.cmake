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

set(energy_sources
  energy/arithmetic.cpp
  energy/paper_recipe.cpp
  energy/profile.cpp
  ${CMAKE_CURRENT_BINARY_DIR}/built_in.cpp)
