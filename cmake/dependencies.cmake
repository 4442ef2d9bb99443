# SPDX-License-Identifier: Apache-2.0
# The libraries Tercet uses, all from the distribution; scripts/setup installs them.
set(THREADS_PREFER_PTHREAD_FLAG ON)
find_package(Threads REQUIRED)
find_package(fmt REQUIRED)
find_package(hwy REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(PCRE2 REQUIRED IMPORTED_TARGET libpcre2-8)
pkg_check_modules(SENTENCEPIECE REQUIRED IMPORTED_TARGET sentencepiece)
find_package(Python3 3.9 REQUIRED COMPONENTS Interpreter)

if(TERCET_TESTS)
  find_package(GTest REQUIRED)
  find_package(Catch2 2.13 REQUIRED)
endif()

# The constants of rtl/spec, for C and C++: #include "tercet_hw.h".
add_library(tercet_hw INTERFACE)
target_include_directories(tercet_hw INTERFACE ${PROJECT_SOURCE_DIR}/rtl/gen)
