# SPDX-License-Identifier: Apache-2.0
# Joins what Verilator wrote into two files with fixed names: code for every cycle, and set-up code.
file(GLOB all RELATIVE ${DIR} ${DIR}/*.cpp)
set(fast "")
set(slow "")
foreach(file IN LISTS all)
  if(file MATCHES "Slow|__Syms|__Trace.*Decls")
    string(APPEND slow "#include \"${file}\"\n")
  else()
    string(APPEND fast "#include \"${file}\"\n")
  endif()
endforeach()
file(WRITE ${DIR}/${PREFIX}__fast.cpp "${fast}")
file(WRITE ${DIR}/${PREFIX}__slow.cpp "${slow}")
