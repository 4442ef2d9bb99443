// SPDX-License-Identifier: Apache-2.0
// Compares every input with every output, whichever is named first.
#include "base/file_use.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <vector>

namespace tercet {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> g_inputs;
std::vector<fs::path> g_outputs;

void add(const fs::path& path, std::vector<fs::path>& paths) {
  if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
}

/// Links of both kinds are seen through; a device or a terminal may be both.
void check_apart(const fs::path& input, const fs::path& output) {
  std::error_code missing;
  if (fs::is_regular_file(input, missing) && fs::equivalent(input, output, missing)) {
    throw FileInUse(fmt::format("{}: is an input, which the output {} would replace",
                                input.string(), output.string()));
  }
}

}  // namespace

void will_read(const fs::path& path) {
  for (const fs::path& output : g_outputs) check_apart(path, output);
  add(path, g_inputs);
}

void will_write(const fs::path& path) {
  for (const fs::path& input : g_inputs) check_apart(input, path);
  add(path, g_outputs);
}

}  // namespace tercet
