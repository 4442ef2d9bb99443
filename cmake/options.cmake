# SPDX-License-Identifier: Apache-2.0
# Build options, and the compiler flags that hold for all code of the project.
option(TERCET_TESTS "Build the tests" ON)
option(TERCET_RTL "Build the Verilated machines and what needs them" ON)
option(TERCET_NATIVE "Compile Verilated code for this processor (-march=native)" ON)
option(TERCET_SANITIZE "Build under AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(TERCET_FUZZ "Build only the fuzz targets, for libFuzzer (needs Clang)" OFF)
option(TERCET_RTL_COVERAGE "Verilate with line coverage" OFF)
set(TERCET_CONFIG "tiny;edge" CACHE STRING "Machines (rtl/spec/configs) to build as RTL")

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_C_STANDARD 11)
set(CMAKE_CXX_STANDARD 17)
foreach(language C CXX)
  set(CMAKE_${language}_STANDARD_REQUIRED ON)
  set(CMAKE_${language}_EXTENSIONS OFF)
endforeach()
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# clangd looks for it at the root. A file there that is not a link stays as it is.
set(link ${PROJECT_SOURCE_DIR}/compile_commands.json)
if(CMAKE_BINARY_DIR MATCHES "^${PROJECT_SOURCE_DIR}/build/(dev|release)$" AND
   (IS_SYMLINK ${link} OR NOT EXISTS ${link}))
  file(CREATE_LINK build/${CMAKE_MATCH_1}/compile_commands.json ${link} SYMBOLIC RESULT ignored)
endif()
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_C_FLAGS_RELEASE "-O3 -DNDEBUG")
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -DNDEBUG")
# Asserts stay on in the development builds.
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g")
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g")

# No contraction: a fused multiply-add would round differently from docs/arithmetic.md.
add_compile_options(-Wall -Wextra -Werror -ffp-contract=off)
if(TERCET_SANITIZE)
  # Instrumented code takes long to optimise, and its tests are short.
  set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O1 -g1")
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
endif()

if(TERCET_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=address,undefined)
endif()

find_program(TERCET_CCACHE ccache)
if(TERCET_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${TERCET_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${TERCET_CCACHE})
endif()
