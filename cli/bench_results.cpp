// SPDX-License-Identifier: Apache-2.0
// Writes what there is, complete or not.
#include "cli/bench_results.h"

#include "base/interrupt.h"
#include "base/json.h"

namespace tercet {

void measure_into(const std::string& file, nlohmann::ordered_json& json,
                  const std::function<void()>& measure) {
  const auto write = [&] { write_json(file, json); };
  try {
    measure();
  } catch (const Interrupted&) {
    write();
    throw;
  }
  json["complete"] = true;
  write();
}

}  // namespace tercet
