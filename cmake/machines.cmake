# SPDX-License-Identifier: Apache-2.0
# Which machines are built as RTL, and which files that RTL is.

function(tercet_check_configs)
  file(GLOB known RELATIVE ${PROJECT_SOURCE_DIR}/rtl/spec/configs
       ${PROJECT_SOURCE_DIR}/rtl/spec/configs/*.json)
  list(TRANSFORM known REPLACE "\\.json$" "")
  if(NOT TERCET_CONFIG)
    message(FATAL_ERROR "TERCET_CONFIG names no machine; choose from: ${known}")
  endif()
  foreach(config IN LISTS TERCET_CONFIG)
    if(NOT config IN_LIST known)
      message(FATAL_ERROR "TERCET_CONFIG: unknown machine '${config}'; known: ${known}")
    elseif(config STREQUAL "server")
      message(FATAL_ERROR "TERCET_CONFIG: 'server' is not built as RTL: it is too large to "
                          "Verilate and runs on the SystemC and analytic models only")
    endif()
  endforeach()
endfunction()

# tercet_rtl_sources(<variable> <config>): the absolute paths that rtl/files.txt lists.
function(tercet_rtl_sources variable config)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
               ${PROJECT_SOURCE_DIR}/rtl/files.txt)
  file(STRINGS ${PROJECT_SOURCE_DIR}/rtl/files.txt lines REGEX "^[^#]")
  set(paths "")
  foreach(line IN LISTS lines)
    string(STRIP "${line}" line)
    string(REPLACE "{config}" "${config}" line "${line}")
    set(path ${PROJECT_SOURCE_DIR}/${line})
    if(NOT EXISTS ${path})
      message(FATAL_ERROR "rtl/files.txt: ${line} does not exist")
    endif()
    list(APPEND paths ${path})
  endforeach()
  set(${variable} ${paths} PARENT_SCOPE)
endfunction()

tercet_check_configs()
