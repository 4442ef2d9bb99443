// SPDX-License-Identifier: Apache-2.0
// Sizes and names of GGUF's value and tensor types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "model/formats/gguf.h"

namespace tercet {

/// Bytes of a value; of a text its length alone, of an array its type and count.
size_t gguf_type_size(GgufType type);
const char* gguf_type_name(GgufType type);

struct GgmlFormat {
  GgmlType type;
  const char* name;
  int64_t block;  ///< elements along the first dimension
  int64_t bytes;  ///< of a block
  int64_t tail;   ///< bytes after the last block
};

/// nullptr if the project does not read the type.
const GgmlFormat* find_ggml_format(uint32_t type);
/// The supported types by name.
std::string ggml_type_list();

}  // namespace tercet
