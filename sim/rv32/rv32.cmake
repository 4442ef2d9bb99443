# SPDX-License-Identifier: Apache-2.0
# tercet_rv32: the instruction-set simulator of the control core. Needs nothing of SystemC.
add_library(tercet_rv32 STATIC
  rv32/csr_file.cpp
  rv32/elf.cpp
  rv32/execution.cpp
  rv32/hart.cpp
  rv32/instructions.cpp
  rv32/mcu.cpp
  rv32/timer.cpp)
target_include_directories(tercet_rv32 PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(tercet_rv32 PUBLIC tercet_model tercet_hw)
