// SPDX-License-Identifier: Apache-2.0
// Writes what there is, complete or not.
#include "bench_results.h"

#include "interrupt.h"
#include "sim/report/atomic_file.h"

namespace tercet {

void measure_into(const std::string& file, nlohmann::ordered_json& json,
                  const std::function<void()>& measure) {
  const auto write = [&] {
    if (!file.empty()) write_file(file, json.dump(2) + "\n");
  };
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
