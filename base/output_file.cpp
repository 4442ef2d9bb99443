// SPDX-License-Identifier: Apache-2.0
// Results, written without leaving a temporary file behind.
#include "base/output_file.h"

#include "base/atomic_file.h"
#include "base/interrupt.h"
#include "base/json_text.h"

namespace tercet {

void write_output(const std::string& file, const std::string& text) {
  if (file.empty()) return;
  const bool stopped = Interrupt::noted();
  const Interrupt interrupt;
  write_file(file, text);
  if (!stopped) Interrupt::poll();
}

void write_json(const std::string& file, const nlohmann::ordered_json& json, int indent) {
  write_output(file, json_text(json, indent) + "\n");
}

}  // namespace tercet
