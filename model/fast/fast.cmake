# SPDX-License-Identifier: Apache-2.0
# tercet_fast: the reference's arithmetic on vectors (Highway) and threads, equal bit for bit.
find_package(hwy REQUIRED)

add_library(tercet_fast STATIC
  fast/block_kernel.cc
  fast/fast_engine.cpp
  fast/fast_session.cpp
  fast/float_kernel.cc
  fast/head_kernel.cc
  fast/read_probe.cc
  fast/row_kernel.cc
  fast/target.cpp
  fast/ternary_kernel.cc
  fast/thread_pool.cpp
)
target_include_directories(tercet_fast PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(tercet_fast PUBLIC tercet_model Threads::Threads PRIVATE hwy::hwy)
# Vectors with a dot product of bytes, which Highway 1.0 leaves out unless asked.
target_compile_definitions(tercet_fast PRIVATE HWY_WANT_AVX3_DL=1)
