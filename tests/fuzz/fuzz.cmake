# SPDX-License-Identifier: Apache-2.0
# 10,000 damaged checkpoints.
add_executable(checkpoint_fuzz checkpoint_fuzz.cpp)
target_link_libraries(checkpoint_fuzz PRIVATE tercet::model nlohmann_json::nlohmann_json)
tercet_script_test(checkpoint_fuzz COMMAND checkpoint_fuzz 10000 TIMEOUT 600)
