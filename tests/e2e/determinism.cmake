# SPDX-License-Identifier: Apache-2.0
# The reference's bytes do not depend on the compiler.
tercet_script_test(determinism TIMEOUT 600
  COMMAND ${CMAKE_CURRENT_LIST_DIR}/determinism.sh ${PROJECT_SOURCE_DIR}
          ${PROJECT_BINARY_DIR}/determinism)
