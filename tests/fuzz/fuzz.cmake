# SPDX-License-Identifier: Apache-2.0
# Damaged checkpoints, and a target for each format: with TERCET_FUZZ under libFuzzer (scripts/fuzz),
# else replayed on seeds, old findings and seeded mutations.
if(NOT TERCET_FUZZ)
  add_executable(checkpoint_fuzz checkpoint_fuzz.cpp)
  target_link_libraries(checkpoint_fuzz PRIVATE tercet_model nlohmann_json::nlohmann_json)
  tercet_script_test(checkpoint_fuzz COMMAND checkpoint_fuzz 10000 TIMEOUT 600)
endif()

foreach(target gguf safetensors tokenizer config)
  add_executable(fuzz_${target} ${target}_target.cpp)
  target_link_libraries(fuzz_${target} PRIVATE tercet_model nlohmann_json::nlohmann_json)
  if(TERCET_FUZZ)
    target_link_options(fuzz_${target} PRIVATE -fsanitize=fuzzer)
  else()
    target_sources(fuzz_${target} PRIVATE replay_main.cpp)
    tercet_script_test(fuzz_${target}
      COMMAND ${Python3_EXECUTABLE} -B tests/fuzz/replay.py $<TARGET_FILE:fuzz_${target}>
              ${target} 2000
      TIMEOUT 600)
  endif()
endforeach()
