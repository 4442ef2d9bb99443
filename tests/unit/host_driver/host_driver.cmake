# SPDX-License-Identifier: Apache-2.0
# The driver alone, on a device of the tests' own.
tercet_gtest(host_driver_test
  SOURCES host_driver/allocator_test.cpp host_driver/device_buffers.cpp
          host_driver/driver_alone_test.cpp host_driver/firmware_image_test.cpp
          host_driver/packing_test.cpp
  LIBS tercet_driver)

# The same without the rest of the project in the tree: the driver could be taken elsewhere.
if(NOT TERCET_SANITIZE)
  set(launcher "")
  if(TERCET_CCACHE)
    set(launcher ${TERCET_CCACHE})
  endif()
  tercet_script_test("The driver builds and passes its tests alone" LABEL layers
    COMMAND ${CMAKE_COMMAND} -D SOURCE=${PROJECT_SOURCE_DIR}
            -D SCRATCH=${PROJECT_BINARY_DIR}/driver_alone -D LAUNCHER=${launcher}
            -P ${CMAKE_CURRENT_SOURCE_DIR}/host_driver/alone/build.cmake)
endif()
