// SPDX-License-Identifier: Apache-2.0
// Fuzz target: a config.json. What is accepted is written back as the same config.
#include <cstdlib>
#include <string>

#include "base/error.h"
#include "model/config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tercet;
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const std::string json = config_to_json(parse_config(text, "config.json"));
    if (config_to_json(parse_config(json, "again")) != json) std::abort();
  } catch (const Error&) {
    // What bad input is meant to end in.
  }
  return 0;
}
