# SPDX-License-Identifier: Apache-2.0
# The tercet program: one CTest entry a file of cases.
foreach(cases run bench_shape control docs_figures energy errors formats json_docs options outputs perfetto refusals stop sweep tools validate)
  tercet_script_test(e2e_${cases}
    COMMAND ${CMAKE_COMMAND} -E env TERCET=$<TARGET_FILE:tercet>
            ${Python3_EXECUTABLE} tests/e2e/test_${cases}.py
    LABEL e2e)
endforeach()
# Its commands take a minute of processor time, more beside other tests.
set_tests_properties(e2e_docs_figures PROPERTIES TIMEOUT 600)
