# SPDX-License-Identifier: Apache-2.0
# One CTest entry a proof and a seeded bug of proofs.json, and what Yosys says of the whole engine.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_LIST_DIR}/proofs.json)
execute_process(COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/run_proof.py --list
                OUTPUT_VARIABLE proofs OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
string(REPLACE "\n" ";" proofs "${proofs}")
foreach(line IN LISTS proofs)
  separate_arguments(line)
  list(GET line 0 proof)
  list(GET line 1 label)
  tercet_script_test(formal.${proof} LABEL ${label} TIMEOUT 600
    COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/run_proof.py ${proof}
            --work ${CMAKE_CURRENT_BINARY_DIR}/proofs)
endforeach()

set(check ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/yosys_check.py)
foreach(config IN LISTS TERCET_CONFIG)
  foreach(top tercet_top tercet_array)
    tercet_script_test(yosys.${config}.${top} LABEL formal TIMEOUT 900
      COMMAND ${check} --config ${config} --top ${top}
              --work ${CMAKE_CURRENT_BINARY_DIR}/yosys/${config}.${top})
  endforeach()
endforeach()
# The control core is the same on every machine.
file(GLOB core ${PROJECT_SOURCE_DIR}/rtl/core/tercet_core_*.sv)
list(REMOVE_ITEM core ${PROJECT_SOURCE_DIR}/rtl/core/tercet_core_pkg.sv)
list(PREPEND core ${PROJECT_SOURCE_DIR}/rtl/gen/tercet_hw_pkg.sv
     ${PROJECT_SOURCE_DIR}/rtl/core/tercet_core_pkg.sv)
foreach(module core tcm timer mcu)
  list(APPEND core ${PROJECT_SOURCE_DIR}/rtl/core/tercet_${module}.sv)
endforeach()
tercet_script_test(yosys.tercet_mcu LABEL formal TIMEOUT 300
  COMMAND ${check} --files ${core} --top tercet_mcu
          --work ${CMAKE_CURRENT_BINARY_DIR}/yosys/tercet_mcu)
# Yosys takes a minute to map the engine.
tercet_script_test(yosys.core_share LABEL slow TIMEOUT 900
  COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_LIST_DIR}/gate_count.py --config edge --most 4
          --work ${CMAKE_CURRENT_BINARY_DIR}/gates)
foreach(control multiplier latch)
  tercet_script_test(yosys.refuses_${control} LABEL formal
    COMMAND ${check} --files ${CMAKE_CURRENT_LIST_DIR}/${control}_control.sv --top ${control}_control
            --work ${CMAKE_CURRENT_BINARY_DIR}/yosys/${control})
  set_tests_properties(yosys.refuses_${control} PROPERTIES
    PASS_REGULAR_EXPRESSION "cells of [$](mul|dlatch)")
endforeach()
